// Boltzmann inversion and its iteration: from measured distributions to potentials at knots.
import type { Distribution } from "./Distribution.ts"
import { firstReliable, isReliable } from "./Distribution.ts"
import { bar, boltzmann } from "./constants.ts"
import type { Knots } from "./potential.ts"
import { extrapolateCore, extrapolateWalls } from "./potential.ts"
import { smooth } from "./smooth.ts"

export interface UpdateOptions {
  /** K */
  readonly temperature: number
  /** Share of the full update that is taken; default 1. */
  readonly alpha?: number
  /** Largest change at a knot, in kT; default 0.5. */
  readonly clip?: number
  /** Waves of this length in the update are halved, shorter ones more, in the unit of x; default 4 bins. */
  readonly smoothing?: number
}

/** A change A (1 - r / cutoff) of a potential inside its cut-off: A in kJ/mol, the cut-off in nm. */
export interface PressureRamp {
  readonly amplitude: number
  readonly cutoff: number
}

/** What one iteration did to a potential. */
export interface InversionStep {
  readonly knots: Knots
  /** Smoothed and clipped change at each knot, kJ/mol, before core or walls are drawn again. */
  readonly update: Float64Array
}

/**
 * The first guess of a pair potential: U = -kT ln g, the potential of mean force, with an extrapolated core where g is
 * below noise. Exact at zero density. D. Reith, M. Pütz, F. Müller-Plathe, J. Comput. Chem. 24, 1624 (2003).
 */
export const invertPair = (target: Distribution, temperature: number): Knots => {
  const knots = meanForce(target, temperature)
  return extrapolateCore(knots, firstReliable(target))
}

/**
 * One step of iterative Boltzmann inversion, U' = U + alpha kT ln(g / g_target) (Reith et al., 2003), with the update
 * clipped and smoothed, and the core drawn again from where the target rises above noise. Where only the model is
 * below noise the update of the nearest bin above it holds. `pressureRamp` adds A (1 - r / cutoff) inside the cut-off.
 * The grids of potential, model and target must be one; RangeError otherwise.
 */
export const iteratePair = (
  knots: Knots,
  model: Distribution,
  target: Distribution,
  options: UpdateOptions & { readonly ramp?: PressureRamp }
): InversionStep => {
  const update = logRatioUpdate(knots, model, target, options)
  return { knots: correctPair(knots, update, target, options.ramp), update }
}

/** Knots of a pair potential after a change at each of them, a ramp A (1 - r / cutoff), and a core drawn again. */
export const correctPair = (
  { U, x }: Knots,
  update: Float64Array,
  target: Distribution,
  { amplitude, cutoff }: PressureRamp = { amplitude: 0, cutoff: 1 }
): Knots => {
  const corrected = U.map((value, i) => value + update[i] + amplitude * Math.max(0, 1 - x[i] / cutoff))
  return extrapolateCore({ x, U: corrected }, firstReliable(target))
}

/**
 * The first guess of a bond or angle potential, U = -kT ln P, P already divided by its Jacobian (4 pi r^2 or sin
 * theta), with walls of the harmonic curvature kT / variance beyond the range where P is above noise. Smoothed like an
 * update: the noise of narrow bins would be forces that heat a run.
 */
export const invertBonded = (
  target: Distribution,
  { smoothing, temperature }: Pick<UpdateOptions, "temperature" | "smoothing">
): Knots => {
  const { U, x } = meanForce(target, temperature)
  const weights = target.value.map((value, i) => (isReliable(target, i) ? value : 0))
  return withWalls({ x, U: smoothByWeight(x, U, weights, smoothing) }, target, temperature)
}

/** One step of `U' = U + alpha kT ln(P / P_target)` for a bond or angle; options and errors as for pairs. */
export const iterateBonded = (
  knots: Knots,
  model: Distribution,
  target: Distribution,
  options: UpdateOptions
): InversionStep => {
  const update = logRatioUpdate(knots, model, target, options)
  const U = knots.U.map((value, i) => value + update[i])
  return { knots: withWalls({ x: knots.x, U }, target, options.temperature), update }
}

/**
 * Amplitude A, kJ/mol, of the ramp dU = A (1 - r / cutoff) that brings the virial pressure of the model to the target, to
 * first order at fixed g: dP = (2 pi rho^2 A / 3 cutoff) integral of r^3 g dr. H. Wang, C. Junghans, K. Kremer, Eur. Phys.
 * J. E 28, 221 (2009). Bounded to `bound` kT (default 0.1) because g does respond.
 */
