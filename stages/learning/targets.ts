// What the models learn to predict: a row of numbers for each sample, from the tables of the campaign.
import type { Dense } from "../../kernels/Dense.ts"
import * as Tables from "../../kernels/Dense.ts"
import type { PairCurve, PotentialGrid } from "../../kernels/PotentialGrid.ts"
import * as Grid from "../../kernels/PotentialGrid.ts"
import type { Predicts } from "../../schemas/Model.ts"
import type { CampaignTables } from "./campaignTables.ts"
import { TooLittle } from "./campaignTables.ts"

export interface Targets {
  readonly samples: ReadonlyArray<number>
  /** A row a sample. */
  readonly y: Dense
  /** What the columns are, where they are energies. */
  readonly grid: PotentialGrid | null
  /** Name of the target, where it is a scalar. */
  readonly scalar: string
  readonly unit: string
}

export interface TargetOptions {
  readonly holdOut: ReadonlyArray<number>
  readonly energyCap: number
  readonly spacing: number
}

/** Fewer samples than this teach nothing: two to learn from and one to test on. */
const minimumSamples = 3

/**
 * The targets of a model from the tables that it reads; rows of a sample that is held out are not looked at. Throws
 * TooLittle below 3 samples, RangeError where a table is missing or does not fit.
 */
export const targetsOf = (predict: Predicts, tables: CampaignTables, options: TargetOptions): Targets => {
  switch (predict) {
    case "structure":
      return structureTargets(curvesOf(tables, predict, options), options)
    case "mobility":
      return mobilityTargets(tables, options)
    case "acceleration": {
      const rows = required("mobilities", predict, tables).map((row) => ({ ...row, value: row.acceleration }))
      return scalarTargets("ln acceleration", "", rows, options)
    }
    case "friction": {
      const rows = required("frictions", predict, tables).map((row) => ({ ...row, value: row.tau }))
      return scalarTargets("ln tau", "ln(ps)", rows, options)
    }
  }
}

type Curves = ReadonlyMap<number, ReadonlyArray<PairCurve>>

const structureTargets = (curves: Curves, options: TargetOptions): Targets => {
  requireEnough("samples with a usable potential", curves.size, options)
  const grid = Grid.makeGrid([...curves.values()], { cap: options.energyCap, spacing: options.spacing })
  const rows = [...curves.values()].map((curve) => Grid.encode(grid, curve))
  return { samples: [...curves.keys()], y: Tables.fromRows(rows), grid, scalar: "", unit: "kJ/mol" }
}

/** The target of a source is the mean row of its matches: what least squares over all its pairs would tend to. */
const mobilityTargets = (tables: CampaignTables, options: TargetOptions): Targets => {
  const matching = required("matching", "mobility", tables)
  if (matching.quality !== "ok") throw new TooLittle(matching.reason ?? matching.quality)
  const curves = curvesOf(tables, "mobility", options)
  const matches = new Map<number, Array<number>>()
  for (const { match, source } of required("pairs", "mobility", tables)) {
    if (options.holdOut.includes(source) || !curves.has(match)) continue
    matches.set(source, [...(matches.get(source) ?? []), match])
  }
  requireEnough("samples with a match", matches.size, options)
  const used = new Set([...matches.values()].flat())
  const { grid, samples, y, ...rest } = structureTargets(
    new Map([...curves].filter(([sample]) => used.has(sample))),
    options
  )
  const rows = [...matches.values()].map((found) => {
    const chosen = Tables.takeRows(
      y,
      found.map((match) => samples.indexOf(match))
    )
    return Tables.standardOf(chosen).mean
  })
  return { ...rest, grid, samples: [...matches.keys()], y: Tables.fromRows(rows) }
}

const scalarTargets = (
  scalar: string,
  unit: string,
  rows: ReadonlyArray<{ readonly sample: number; readonly value: number | null; readonly quality: string }>,
  options: TargetOptions
): Targets => {
  const usable = rows.flatMap(({ quality, sample, value }) =>
    quality === "ok" && value !== null && value > 0 && !options.holdOut.includes(sample)
      ? [{ sample, logarithm: Math.log(value) }]
      : []
  )
  requireEnough(`samples with a usable ${scalar.slice(3)}`, usable.length, options)
  const y = Tables.fromRows(usable.map(({ logarithm }) => [logarithm]))
  return { samples: usable.map(({ sample }) => sample), y, grid: null, scalar, unit }
}

const degree = Math.PI / 180

/** The potentials of each sample that is not held out, pair by pair, then bonds and angles. */
const curvesOf = (tables: CampaignTables, predict: Predicts, { holdOut }: TargetOptions): Curves => {
  const pairs = required("potentials", predict, tables).map(({ pair, r, sample, U }) => ({
    sample,
    pair,
    r,
    U
  }))
  const bonded = (tables.bondedPotentials ?? []).map(({ beads, kind, r, sample, theta, U }) => ({
    sample,
    kind: kind === "bond" ? ("bond" as const) : ("angle" as const),
    pair: beads,
    r: r ?? (theta ?? NaN) * degree,
    U
  }))
  const used = [...pairs, ...bonded].filter(({ sample }) => !holdOut.includes(sample))
  const curves = (rows: typeof used): ReadonlyArray<PairCurve> =>
    [...Map.groupBy(rows, Grid.nameOf).values()].map((own) => {
      const { r: _r, sample: _sample, U: _U, ...named } = own[0]
      return {
        ...named,
        r: Float64Array.from(own, ({ r }) => r),
        U: Float64Array.from(own, ({ U }) => U)
      }
    })
  return new Map(
    [...Map.groupBy(used, ({ sample }) => sample)].map(([sample, rows]) => [sample, curves(rows)])
  )
}

const required = <K extends keyof CampaignTables>(
  table: K,
  predict: Predicts,
  tables: CampaignTables
): NonNullable<CampaignTables[K]> => {
  const found = tables[table]
  if (found === undefined) throw new RangeError(`a model of ${predict} needs the table "${table}"`)
  return found
}

const requireEnough = (what: string, count: number, { holdOut }: TargetOptions): void => {
  if (count >= minimumSamples) return
  throw new TooLittle(`${count} ${what}, ${minimumSamples} needed (${holdOut.length} held out)`)
}
