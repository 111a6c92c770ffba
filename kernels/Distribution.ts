// A measured distribution on an even grid: an RDF, or the density of a bond length or angle.

/** Value and its standard error in each bin, at the bin's centre x (nm, or the unit of an angle). */
export interface Distribution {
  readonly x: Float64Array
  readonly value: Float64Array
  /** 0 or NaN where unknown. */
  readonly sem: Float64Array
}

/** Mean of the blocks of a run, and the standard error of that mean, bin by bin. At least two blocks. */
export const fromBlocks = (x: Float64Array, blocks: ReadonlyArray<Float64Array>): Distribution => {
  const n = blocks.length
  if (n < 2 || blocks.some((block) => block.length !== x.length)) {
    throw new RangeError(`errors need two blocks or more on one grid, not ${n}`)
  }
  const value = x.map((_, i) => blocks.reduce((sum, block) => sum + block[i], 0) / n)
  // A deviation from n values is short by the factor c4(n), here to 0.1 % (Cureton, Am. Stat. 22, 22, 1968).
  const c4 = (4 * n - 4) / (4 * n - 3)
  const sem = x.map((_, i) => {
    const squares = blocks.reduce((sum, block) => sum + (block[i] - value[i]) ** 2, 0)
    return Math.sqrt(squares / (n - 1) / n) / c4
  })
  return { x, value, sem }
}

/** Whether a bin is above noise: above 3 standard errors, and above 1 % of the largest bin, where counts are few. */
export const isReliable = ({ value, sem }: Distribution, bin: number): boolean =>
  !(value[bin] <= 3 * sem[bin]) && value[bin] > 0.01 * largest(value)

/** The first of three bins in a row that are above noise. Throws RangeError if there is none. */
export const firstReliable = (distribution: Distribution): number => {
  const bins = distribution.x.length
  for (let i = 0; i + 2 < bins; i++) {
    if ([i, i + 1, i + 2].every((bin) => isReliable(distribution, bin))) return i
  }
  throw new RangeError("no three bins of the distribution in a row are above its noise")
}

/** Residual sum |g - target| / sum |target| over the bins below the cut-off, each with the same weight. */
export const relL1 = (g: Distribution, target: Distribution, cutoff = Infinity): number =>
  sumBelow(target, cutoff, (i) => Math.abs(g.value[i] - target.value[i])) / totalBelow(target, cutoff)

/**
 * Standard error of a relL1 by those of both distributions: sqrt(sum sem^2) / sum |target|, the bins independent. Right
 * where the two differ by more than noise; 1.7 times too large, 1 / sqrt(1 - 2 / pi), where they differ by noise alone.
 */
export const relL1Stderr = (g: Distribution, target: Distribution, cutoff = Infinity): number =>
  Math.sqrt(sumBelow(target, cutoff, (i) => g.sem[i] ** 2 + target.sem[i] ** 2)) / totalBelow(target, cutoff)

/**
 * The relL1 to expect between two estimates of one and the same distribution, each with its own errors: the mean
 * modulus sqrt(2 / pi) sigma of a normal deviate, summed. By default the second is as long as the first. A residual at
 * this level cannot be told from noise. NaN where errors are unknown.
 */
export const noiseFloor = (target: Distribution, other: Distribution = target, cutoff = Infinity): number =>
  (Math.sqrt(2 / Math.PI) * sumBelow(target, cutoff, (i) => Math.hypot(target.sem[i], other.sem[i]))) /
  totalBelow(target, cutoff)

/**
 * Total variation distance of two distributions whose values are shares of the bins: half the sum of |p - q|, what is
 * outside the bins counted as one more bin. From 0 to 1.
 */
export const totalVariation = (p: Distribution, q: Distribution): number => {
  const outside = ({ value }: Distribution) => 1 - value.reduce((sum, share) => sum + share, 0)
  const inside = p.value.reduce((sum, share, i) => sum + Math.abs(share - q.value[i]), 0)
  return (inside + Math.abs(outside(p) - outside(q))) / 2
}

/** The total variation to expect between two estimates of one distribution from their errors alone. */
export const variationFloor = (p: Distribution, q: Distribution): number =>
  p.sem.reduce((sum, sem, i) => sum + Math.hypot(sem, q.sem[i]), 0) / Math.sqrt(2 * Math.PI)

const totalBelow = (target: Distribution, cutoff: number): number =>
  sumBelow(target, cutoff, (i) => Math.abs(target.value[i]))

const sumBelow = ({ x }: Distribution, cutoff: number, term: (bin: number) => number): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) if (x[i] < cutoff) sum += term(i)
  return sum
}

const largest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0)
