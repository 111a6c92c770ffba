// The force-field parameters of samples as a table: what the models learn from.
import type { Dense } from "../../kernels/Dense.ts"
import * as Tables from "../../kernels/Dense.ts"
import { TooLittle } from "./campaignTables.ts"
import type { CampaignTables } from "./campaignTables.ts"

type Parameters = ReadonlyArray<{ readonly name: string; readonly factor: number }>

/**
 * The factors of the given samples, a row a sample, columns by name in the order of the first sample. Parameters that do not
 * vary among these samples are left out. Throws TooLittle where none varies, RangeError for a sample that lacks one.
 */
export const featuresOf = (
  parameters: CampaignTables["parameters"],
  samples: ReadonlyArray<number>
): { readonly names: ReadonlyArray<string>; readonly x: Dense } => {
  const rows = new Map(samples.map((sample) => [sample, [] as Array<Parameters[number]>]))
  for (const row of parameters) rows.get(row.sample)?.push(row)
  const all = (rows.get(samples[0]) ?? []).map(({ name }) => name)
  const factors = samples.map((sample) => factorsOf(rows.get(sample) ?? [], all, `sample ${sample}`))
  const varies = all.map((_, k) => factors.some((row) => row[k] !== factors[0][k]))
  if (!varies.includes(true)) {
    throw new TooLittle(`none of ${all.length} force-field parameters varies among ${samples.length} samples`)
  }
  return {
    names: all.filter((_, k) => varies[k]),
    x: Tables.fromRows(factors.map((row) => row.filter((_, k) => varies[k])))
  }
}

/** The factors of one sample in the order of the names. Throws RangeError, with `whose`, for a name that is missing. */
export const factorsOf = (
  parameters: Parameters,
  names: ReadonlyArray<string>,
  whose: string
): ReadonlyArray<number> => {
  const factors = new Map(parameters.map(({ factor, name }) => [name, factor]))
  return names.map((name) => {
    const factor = factors.get(name)
    if (factor === undefined) throw new RangeError(`${whose} has no force-field parameter "${name}"`)
    return factor
  })
}
