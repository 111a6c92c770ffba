// The geometric mean of ratios with its 95 % interval: what a set of acceleration factors comes to.

export interface GeometricMean {
  readonly mean: number
  /** Lower and upper end of the interval; null for fewer than two values. */
  readonly interval: readonly [number, number] | null
  readonly count: number
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042
]

/**
 * exp of the mean of the logarithms, its interval from their scatter by Student's t; every value counts the same.
 * Undefined where there is no positive value.
 */
export const geometricMean = (values: ReadonlyArray<number | null>): GeometricMean | undefined => {
  const logs = values.flatMap((value) => (value !== null && value > 0 ? [Math.log(value)] : []))
  const count = logs.length
  if (count === 0) return undefined
  const centre = logs.reduce((sum, log) => sum + log, 0) / count
  if (count === 1) return { mean: Math.exp(centre), interval: null, count }
  const variance = logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / (count - 1)
  // Beyond the table: the first two terms of the expansion of t in 1/f.
  const f = count - 1
  const t = student[f - 1] ?? 1.96 + 2.372 / f
  const half = t * Math.sqrt(variance / count)
  return { mean: Math.exp(centre), interval: [Math.exp(centre - half), Math.exp(centre + half)], count }
}
