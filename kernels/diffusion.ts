// Self-diffusion coefficients from mean squared displacements by generalised least squares.
import { CholeskyDecomposition, Matrix } from "ml-matrix"
import { upperTail } from "./chiSquare.ts"
import type { Msd } from "./msd.ts"
import { covariance, meanSquares, memory } from "./msdCovariance.ts"
import type { Walk } from "./msdCovariance.ts"

/**
 * Which lags are fitted: "auto" looks for the shortest spacing from which quality stays at 1/2 and D stays where it is;
 * otherwise those from tmin to tmax, ps. Where the MSD reaches msdMin (nm2) later than tmin, the window begins there and
 * its end is later by the same factor. No window reaches beyond half the run.
 */
export type Window = "auto" | TimeWindow

export interface TimeWindow {
  readonly tmin: number
  readonly tmax: number
  readonly msdMin?: number
}

export interface FitOptions {
  /** Default "auto". */
  readonly window?: Window
  /** At most this many lags, evenly spaced over the window; default 20. */
  readonly points?: number
}

export interface DiffusionFit {
  /** 1e-9 m2/s, at the finite size of the box. */
  readonly D: number
  /** Standard error of D from the analytic covariance, 1e-9 m2/s. */
  readonly stderr: number
  /** MSD of the fitted line at t = 0, nm2: noise or rattling above 0, inertia below. */
  readonly offset: number
  /**
   * Quality: the chance that a random walk fits its line worse than a bead does, averaged over the beads. 1/2 where the
   * motion is diffusive with independent noise; towards 0 where it is not.
   */
  readonly Q: number
  /** Standard error of Q from the scatter over beads. */
  readonly Qerror: number
  /** Mean chi-squared of the beads over its degrees of freedom: 1 for a random walk, whatever the length of the run. */
  readonly chi2: number
  /** First and last lag, ps. */
  readonly tmin_ps: number
  readonly tmax_ps: number
  /** Number of lags fitted. */
  readonly points: number
  readonly N: number
  readonly frames: number
  /** d ln MSD / d ln t in the window: 1 for diffusion without offset, well below for a glass. */
  readonly msdSlope: number
  /** Whether "auto" found a flat stretch of Q near 1/2; true for a window of the caller's own. */
  readonly flat: boolean
}

/** A trajectory or window in which D cannot be fitted. */
export class DiffusionError extends Error {
  readonly _tag = "DiffusionError"
  /** How many lags the window holds. */
  readonly lags: number
  /** The longest lag that a window may hold, ps. */
  readonly longest: number
  constructor(message: string, fields: { lags: number; longest: number }) {
    super(message)
    this.lags = fields.lags
    this.longest = fields.longest
  }
}

/**
 * Fits MSD(t) = offset + 6 D t with the covariance that a random walk with noise has (Bullerjahn, von Bülow and Hummer,
 * J. Chem. Phys. 153, 024116, 2020), iterated until the covariance belongs to the fitted walk.
 *
 * msd: from `meanSquaredDisplacement`; interval: time between frames, ps.
 * Throws DiffusionError when the window holds fewer than 3 lags of the first half of the run.
 */
export const fitDiffusion = (
  msd: Msd,
  interval: number,
  { window = "auto", points = 20 }: FitOptions = {}
): DiffusionFit => {
  if (!(interval > 0)) throw new RangeError(`the time between frames is ${interval} ps`)
  if (!(Number.isInteger(points) && points >= 3)) throw new RangeError(`a fit needs 3 points, not ${points}`)
  if (window === "auto") return fitFlat(msd, interval, points)
  const lags = lagsIn(msd, interval, window, points)
  return { ...fitLags(msd, interval, lags), flat: true }
}

/**
 * The fit of the window twice as late: where it disagrees, the motion was not diffusive yet in the window of `fit`. Null
 * where half the run leaves less of it than a factor of two in time, which would be noise.
 */
export const fitLater = (
  msd: Msd,
  interval: number,
  { points, tmax_ps, tmin_ps }: Pick<DiffusionFit, "points" | "tmin_ps" | "tmax_ps">
): DiffusionFit | null => {
  const window = { tmin: 2 * tmin_ps, tmax: Math.min(2 * tmax_ps, longestLag(msd) * interval) }
  if (window.tmax < 2 * window.tmin) return null
  try {
    return fitDiffusion(msd, interval, { window, points })
  } catch (problem) {
    if (problem instanceof DiffusionError) return null
    throw problem
  }
}

/** The longest lag, in frames, that a window may hold: half the run. */
export const longestLag = ({ frames, msd }: Pick<Msd, "frames" | "msd">): number =>
  Math.min(msd.length - 1, Math.floor(frames / 2))

