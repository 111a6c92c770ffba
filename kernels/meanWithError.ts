// The mean of a correlated series with its standard error.

export interface MeanWithError {
  readonly mean: number
  readonly standardError: number
}

/**
 * Mean over all values; the standard error from the scatter of `blocks` consecutive blocks of equal length, which
 * must be longer than the correlation time (Allen and Tildesley, Computer Simulation of Liquids, section 8.4).
 * NaN where a value is NaN.
 *
 * @throws RangeError with fewer values than two a block
 */
export function meanWithError(values: ArrayLike<number>, blocks = 10): MeanWithError {
  const length = Math.floor(values.length / blocks)
  if (length < 2) {
    throw new RangeError(`${values.length} values are too few for ${blocks} blocks of at least 2`)
  }
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length
  const blockMeans = new Float64Array(blocks)
  for (let block = 0; block < blocks; block++) {
    for (let i = block * length; i < (block + 1) * length; i++) blockMeans[block] += values[i] / length
  }
  const centre = blockMeans.reduce((sum, value) => sum + value, 0) / blocks
  const scatter = blockMeans.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return { mean, standardError: Math.sqrt(scatter / (blocks - 1) / blocks) }
}