export const pressureRamp = (
  model: Distribution,
  state: {
    /** bar */
    readonly pressure: number
    /** bar */
    readonly targetPressure: number
    /** beads per nm3 */
    readonly density: number
    /** nm */
    readonly cutoff: number
    /** K */
    readonly temperature: number
    /** kT */
    readonly bound?: number
  }
): number => {
  const { x, value } = model
  const width = x[1] - x[0]
  let moment = 0
  for (let i = 0; i < x.length; i++) if (x[i] < state.cutoff) moment += x[i] ** 3 * value[i] * width
  const perAmplitude = (2 * Math.PI * state.density ** 2 * moment) / (3 * state.cutoff)
  const wanted = ((state.targetPressure - state.pressure) * bar) / perAmplitude
  const bound = (state.bound ?? 0.1) * boltzmann * state.temperature
  return Math.min(bound, Math.max(-bound, wanted))
}

/** -kT ln of a distribution at its bins; between reliable bins straight across unreliable ones, constant outside. */
const meanForce = (target: Distribution, temperature: number): Knots => {
  const kT = boltzmann * temperature
  const known = Array.from(target.x.keys()).filter((i) => isReliable(target, i))
  if (known.length === 0) throw new RangeError("no bin of the distribution is above its noise")
  const at = (i: number) => -kT * Math.log(target.value[i])
  const U = new Float64Array(target.x.length).fill(at(known[0]))
  for (const [k, i] of known.entries()) {
    const next = known[k + 1] ?? target.x.length
    for (let j = i; j < next; j++) {
      const share = next < target.x.length ? (target.x[j] - target.x[i]) / (target.x[next] - target.x[i]) : 0
      U[j] = share === 0 ? at(i) : (1 - share) * at(i) + share * at(next)
    }
  }
  return { x: target.x, U }
}

/**
 * alpha kT ln(model / target), clipped, smoothed with weights that fall with the counts, and held constant beyond the
 * bins where both are above noise.
 */
const logRatioUpdate = (
  knots: Knots,
  model: Distribution,
  target: Distribution,
  options: UpdateOptions
): Float64Array => {
  const { x } = knots
  for (const grid of [model.x, target.x]) {
    if (grid.length !== x.length || grid.some((value, i) => Math.abs(value - x[i]) > 1e-9)) {
      throw new RangeError("potential, model and target must lie on one grid")
    }
  }
  const kT = boltzmann * options.temperature
  const bound = (options.clip ?? 0.5) * kT
  const clip = (value: number) => Math.min(bound, Math.max(-bound, value))
  const raw = new Float64Array(x.length)
  const weights = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) {
    if (!isReliable(model, i) || !isReliable(target, i)) continue
    const [m, t] = [model.value[i], target.value[i]]
    raw[i] = clip((options.alpha ?? 1) * kT * Math.log(m / t))
    weights[i] = (2 * m * t) / (m + t)
  }
  const first = weights.findIndex((w) => w > 0)
  const last = weights.findLastIndex((w) => w > 0)
  const smoothed = smoothByWeight(x, raw, weights, options.smoothing)
  return smoothed.map((_, i) => clip(smoothed[Math.min(last, Math.max(first, i))]))
}

/** Waves as long as `smoothing` (default 4 bins) are halved where the weight is largest, longer ones elsewhere. */
const smoothByWeight = (
  x: Float64Array,
  values: Float64Array,
  weights: Float64Array,
  smoothing: number | undefined
): Float64Array => {
  const heaviest = weights.reduce((a, b) => Math.max(a, b), 0)
  const points = (smoothing ?? 0) / (x[1] - x[0]) || 4
  return smooth(
    values,
    weights.map((w) => Math.min(1, w / heaviest)),
    Math.max(2, points)
  )
}

const withWalls = (knots: Knots, target: Distribution, temperature: number): Knots => {
  const { x, value } = target
  const known = Array.from(x.keys()).filter((i) => isReliable(target, i))
  const total = value.reduce((a, b) => a + b, 0)
  const mean = x.reduce((sum, at, i) => sum + (at * value[i]) / total, 0)
  const variance = x.reduce((sum, at, i) => sum + ((at - mean) ** 2 * value[i]) / total, 0)
  return extrapolateWalls(knots, known[0], known[known.length - 1], (boltzmann * temperature) / variance)
}
