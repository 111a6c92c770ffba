// Inverse Monte Carlo: from the fluctuations of pair counts to the potentials that give the counts wanted.
import { EigenvalueDecomposition, Matrix } from "ml-matrix"
import type { Distribution } from "./Distribution.ts"
import { firstReliable, isReliable } from "./Distribution.ts"
import type { Fluctuations } from "./fluctuations.ts"
import { covariance } from "./fluctuations.ts"
import { switched } from "./potential.ts"

/** The functions that a correction of one pair potential is a sum of. */
export interface CorrectionBasis {
  /** The correction of the knots: value of each function at each bin. */
  readonly corrections: ReadonlyArray<Float64Array>
  /** What the table changes by where the target is above noise: the same, led to 0 before the cut-off. */
  readonly weights: ReadonlyArray<Float64Array>
}

export interface BasisShape {
  /** nm */
  readonly cutoff: number
  /** Of the tables, nm. */
  readonly switchWidth: number
  /** Between two knots, nm; default a twelfth of the distance at which the target is largest. */
  readonly spacing?: number
}

/** What is known of one pair of bead types after a run. */
export interface PairEvidence {
  readonly basis: CorrectionBasis
  readonly model: Distribution
  readonly target: Distribution
  /** Pairs that a frame has in each bin where g is 1. */
  readonly pairsPerUnit: Float64Array
}

export interface MonteCarloStep {
  /** Change of each pair's potential at its bins, kJ/mol. */
  readonly updates: ReadonlyArray<Float64Array>
  /**
   * Mean square of the collective deviations of model from target, each in units of its own noise: about 1 where there
   * is noise alone, and far above it where bins deviate together, however little each.
   */
  readonly chiSquare: number
  /** Over how many directions: noise alone scatters by sqrt(2 / directions). */
  readonly directions: number
  /** Independent frames that each distribution is worth. */
  readonly frames: { readonly model: number; readonly target: number }
}

/** How much a correction is expected to bend: standard deviation of its curvature at a knot, kT per squared spacing. */
const bending = 0.3

/**
 * Cubic splines that end at the cut-off with value, slope and curvature 0, given by their curvatures at knots: function j
 * has curvature 1 (per squared spacing) at knot j + 1 from the cut-off, falling to 0 at the knots beside it. Outside
 * it is 0, inside a straight line. Knots reach down to where the target rises above noise.
 */
export const correctionBasis = (target: Distribution, shape: BasisShape): CorrectionBasis => {
  const { cutoff, switchWidth } = shape
  const { value, x } = target
  const peak = value.reduce((best, g, i) => (g > value[best] ? i : best), 0)
  const spacing = shape.spacing ?? x[peak] / 12
  const first = x[firstReliable(target)]
  const count = Math.ceil((cutoff - first) / spacing - 1e-9)
  if (!(spacing > 0 && count > 0)) {
    throw new RangeError(`no spline with knots ${spacing} nm apart fits between ${first} and ${cutoff} nm`)
  }
  const corrections = Array.from({ length: count }, (_, j) => x.map((r) => ramp((cutoff - r) / spacing - j)))
  const weight = x.map((r) => (r < first ? 0 : switched(r, cutoff, switchWidth)))
  return { corrections, weights: corrections.map((f) => f.map((c, i) => c * weight[i])) }
}

/** The twofold integral of the hat over 0 to 2: straight with slope 1 beyond. */
const ramp = (t: number): number => (t <= 0 ? 0 : t <= 1 ? t ** 3 / 6 : t - 1 + Math.max(0, 2 - t) ** 3 / 6)

/** The sums over all pairs of a frame whose means the potentials fix. counts: pairs found, [pair of types, bin]. */
export const collectiveCounts = (
  bases: ReadonlyArray<CorrectionBasis>,
  counts: Float64Array
): Float64Array => {
  const bins = counts.length / bases.length
  return Float64Array.from(
    bases.flatMap(({ weights }, p) => {
      const own = counts.subarray(p * bins, (p + 1) * bins)
      return weights.map((weight) => dot(weight, own))
    })
  )
}

/** Below two frames a function the fluctuations say nothing of all of them. */
export const framesNeeded = (bases: ReadonlyArray<CorrectionBasis>): number =>
  2 * bases.reduce((sum, { weights }) => sum + weights.length, 0)

/**
 * The Newton step to the potentials under which the collective counts S have the means of the target:
 * d<S_a>/dU_b = -(<S_a S_b> - <S_a><S_b>) / kT, A. P. Lyubartsev, A. Laaksonen, Phys. Rev. E 52, 3730 (1995). With Tikhonov's term
 * for the curvatures, which vanishes as frames are added; stronger where the correction would exceed the clip. A change of
 * the pressure is a constraint, met by Lagrange's multiplier.
 * `observed` are the collective counts of all bases in turn. Throws RangeError below `framesNeeded`.
 */
