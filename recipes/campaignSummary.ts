// The closing words of a coarse-graining campaign: its samples, pairs, models and simulated checks as text.
import Table from "cli-table3"
import type {
  Frictions,
  Mobilities,
  Pairs,
  Routes,
  Samples,
  Scores,
  Validations
} from "../schemas/campaign.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Matching } from "../schemas/Matching.ts"

/** The tables that the summary is made of. */
export interface Campaign {
  readonly samples: ValueOf<typeof Samples>
  readonly mobilities: ValueOf<typeof Mobilities>
  readonly frictions: ValueOf<typeof Frictions>
  readonly pairs: ValueOf<typeof Pairs>
  readonly matching: ValueOf<typeof Matching>
  readonly scores: ValueOf<typeof Scores>
  readonly validations: ValueOf<typeof Validations>
  readonly routes: ValueOf<typeof Routes>
}

/** Reads the targets of a finished campaign and renders them. */
export const summary = async (values: (target: string) => Promise<unknown>): Promise<string> => {
  const tables = ["samples", "mobilities", "frictions", "pairs", "scores", "validations", "routes"]
  const names = [...tables, "matching"]
  const entries = await Promise.all(names.map(async (name) => [name, await values(name)] as const))
  return render(Object.fromEntries(entries) as unknown as Campaign)
}

/** The whole summary; a number always comes with its standard error. */
export const render = (campaign: Campaign): string =>
  [
    samplesTable(campaign),
    pairsLine(campaign),
    scoresTable(campaign),
    validationTable(campaign),
    routesTable(campaign),
    verdictLine(campaign)
  ].join("\n\n") + "\n"

const samplesTable = ({ frictions, mobilities, samples }: Campaign): string => {
  const isBonded = samples.some(({ variation }) => variation !== null)
  const table = plain([
    "sample",
    "density\ng/cm3",
    "D all-atom\n1e-9 m2/s",
    "D coarse\n1e-9 m2/s",
    "acceleration\nD_CG / D_AA",
    "RDF residual\n(noise)",
    ...(isBonded ? ["bonds, angles\n(noise)"] : []),
    "with friction\nD_CG / D_AA",
    "quality"
  ])
  for (const row of samples) {
    const mobility = mobilities.find(({ sample }) => sample === row.sample)
    const friction = frictions.find(({ sample }) => sample === row.sample)
    const quality = [row, mobility, friction].find((part) => part !== undefined && part.quality !== "ok")
    table.push([
      row.sample,
      withError(row.density, row.density_stderr, 3),
      withError(mobility?.D_AA, mobility?.D_AA_stderr, 2),
      withError(mobility?.D_CG, mobility?.D_CG_stderr, 2),
      withError(mobility?.acceleration, mobility?.acceleration_stderr, 2),
      withError(row.residual, row.residual_stderr, 3) +
        (row.noise_floor === null ? "" : ` (${row.noise_floor.toFixed(3)})`),
      ...(isBonded
        ? [`${row.variation?.toFixed(3) ?? "-"} (${row.variation_floor?.toFixed(3) ?? "-"})`]
        : []),
      withError(friction?.acceleration, friction?.acceleration_stderr, 2),
      quality === undefined ? "ok" : quality.quality
    ])
  }
  const reasons = [...samples, ...mobilities, ...frictions].flatMap(({ quality, reason, sample }) =>
    quality === "ok" || reason === null ? [] : [`  sample ${sample}: ${quality}: ${reason}`]
  )
  return ["Samples (value +- standard error)", table.toString(), ...new Set(reasons)].join("\n")
}

const pairsLine = ({ matching, pairs }: Campaign): string =>
  matching.quality === "ok"
    ? `Pairs of equal mobility: ${pairs.length}, from ${matching.sources} all-atom samples`
    : `Pairs of equal mobility: the mobility network is ${matching.quality}: ${matching.reason ?? ""}`

