// Mean squared displacements over all time origins, by fast Fourier transform.
import FFT from "fft.js"

/** Shape of a trajectory in memory, [frame, bead, xyz]. */
export interface Shape {
  readonly frames: number
  readonly beads: number
}

export interface MsdOptions {
  /**
   * "remove" (default) takes the drift of the centre of mass out and corrects for the motion that goes with it: N beads
   * about their own centre move like N - 1 free ones, so the result is multiplied by N/(N-1).
   */
  readonly com?: "remove" | "keep"
  /** Mass of each bead, any unit, for the centre of mass; default all equal. */
  readonly masses?: ArrayLike<number>
  /** Longest lag in frames; default frames - 1. */
  readonly maxLag?: number
}

export interface Msd {
  /** MSD at lags 0 to maxLag in frames, summed over the axes, averaged over beads and origins, nm2. */
  readonly msd: Float64Array
  /** The same along x, y and z, nm2. */
  readonly axes: readonly [Float64Array, Float64Array, Float64Array]
  /** MSD of each bead, [bead, lag], summed over the axes, nm2. */
  readonly perBead: Float64Array
  readonly frames: number
  readonly beads: number
  readonly com: "remove" | "keep"
}

/** A trajectory that has no MSD. */
export class MsdError extends Error {
  readonly _tag = "MsdError"
}

/**
 * MSD(l) = < |x(t + l) - x(t)|^2 > over all beads and all origins t (Kneller et al., Comput. Phys. Commun. 91, 191,
 * 1995: sums of squares less an autocorrelation by FFT). Sums in double from the single precision input.
 *
 * positions: [frame, bead, xyz], nm, unwrapped. Throws MsdError for a wrong shape, fewer than 2 frames, a single bead
 * whose centre of mass would be removed, or a position that is not finite.
 */
export const meanSquaredDisplacement = (
  positions: Float32Array | Float64Array,
  { frames, beads }: Shape,
  { com = "remove", masses, maxLag = frames - 1 }: MsdOptions = {}
): Msd => {
  if (positions.length !== frames * beads * 3) {
    throw new MsdError(
      `${frames} frames of ${beads} beads are ${frames * beads * 3} numbers, not ${positions.length}`
    )
  }
  if (frames < 2 || beads < 1)
    throw new MsdError(`an MSD needs two frames of a bead, not ${frames} of ${beads}`)
  if (com === "remove" && beads < 2) {
    throw new MsdError("a single bead has no motion about its own centre of mass: keep it")
  }
  if (!(Number.isInteger(maxLag) && maxLag >= 1 && maxLag < frames)) {
    throw new MsdError(`maxLag is an integer from 1 to ${frames - 1}, not ${maxLag}`)
  }
  const weights = weightsOf(beads, masses)
  const centre = com === "remove" ? centreOf(positions, frames, beads, weights) : new Float64Array(3 * frames)
  const scale = com === "remove" ? freeOverBound(weights) : 1

  const lags = maxLag + 1
  const correlate = makeCorrelator(frames)
  const perBead = new Float64Array(beads * lags)
  const axes = [new Float64Array(lags), new Float64Array(lags), new Float64Array(lags)] as const
  const x = new Float64Array(frames)
  const displacement = new Float64Array(lags)
  for (let bead = 0; bead < beads; bead++) {
    for (let axis = 0; axis < 3; axis++) {
      let mean = 0
      for (let f = 0; f < frames; f++) {
        x[f] = positions[3 * (f * beads + bead) + axis] - centre[3 * f + axis]
        mean += x[f] / frames
      }
      if (!Number.isFinite(mean)) throw new MsdError(`bead ${bead} has a position that is not finite`)
      // a large mean would cost digits in the difference of squares
      for (let f = 0; f < frames; f++) x[f] -= mean
      correlate(x, displacement)
      for (let lag = 1; lag < lags; lag++) {
        const value = displacement[lag] * scale
        perBead[bead * lags + lag] += value
        axes[axis][lag] += value / beads
      }
    }
  }
  const msd = axes[0].map((value, lag) => value + axes[1][lag] + axes[2][lag])
  return { msd, axes, perBead, frames, beads, com }
}

/** A function that fills in the squared displacements of a series, all origins, for lags 0 to out.length - 1. */
const makeCorrelator = (frames: number) => {
  let size = 2
  while (size < 2 * frames) size *= 2 // twice the length, so that the series does not meet itself
  const fft = new FFT(size)
  const series = new Float64Array(size)
  const spectrum = new Float64Array(2 * size)
  const correlation = new Float64Array(2 * size)
  return (x: Float64Array, out: Float64Array): void => {
    series.fill(0)
    series.set(x)
    fft.realTransform(spectrum, series)
    fft.completeSpectrum(spectrum)
    for (let k = 0; k < 2 * size; k += 2) {
      spectrum[k] = spectrum[k] * spectrum[k] + spectrum[k + 1] * spectrum[k + 1]
      spectrum[k + 1] = 0
    }
    fft.inverseTransform(correlation, spectrum)
    let squares = 0
    for (let f = 0; f < frames; f++) squares += 2 * x[f] * x[f]
    for (let lag = 0; lag < out.length; lag++) {
      // squares: sum of x(t)^2 + x(t + lag)^2 over the origins that have a partner
      if (lag > 0) squares -= x[lag - 1] * x[lag - 1] + x[frames - lag] * x[frames - lag]
      out[lag] = (squares - 2 * correlation[2 * lag]) / (frames - lag)
    }
  }
}

const weightsOf = (beads: number, masses?: ArrayLike<number>): Float64Array => {
  if (masses !== undefined && masses.length !== beads) {
    throw new MsdError(`${beads} beads need ${beads} masses, not ${masses.length}`)
  }
  const weights = new Float64Array(beads)
  let total = 0
  for (let b = 0; b < beads; b++) {
    weights[b] = masses?.[b] ?? 1
    if (!(weights[b] > 0)) throw new MsdError(`the mass of bead ${b} is ${weights[b]}`)
    total += weights[b]
  }
  return weights.map((w) => w / total)
}

/** Centre of mass [frame, xyz], nm. */
const centreOf = (
  positions: Float32Array | Float64Array,
  frames: number,
  beads: number,
  weights: Float64Array
): Float64Array => {
  const centre = new Float64Array(3 * frames)
  for (let f = 0; f < frames; f++)
    for (let b = 0; b < beads; b++)
      for (let axis = 0; axis < 3; axis++) {
        centre[3 * f + axis] += weights[b] * positions[3 * (f * beads + b) + axis]
      }
  return centre
}

/**
 * Free motion over motion about the centre, for independent beads of one mobility: the displacement of bead k less the
 * weighted mean has variance 1 - 2 w_k + sum w^2, on average 1 - 2/N + sum w^2; N/(N-1) for equal masses.
 */
const freeOverBound = (weights: Float64Array): number => {
  let squares = 0
  for (const w of weights) squares += w * w
  return 1 / (1 - 2 / weights.length + squares)
}
