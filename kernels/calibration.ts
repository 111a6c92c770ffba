// How wide predictions have to be stated: from the errors on samples that a model did not see.
import type { Dense } from "./Dense.ts"
import * as Tables from "./Dense.ts"

/** What turns a model's own deviation for a sample into a standard error, and that into an interval. */
export interface Calibration {
  /** Of each output: standard deviation of the errors that the model's own deviations do not explain. */
  readonly floor: Float64Array
  /** Half the width of an interval in standard errors; Infinity where the samples are too few for its level. */
  readonly factor: number
}

/**
 * Calibrates a model on its errors and deviations (samples x outputs) out of fold. The variance of an output is the model's
 * own and a constant, the mean squared error beyond the mean own variance. The factor is conformal: of n samples the
 * ceil((n + 1) level)-th smallest |error| / standard error, by which the interval holds a new sample with at least the
 * chance `level` where samples are exchangeable (V. Vovk, A. Gammerman, G. Shafer, *Algorithmic Learning in a Random
 * World*, Springer, 2005; J. Lei et al., J. Am. Stat. Assoc. 113, 1094, 2018). The outputs of a sample go together:
 * the same quantile of all outputs of all samples (R. Dunn, L. Wasserman, A. Ramdas, J. Am. Stat. Assoc. 118, 2491, 2023).
 */
export const calibrate = (errors: Dense, deviations: Dense | undefined, level: number): Calibration => {
  const floor = floorOf(errors, deviations)
  const scores = scoresOf(errors, deviations, floor)
  return { floor, factor: quantile([...scores.keys()], scores, level) }
}

/** Standard error of each output of a sample from the model's own deviations. */
export const standardErrors = (floor: Float64Array, deviation: ArrayLike<number>): Float64Array =>
  floor.map((constant, j) => Math.hypot(constant, deviation[j]))

/**
 * Share of all outputs of all samples within the interval that the other samples give: the coverage of `calibrate`, found by leaving
 * each sample out. NaN where the samples are too few.
 */
export const coverage = (errors: Dense, deviations: Dense | undefined, level: number): number => {
  const scores = scoresOf(errors, deviations, floorOf(errors, deviations))
  const samples = [...scores.keys()]
  let inside = 0
  let count = 0
  for (const sample of samples) {
    const factor = quantile(
      samples.filter((other) => other !== sample),
      scores,
      level
    )
    if (factor === Infinity) return NaN
    for (const score of scores[sample]) if (score <= factor) inside++
    count += scores[sample].length
  }
  return inside / count
}

const floorOf = (errors: Dense, deviations: Dense | undefined): Float64Array => {
  const floor = new Float64Array(errors.columns)
  for (const [k, error] of errors.values.entries()) {
    floor[k % errors.columns] += (error ** 2 - (deviations?.values[k] ?? 0) ** 2) / errors.rows
  }
  return floor.map((variance) => Math.sqrt(Math.max(0, variance)))
}

/** |error| / standard error of each sample, without outputs that are never wrong, such as a potential at its cut-off. */
const scoresOf = (
  errors: Dense,
  deviations: Dense | undefined,
  floor: Float64Array
): ReadonlyArray<ReadonlyArray<number>> =>
  Array.from({ length: errors.rows }, (_, i) =>
    Array.from(Tables.row(errors, i)).flatMap((error, j) => {
      const scale = Math.hypot(floor[j], deviations === undefined ? 0 : Tables.row(deviations, i)[j])
      return scale > 0 ? [Math.abs(error) / scale] : []
    })
  )

/** Every output counts as a share of its sample, each sample as one. */
const quantile = (
  samples: ReadonlyArray<number>,
  scores: ReadonlyArray<ReadonlyArray<number>>,
  level: number
): number => {
  const rank = Math.ceil((samples.length + 1) * level - 1e-9)
  if (rank > samples.length) return Infinity
  const all = samples.flatMap((sample) => scores[sample]).sort((a, b) => a - b)
  return all[Math.ceil((rank / samples.length) * all.length - 1e-9) - 1] ?? 0
}