const scoresTable = ({ scores }: Campaign): string => {
  const table = plain(["model", "method", "samples", "error (RMSE)", "R2"])
  for (const { method, model, quality, r2, rmse, rmse_stderr, samples, target_unit } of scores) {
    const error = rmse === null ? quality : `${withError(rmse, rmse_stderr, 3)} ${target_unit}`
    table.push([model, method, samples, error, r2 === null ? "-" : r2.toFixed(2)])
  }
  return `Models, cross-validated, beside simpler methods\n${table.toString()}`
}

const validationTable = ({ validations }: Campaign): string => {
  const table = plain([
    "sample",
    "route",
    "RDF residual",
    "D\n1e-9 m2/s",
    "D / D_AA",
    "pressure\nbar",
    "quality"
  ])
  for (const row of validations) {
    table.push([
      row.sample,
      routeOf(row),
      row.residual?.toFixed(3) ?? "-",
      withError(row.D, row.D_stderr, 2),
      withError(row.acceleration, row.acceleration_stderr, 2),
      row.pressure?.toFixed(0) ?? "-",
      row.quality
    ])
  }
  return `Held-out samples, simulated with what was predicted from their force field alone\n${table.toString()}`
}

/** What the routes come to over all samples that were held out; from one sample there is no interval. */
const routesTable = ({ routes }: Campaign): string => {
  const table = plain([
    "route",
    "samples",
    "mean ln a\n(95 % interval)",
    "RDF residual",
    "residual /\nof inversion",
    "pressure change\nrho kT",
    "quality"
  ])
  for (const row of routes) {
    const { mean_ln_a: mean, mean_ln_a_high: high, mean_ln_a_low: low } = row
    const interval = low === null || high === null ? "" : ` (${low.toFixed(2)} to ${high.toFixed(2)})`
    table.push([
      routeOf(row),
      row.samples,
      mean === null ? "-" : `${mean.toFixed(2)}${interval}`,
      withError(row.residual, row.residual_stderr, 3),
      withError(row.residual_ratio, row.residual_ratio_stderr, 2),
      withError(row.pressure_change, row.pressure_change_stderr, 3),
      row.quality
    ])
  }
  return `What the routes come to; ln a = ln(D / D_AA) is 0 where the model keeps the all-atom tempo\n${table.toString()}`
}

/** A route, with what predicted it where that is no network. */
const routeOf = ({ method, route }: { readonly method: string; readonly route: string }): string =>
  method === "gaussian process" ? `${route} (Gaussian process)` : route

/** Whether friction gave the all-atom mobility and kept the structure, over all samples where it was calibrated. */
const verdictLine = ({ frictions }: Campaign): string => {
  const done = frictions.flatMap(
    ({ acceleration, acceleration_stderr, residual, residual_without, quality }) =>
      quality === "ok" &&
      acceleration !== null &&
      acceleration_stderr !== null &&
      residual !== null &&
      residual_without !== null
        ? [{ acceleration, error: acceleration_stderr, change: residual - residual_without }]
        : []
  )
  if (done.length === 0) return "Structure and mobility at once: no sample could be calibrated."
  const within = done.filter(({ acceleration, error }) => Math.abs(acceleration - 1) <= 2 * error).length
  const change = done.reduce((sum, row) => sum + row.change, 0) / done.length
  return (
    `Structure and mobility at once: with its friction, the coarse-grained model moves like the all-atom one ` +
    `within two standard errors in ${within} of ${done.length} samples, and its RDF residual changes by ${rounded(change)}.`
  )
}

/** Four digits, and no minus in front of nothing. */
const rounded = (value: number): string => value.toFixed(4).replace(/^-(0\.0*)$/, "$1")

const withError = (
  value: number | null | undefined,
  error: number | null | undefined,
  digits: number
): string => {
  if (value === null || value === undefined) return "-"
  return error === null || error === undefined
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} +- ${error.toFixed(digits)}`
}

const plain = (head: ReadonlyArray<string>) =>
  new Table({ head: [...head], style: { head: [], border: [], compact: true } })
