// The geometric mean of ratios with its 95 % interval: what a set of acceleration factors comes to.
import { meanInterval } from "../kernels/meanInterval.ts"

export interface GeometricMean {
  readonly mean: number
  /** Lower and upper end of the interval; null for fewer than two values. */
  readonly interval: readonly [number, number] | null
  readonly count: number
}

/** exp of the mean of the logarithms, and of the ends of its interval. Undefined where there is no positive value. */
export const geometricMean = (values: ReadonlyArray<number | null>): GeometricMean | undefined => {
  const found = meanInterval(
    values.flatMap((value) => (value !== null && value > 0 ? [Math.log(value)] : []))
  )
  if (found === undefined) return undefined
  const { count, half, mean } = found
  const interval = count === 1 ? null : ([Math.exp(mean - half), Math.exp(mean + half)] as const)
  return { mean: Math.exp(mean), interval, count }
}
