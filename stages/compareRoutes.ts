// Compares the routes over all samples that were held out: structure, mobility and pressure of each, with errors.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { meanInterval } from "../kernels/meanInterval.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Routes, Validations } from "../schemas/campaign.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import * as Verdict from "../schemas/Verdict.ts"

type Row = ValueOf<typeof Validations>[number]

/** A change of pressure by less than this share of rho kT is none. */
const negligible = 0.02

/**
 * Only checks whose quality is `ok` count, for each number those that have it. The pressure of the route `friction` is
 * held against that of the route `structure` of the same method: one potential, simulated without and with friction.
 */
export const compareRoutes = Stage.make("compare-routes", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { validations: Validations },
  outputs: { routes: Routes },
  deterministic: true,
  run: ({ inputs: { validations } }) => {
    const groups = Map.groupBy(
      validations,
      ({ method, route }) => `${order.indexOf(route)} ${method} ${route}`
    )
    const find = (route: string, method: string, sample: number) =>
      validations.find(
        (row) => row.route === route && row.method === method && row.sample === sample && row.quality === "ok"
      )
    const routes = [...groups.keys()].sort().map((key) => {
      const all = groups.get(key)!
      const rows = all.filter(({ quality }) => quality === "ok")
      const [{ method, route }] = all
      const inverted = (row: Row) => find("ibi", "inversion", row.sample)
      const without = (row: Row) => (route === "friction" ? find("structure", method, row.sample) : undefined)
      return {
        route,
        method,
        ...tempo(rows),
        ...structure(rows, inverted),
        ...pressure(rows, without),
        ...(rows.length > 0 ? Verdict.ok : Verdict.first(all.map(Verdict.ofRow)))
      }
    })
    return Effect.succeed({ routes })
  }
})

const order = ["ibi", "structure", "mobility", "rescaled", "friction"]

const tempo = (rows: ReadonlyArray<Row>) => {
  const known = rows.flatMap(({ acceleration, acceleration_stderr }) =>
    acceleration !== null && acceleration > 0 && acceleration_stderr !== null
      ? [{ log: Math.log(acceleration), error: acceleration_stderr / acceleration }]
      : []
  )
  const found = meanInterval(known.map(({ log }) => log))
  const square = known.reduce((sum, { error }) => sum + error ** 2, 0) / known.length
  return {
    samples: known.length,
    mean_ln_a: found?.mean ?? null,
    mean_ln_a_low: finite(found && found.mean - found.half),
    mean_ln_a_high: finite(found && found.mean + found.half),
    scatter_ln_a: finite(found?.scatter),
    error_ln_a: finite(Math.sqrt(square))
  }
}

const structure = (rows: ReadonlyArray<Row>, inverted: (row: Row) => Row | undefined) => {
  const both = rows.flatMap((row) => {
    const [residual, own] = [row.residual, inverted(row)?.residual ?? null]
    return residual === null || own === null ? [] : [{ residual, own }]
  })
  const own = meanInterval(rows.flatMap(({ residual }) => residual ?? []))
  const [above, below] = [
    meanInterval(both.map(({ residual }) => residual)),
    meanInterval(both.map((row) => row.own))
  ]
  const ratio = above && below && above.mean / below.mean
  // The two residuals of a sample have its target in common: the error is that of their difference, sample by sample.
  const differences = ratio === undefined ? [] : both.map((row) => row.residual - ratio * row.own)
  const error = meanInterval(differences)?.stderr
  return {
    residual: own?.mean ?? null,
    residual_stderr: finite(own?.stderr),
    residual_ratio: ratio ?? null,
    residual_ratio_stderr: finite(error !== undefined && below ? error / below.mean : undefined)
  }
}

const pressure = (rows: ReadonlyArray<Row>, without: (row: Row) => Row | undefined) => {
  const changes = rows.flatMap((row) => {
    const before = without(row)
    if (before === undefined) return []
    const { ideal_pressure: ideal, pressure, pressure_stderr: stderr } = row
    const [free, freeStderr] = [before.pressure, before.pressure_stderr]
    if (pressure === null || stderr === null || ideal === null || free === null || freeStderr === null)
      return []
    return [{ change: (pressure - free) / ideal, error: Math.hypot(stderr, freeStderr) / ideal }]
  })
  const found = meanInterval(changes.map(({ change }) => change))
  const kept = changes.filter(
    ({ change, error }) => Math.abs(change) < Math.max(negligible, 2 * error)
  ).length
  return {
    pressure: meanInterval(rows.flatMap(({ pressure }) => pressure ?? []))?.mean ?? null,
    pressure_change: found?.mean ?? null,
    pressure_change_stderr: finite(found?.stderr),
    pressure_kept: found === undefined ? null : kept
  }
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null
