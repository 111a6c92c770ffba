// The mean of numbers with its standard error and 95 % interval.

export interface MeanInterval {
  readonly count: number
  readonly mean: number
  /** Standard deviation of the numbers; NaN for fewer than two. */
  readonly scatter: number
  readonly stderr: number
  /** Half the 95 % interval of the mean. */
  readonly half: number
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042
]

/** From the scatter of the numbers by Student's t; every number counts the same. Undefined where there is none. */
export const meanInterval = (values: ReadonlyArray<number>): MeanInterval | undefined => {
  const count = values.length
  if (count === 0) return undefined
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  if (count === 1) return { count, mean, scatter: NaN, stderr: NaN, half: NaN }
  const scatter = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1))
  const stderr = scatter / Math.sqrt(count)
  // Beyond the table: the first two terms of the expansion of t in 1/f.
  const t = student[count - 2] ?? 1.96 + 2.372 / (count - 1)
  return { count, mean, scatter, stderr, half: t * stderr }
}
