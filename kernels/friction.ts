// The Langevin friction that gives a coarse-grained model a wanted mobility.
import type { Mobility } from "./pairs.ts"

/** A run with Langevin friction: relaxation time tau, ps (Infinity: no friction), and the D it had. */
export interface FrictionRun extends Mobility {
  readonly tau: number
}

export interface FrictionFit {
  /** ps per 1e-9 m2/s. */
  readonly c: number
  readonly cStderr: number
  /** D without friction, 1e-9 m2/s. */
  readonly D0: number
  readonly D0Stderr: number
  /** Relaxation time for the target, ps; Infinity where the target is as fast as no friction, NaN if faster. */
  readonly tau: number
  /** Standard error of tau: errors of the runs and of the target. */
  readonly stderr: number
  /** Sum of squared residuals over their variances; runs - 2 is expected. */
  readonly chiSquared: number
}

/** What is known of the slope c before any run, ps per 1e-9 m2/s. */
export interface SlopePrior {
  readonly c: number
  readonly stderr: number
}

/**
 * Fits 1/D(tau) = 1/D0 + c/tau: independent channels of friction add. Weighted least squares of 1/D against 1/tau with
 * variances (stderr / D^2)^2, then tau = c / (1/D_target - 1/D0), its error through the covariance of the fit. A prior
 * counts as one more measurement of c: it keeps the slope where runs that hardly differ leave it to noise. Throws
 * RangeError unless D and stderr are positive, and two runs differ in tau or there is a prior.
 */
export const fitFriction = (
  runs: ReadonlyArray<FrictionRun>,
  target: Mobility,
  prior?: SlopePrior
): FrictionFit => {
  for (const { tau, D, stderr } of runs) {
    if (!(tau > 0 && D > 0 && stderr > 0 && Number.isFinite(D) && Number.isFinite(stderr))) {
      throw new RangeError(`a friction run needs positive tau, D and error, not ${tau}, ${D}, ${stderr}`)
    }
  }
  const points = runs.map(({ tau, D, stderr }) => ({ x: 1 / tau, y: 1 / D, weight: ((D * D) / stderr) ** 2 }))
  const total = (value: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + point.weight * value(point), 0)
  const weight = total(() => 1)
  const centre = total(({ x }) => x) / weight
  const height = total(({ y }) => y) / weight
  const priorWeight = prior === undefined ? 0 : 1 / prior.stderr ** 2
  const spread = total(({ x }) => (x - centre) ** 2) + priorWeight
  if (!(spread > 0))
    throw new RangeError(`friction needs runs with two values of tau, not ${runs.length} alike`)
  const c = (total(({ x, y }) => (x - centre) * (y - height)) + priorWeight * (prior?.c ?? 0)) / spread
  const cVariance = 1 / spread
  const inverseD0 = height - c * centre
  const inverseD0Variance = 1 / weight + centre ** 2 / spread
  const covariance = -centre / spread // of c and 1/D0
  const D0 = 1 / inverseD0
  const extra = 1 / target.D - inverseD0
  const tau = extra > 0 ? c / extra : extra === 0 ? Infinity : NaN
  // tau = c / (1/D_target - 1/D0): derivatives tau/c, tau/extra and -tau/extra.
  const targetVariance = (target.stderr / target.D ** 2) ** 2
  const relative =
    cVariance / c ** 2 + (inverseD0Variance + targetVariance) / extra ** 2 + (2 * covariance) / (c * extra)
  return {
    c,
    cStderr: Math.sqrt(cVariance),
    D0,
    D0Stderr: Math.sqrt(inverseD0Variance) * D0 * D0,
    tau: c > 0 ? tau : NaN,
    stderr: c > 0 ? Math.abs(tau) * Math.sqrt(Math.max(0, relative)) : NaN,
    chiSquared: total(({ x, y }) => (y - inverseD0 - c * x) ** 2)
  }
}

/** D that a fit expects at a relaxation time, ps. */
export const mobilityAt = ({ c, D0 }: FrictionFit, tau: number): number => 1 / (1 / D0 + c / tau)