/** The quality Q of each spacing of lags that the run is long enough for: what "auto" chooses from. */
export const qualityBySpacing = (msd: Msd, interval: number, points = 20): Array<DiffusionFit> => {
  const longest = longestLag(msd)
  const fits: Array<DiffusionFit> = []
  let spacing = 1
  while (spacing * 5 <= longest) {
    const count = Math.min(points, Math.floor(longest / spacing))
    const step = spacing
    fits.push({
      ...fitLags(
        msd,
        interval,
        Array.from({ length: count }, (_, k) => step * (k + 1))
      ),
      flat: false
    })
    spacing = Math.max(spacing + 1, Math.round(spacing * 1.25))
  }
  return fits
}

const fitFlat = (msd: Msd, interval: number, points: number): DiffusionFit => {
  const fits = qualityBySpacing(msd, interval, points)
  if (fits.length === 0) {
    const longest = longestLag(msd) * interval
    throw new DiffusionError(`a run of ${msd.frames} frames is too short to look for a window: give one`, {
      lags: longestLag(msd),
      longest
    })
  }
  const near = (fit: DiffusionFit) => Math.abs(fit.Q - 0.5) <= Math.max(0.05, 2 * fit.Qerror)
  // Q alone, bead by bead, is blind to a slow bend that the average over beads shows well: D must not move either. The
  // shorter spacing is the more efficient estimate, so the variance of the difference is the difference of variances
  // (Hausman, Econometrica 46, 1251, 1978).
  const agrees = (fit: DiffusionFit, later: DiffusionFit) =>
    (later.D - fit.D) ** 2 <= 4 * Math.max(later.stderr ** 2 - fit.stderr ** 2, 0.1 * later.stderr ** 2)
  const start = fits.findIndex((fit, k) => {
    const later = fits.slice(k + 1)
    return (
      later.every((other) => agrees(fit, other) && (other.tmin_ps > 2 * fit.tmin_ps || near(other))) &&
      near(fit)
    )
  })
  if (start >= 0) return { ...fits[start], flat: true }
  const steady = fits.find((fit, k) => fits.slice(k + 1).every((later) => agrees(fit, later)))
  return steady ?? fits[fits.length - 1]
}

/** At most `points` evenly spaced lags, in frames, of a window. */
const lagsIn = (msd: Msd, interval: number, window: TimeWindow, points: number) => {
  const { msdMin = 0, tmax, tmin } = window
  const last = longestLag(msd)
  const first = Math.max(1, Math.ceil(tmin / interval - 1e-9))
  let low = first
  while (low <= last && msd.msd[low] < msdMin) low++
  const stretch = low > first ? (low * interval) / tmin : 1
  const high = Math.min(last, Math.floor((stretch * tmax) / interval + 1e-9))
  const count = Math.max(0, high - low + 1)
  if (count < 3) {
    throw new DiffusionError(
      `the window ${tmin} to ${tmax} ps${msdMin > 0 ? ` above ${msdMin} nm2` : ""} holds ${count} lags, and 3 ` +
        `are needed: frames lie ${interval} ps apart, half the run is ${(last * interval).toPrecision(4)} ps and the MSD ` +
        `there ${msd.msd[last].toPrecision(3)} nm2`,
      { lags: count, longest: last * interval }
    )
  }
  const stride = Math.max(1, Math.ceil((count - 1) / (points - 1)))
  const lags: Array<number> = []
  for (let lag = low; lag <= high; lag += stride) lags.push(lag)
  return lags.length < 3 ? [low, Math.round((low + high) / 2), high] : lags
}

const fitLags = (msd: Msd, interval: number, lags: ReadonlyArray<number>): Omit<DiffusionFit, "flat"> => {
  const { frames, beads: N, com } = msd
  // about their own centre N beads have exactly N - 1 independent displacements an axis
  const coordinates = 3 * (com === "remove" ? N - 1 : N)
  const y = Matrix.columnVector(lags.map((lag) => msd.msd[lag] / 3))
  const design = new Matrix(lags.map((lag) => [1, lag]))
  const first = msd.msd[1] / 3

  let factor = new CholeskyDecomposition(Matrix.eye(lags.length))
  let line = leastSquares(design, y, factor)
  for (let iteration = 0; iteration < 100; iteration++) {
    factor = factorize(line, y.get(lags.length - 1, 0), first, lags, frames)
    const before = line
    line = leastSquares(design, y, factor)
    const change = Math.abs(line.slope - before.slope) + Math.abs(line.offset - before.offset) / lags[0]
    if (change <= 1e-9 * Math.abs(line.slope)) break
  }
  const { Q, Qerror, chi2 } = quality(msd, lags, design, factor)
  const perFrame = 1000 / (2 * interval) // nm2 a frame and coordinate -> 1e-9 m2/s
  return {
    D: line.slope * perFrame,
    stderr: Math.sqrt(line.slopeVariance / coordinates) * perFrame,
    offset: 3 * line.offset,
    Q,
    Qerror,
    chi2,
    tmin_ps: lags[0] * interval,
    tmax_ps: lags[lags.length - 1] * interval,
    points: lags.length,
    N,
    frames,
    msdSlope: logSlope(lags, msd.msd)
  }
}

