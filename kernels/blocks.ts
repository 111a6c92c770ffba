// Means of correlated time series, with standard errors from blocks.

export interface BlockAverage {
  readonly mean: number
  /** Standard error of the mean; NaN from fewer than 2 blocks. */
  readonly stderr: number
  /** Values in a block. */
  readonly blockLength: number
  readonly blocks: number
  /** Squared error over that of as many independent values: the statistical inefficiency, twice the correlation time. */
  readonly inefficiency: number
  /** False when no block length was long enough: the error is then a lower bound. */
  readonly converged: boolean
}

/** The means of `blocks` consecutive blocks of equal length; what is left over at the start is left out. */
export const blockMeans = (values: ArrayLike<number>, blocks: number): Float64Array => {
  const length = Math.floor(values.length / blocks)
  if (!(Number.isInteger(blocks) && blocks >= 1) || length < 1) {
    throw new RangeError(`${values.length} values do not make ${blocks} blocks`)
  }
  return meansOf(values, length, blocks)
}

/** Mean and error from a number of blocks of the caller's choice. */
export const fromBlocks = (values: ArrayLike<number>, blocks: number): BlockAverage => {
  const means = blockMeans(values, blocks)
  return summary(values, means, true)
}

/**
 * Mean and error with the block length chosen: blocking by twos (Flyvbjerg and Petersen, J. Chem. Phys. 91, 461, 1989),
 * and the shortest length B with B^3 > 2 n (s_B / s_1)^4 (Lee, Conduit, Nemec, López Ríos and Drummond, Phys. Rev. E 83,
 * 066706, 2011), where s_B is the error from blocks of B: long enough to be independent, no longer than needed.
 * Throws RangeError without values or for one that is not finite.
 */
export const blockAverage = (values: ArrayLike<number>): BlockAverage => {
  const n = values.length
  if (n === 0) throw new RangeError("no values to average")
  const single = standardErrorOf(meansOf(values, 1, n))
  let best = summary(values, meansOf(values, 1, n), false)
  if (!Number.isFinite(best.mean)) throw new RangeError("a value to average is not finite")
  if (single === 0) return { ...best, converged: true }
  for (let length = 1; n / length >= 4; length *= 2) {
    const blocks = Math.floor(n / length)
    const means = meansOf(values, length, blocks)
    const error = standardErrorOf(means)
    if (error > best.stderr || length === 1) best = summary(values, means, false)
    if (length ** 3 > 2 * n * (error / single) ** 4) return summary(values, means, true)
  }
  return best
}

const meansOf = (values: ArrayLike<number>, length: number, blocks: number): Float64Array => {
  const first = values.length - length * blocks
  const means = new Float64Array(blocks)
  for (let b = 0; b < blocks; b++) {
    let sum = 0
    for (let k = first + b * length; k < first + (b + 1) * length; k++) sum += values[k]
    means[b] = sum / length
  }
  return means
}

const standardErrorOf = (means: Float64Array): number => {
  const blocks = means.length
  if (blocks < 2) return NaN
  let mean = 0
  for (const m of means) mean += m / blocks
  let squares = 0
  for (const m of means) squares += (m - mean) ** 2
  return Math.sqrt(squares / (blocks * (blocks - 1)))
}

const summary = (values: ArrayLike<number>, means: Float64Array, converged: boolean): BlockAverage => {
  let mean = 0
  for (let k = 0; k < values.length; k++) mean += values[k] / values.length
  const stderr = standardErrorOf(means)
  const single = standardErrorOf(meansOf(values, 1, values.length))
  return {
    mean,
    stderr,
    blockLength: Math.floor(values.length / means.length),
    blocks: means.length,
    inefficiency: single > 0 ? (stderr / single) ** 2 : 1,
    converged
  }
}