export const inverseMonteCarlo = (
  pairs: ReadonlyArray<PairEvidence>,
  observed: Fluctuations,
  options: {
    /** kJ/mol */
    readonly kT: number
    /** Largest change at a bin, kT. */
    readonly clip: number
    /** A change of the virial pressure, kJ/mol/nm3, that the step is to make at fixed g; the volume in nm3. */
    readonly pressure?: { readonly change: number; readonly volume: number } | undefined
  }
): MonteCarloStep => {
  const excess = pairs.flatMap(({ basis, model, pairsPerUnit, target }) => {
    const counts = pairsPerUnit.map((pairs, i) => pairs * (model.value[i] - target.value[i]))
    return basis.weights.map((weight) => dot(weight, counts))
  })
  const needed = framesNeeded(pairs.map(({ basis }) => basis))
  if (observed.frames < needed) {
    throw new RangeError(
      `${excess.length} functions need ${needed} frames to fluctuate in, not ${observed.frames}`
    )
  }
  const { kT, pressure } = options
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(covariance(observed), {
    assumeSymmetric: true
  })
  const rotated = (vector: ReadonlyArray<number>) =>
    eigenvectorMatrix.transpose().mmul(Matrix.columnVector(vector)).to1DArray()
  const along = rotated(excess)
  const pressing = rotated(pressure === undefined ? excess.map(() => 0) : pressures(pairs, pressure.volume))
  const largest = Math.max(...realEigenvalues)
  // Rounding leaves nothing of directions below this.
  const modes = realEigenvalues.flatMap((variance, k) =>
    variance > 1e-13 * largest ? [{ k, variance, excess: along[k], pressing: pressing[k] }] : []
  )
  const worth = { model: independentFrames(pairs, "model"), target: independentFrames(pairs, "target") }
  const frames = 1 / (1 / worth.model + 1 / worth.target)
  // Of a constrained step: the deviations that can be removed at the pressure as it is.
  const against = (of: (mode: (typeof modes)[number]) => number, lambda: number) =>
    modes.reduce((sum, mode) => sum + (mode.pressing * of(mode)) / (mode.variance + lambda), 0)
  const multiplier = (lambda: number, change: number) =>
    pressure === undefined
      ? 0
      : (against((mode) => mode.excess, lambda) - change / kT) / against((mode) => mode.pressing, lambda)
  const held = multiplier(0, 0)
  const directions = modes.length - (pressure === undefined ? 0 : 1)
  const chiSquare =
    modes.reduce((sum, { excess, pressing, variance }) => {
      return sum + (frames * (excess - held * pressing) ** 2) / variance
    }, 0) / directions
  const updatesAt = (lambda: number) => {
    const solution = new Float64Array(excess.length)
    const share = multiplier(lambda, pressure?.change ?? 0)
    for (const { excess, k, pressing, variance } of modes)
      solution[k] = (kT * (excess - share * pressing)) / (variance + lambda)
    const coefficients = eigenvectorMatrix.mmul(Matrix.columnVector(solution)).to1DArray()
    let begin = 0
    return pairs.map(({ basis: { corrections }, target }) => {
      const own = coefficients.slice(begin, (begin += corrections.length))
      return target.x.map((_, i) => own.reduce((sum, c, j) => sum + c * corrections[j][i], 0))
    })
  }
  const bound = options.clip * kT
  const reliable = pairs.map(({ target }) => target.x.map((_, i) => (isReliable(target, i) ? 1 : 0)))
  const exceeds = (updates: ReadonlyArray<Float64Array>) =>
    updates.some((update, p) => update.some((change, i) => Math.abs(change) * reliable[p][i] > bound))
  let lambda = 1 / (frames * bending ** 2)
  let updates = updatesAt(lambda)
  while (exceeds(updates) && lambda < 1e3 * largest) updates = updatesAt((lambda *= 1.25))
  return { updates, chiSquare, directions, frames: worth }
}

/** What each function adds to the virial pressure at fixed g, kJ/mol/nm3: -(1 / 3 V) sum over pairs of r f'(r). */
const pressures = (pairs: ReadonlyArray<PairEvidence>, volume: number): Array<number> =>
  pairs.flatMap(({ basis, model, pairsPerUnit }) => {
    const { value, x } = model
    return basis.corrections.map((f) => {
      let virial = 0
      for (let i = 1; i + 1 < x.length; i++) {
        const slope = (f[i + 1] - f[i - 1]) / (x[i + 1] - x[i - 1])
        virial += pairsPerUnit[i] * value[i] * x[i] * slope
      }
      return -virial / (3 * volume)
    })
  })

/** Bins hold few pairs, so that a count in one independent frame has its mean as its variance (Poisson). */
const independentFrames = (pairs: ReadonlyArray<PairEvidence>, which: "model" | "target"): number => {
  const each = pairs.flatMap(({ pairsPerUnit, ...pair }) => {
    const { sem, value, x } = pair[which]
    return Array.from(x.keys())
      .filter((i) => isReliable(pair[which], i))
      .map((i) => (pairsPerUnit[i] * sem[i] ** 2) / value[i])
  })
  return each.length / each.reduce((sum, variance) => sum + variance, 0)
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