interface Line extends Walk {
  readonly slopeVariance: number
}

/** The straight line of least squares for errors of the factorised covariance. */
const leastSquares = (design: Matrix, y: Matrix, covariance: CholeskyDecomposition): Line => {
  const weighted = covariance.solve(design).transpose()
  const inverse = invert2(weighted.mmul(design))
  const line = inverse.mmul(weighted.mmul(y))
  return { offset: line.get(0, 0), slope: line.get(1, 0), slopeVariance: inverse.get(1, 1) }
}

const invert2 = (m: Matrix): Matrix => {
  const [a, b, c, d] = [m.get(0, 0), m.get(0, 1), m.get(1, 0), m.get(1, 1)]
  const determinant = a * d - b * c
  return new Matrix([
    [d / determinant, -b / determinant],
    [-c / determinant, a / determinant]
  ])
}

/** The covariance of a walk's MSD of one coordinate at the lags, factorised. */
const factorize = (
  line: Walk,
  last: number,
  first: number,
  lags: ReadonlyArray<number>,
  frames: number
): CholeskyDecomposition => {
  const longest = lags[lags.length - 1]
  // a bead that hardly moves can fit a falling line, and no walk has one
  const walk = { offset: line.offset, slope: Math.max(line.slope, (0.01 * last) / longest, 1e-300) }
  const reach = memory(walk, first)
  const matrix = covariance(meanSquares(walk, first, 2 * longest + reach + 1), lags, frames, reach)
  const jitter = (1e-13 * matrix.trace()) / lags.length
  for (let round = 0; round < 8; round++) {
    const cholesky = new CholeskyDecomposition(matrix)
    if (cholesky.isPositiveDefinite()) return cholesky
    // smooth motion between close lags: rounding alone makes the matrix singular
    for (let k = 0; k < lags.length; k++) matrix.set(k, k, matrix.get(k, k) + jitter * 10 ** round)
  }
  throw new DiffusionError(`the covariance of lags ${lags.join(" ")} is singular: give fewer points`, {
    lags: lags.length,
    longest
  })
}

/** How well each bead's own MSD fits a line of its own, averaged over the beads. */
const quality = (
  msd: Msd,
  lags: ReadonlyArray<number>,
  design: Matrix,
  covariance: CholeskyDecomposition
) => {
  const { beads, perBead } = msd
  const stride = msd.msd.length
  const y = Matrix.zeros(lags.length, beads)
  for (let k = 0; k < lags.length; k++)
    for (let b = 0; b < beads; b++) y.set(k, b, perBead[b * stride + lags[k]] / 3)
  const weighted = covariance.solve(design).transpose()
  const lines = invert2(weighted.mmul(design)).mmul(weighted.mmul(y))
  const rest = Matrix.sub(y, design.mmul(lines))
  const scaled = covariance.solve(rest)
  const degrees = lags.length - 2
  let sum = 0
  let squares = 0
  let chi2 = 0
  for (let b = 0; b < beads; b++) {
    let value = 0
    for (let k = 0; k < lags.length; k++) value += 3 * rest.get(k, b) * scaled.get(k, b) // 3 coordinates a bead
    const tail = upperTail(Math.max(0, value), degrees)
    sum += tail
    squares += tail * tail
    chi2 += value / degrees / beads
  }
  const Q = sum / beads
  const variance = beads > 1 ? Math.max(0, squares / beads - Q * Q) / (beads - 1) : 1 / 12
  return { Q, Qerror: Math.sqrt(variance), chi2 }
}

/** Slope of ln MSD against ln t by plain least squares. */
const logSlope = (lags: ReadonlyArray<number>, msd: Float64Array): number => {
  let mx = 0
  let my = 0
  for (const lag of lags) {
    mx += Math.log(lag) / lags.length
    my += Math.log(msd[lag]) / lags.length
  }
  let xy = 0
  let xx = 0
  for (const lag of lags) {
    xy += (Math.log(lag) - mx) * (Math.log(msd[lag]) - my)
    xx += (Math.log(lag) - mx) ** 2
  }
  return xy / xx
}
