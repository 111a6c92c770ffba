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
  const correlate = makeCorrelator(frames, lags)
  const perBead = new Float64Array(beads * lags)
  const axes = [new Float64Array(lags), new Float64Array(lags), new Float64Array(lags)] as const
  const series = [new Float64Array(frames), new Float64Array(frames)] as const
  const displacements = [new Float64Array(lags), new Float64Array(lags)] as const
  for (let pair = 0; pair < 3 * beads; pair += 2) {
    for (let k = 0; k < 2; k++) {
      const coordinate = pair + k
      const x = series[k].fill(0)
      if (coordinate >= 3 * beads) continue
      let mean = 0
      for (let f = 0; f < frames; f++) {
        x[f] = positions[3 * f * beads + coordinate] - centre[3 * f + (coordinate % 3)]
        mean += x[f] / frames
      }
      if (!Number.isFinite(mean)) {
        throw new MsdError(`bead ${Math.floor(coordinate / 3)} has a position that is not finite`)
      }
      // a large mean would cost digits in the difference of squares
      for (let f = 0; f < frames; f++) x[f] -= mean
    }
    correlate(series, displacements)
    for (let k = 0; k < Math.min(2, 3 * beads - pair); k++) {
      const bead = Math.floor((pair + k) / 3)
      const axis = axes[(pair + k) % 3]
      for (let lag = 1; lag < lags; lag++) {
        const value = displacements[k][lag] * scale
        perBead[bead * lags + lag] += value
        axis[lag] += value / beads
      }
    }
  }
  const msd = axes[0].map((value, lag) => value + axes[1][lag] + axes[2][lag])
  return { msd, axes, perBead, frames, beads, com }
}

type Two = readonly [Float64Array, Float64Array]

/**
 * A function that fills in the squared displacements of two series, all origins, for lags 0 to lags - 1. Two, since one
 * complex transform does two real series.
 */
const makeCorrelator = (frames: number, lags: number) => {
  let size = 2
  while (size < frames + lags) size *= 2 // room enough that the series does not meet its own other end
  const fft = new FFT(size)
  const input = new Float64Array(2 * size)
  const spectrum = new Float64Array(2 * size)
  const correlation = new Float64Array(2 * size)
  return (series: Two, out: Two): void => {
    input.fill(0)
    for (let f = 0; f < frames; f++) {
      input[2 * f] = series[0][f]
      input[2 * f + 1] = series[1][f]
    }
    fft.transform(spectrum, input)
    // z = x + i y gives X = (Z(k) + Z*(-k))/2 and Y = (Z(k) - Z*(-k))/2i; |X|^2 + i |Y|^2 goes back the same way
    for (let k = 0; k <= size / 2; k++) {
      const a = 2 * k
      const b = 2 * ((size - k) % size)
      const xr = spectrum[a] + spectrum[b]
      const xi = spectrum[a + 1] - spectrum[b + 1]
      const yr = spectrum[a + 1] + spectrum[b + 1]
      const yi = spectrum[b] - spectrum[a]
      spectrum[a] = spectrum[b] = (xr * xr + xi * xi) / 4
      spectrum[a + 1] = spectrum[b + 1] = (yr * yr + yi * yi) / 4
    }
    fft.inverseTransform(correlation, spectrum)
    for (let k = 0; k < 2; k++) {
      const x = series[k]
      let squares = 0
      for (let f = 0; f < frames; f++) squares += 2 * x[f] * x[f]
      for (let lag = 0; lag < lags; lag++) {
        // squares: sum of x(t)^2 + x(t + lag)^2 over the origins that have a partner
        if (lag > 0) squares -= x[lag - 1] * x[lag - 1] + x[frames - lag] * x[frames - lag]
        out[k][lag] = (squares - 2 * correlation[2 * lag + k]) / (frames - lag)
      }
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
