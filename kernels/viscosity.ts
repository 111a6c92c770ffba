// The shear viscosity of a liquid from the fluctuations of its pressure tensor.
import { bar, boltzmann } from "./constants.ts"
import { meanSquaredDisplacement } from "./msd.ts"

export interface ViscosityOptions {
  /** ps between rows. */
  readonly interval: number
  /** nm3 */
  readonly volume: number
  /** K */
  readonly temperature: number
  /** Lags between which the slope is taken, ps: from where the stress has forgotten itself. */
  readonly window: { readonly tmin: number; readonly tmax: number }
}

export interface Viscosity {
  /** mPa s */
  readonly viscosity: number
  /** Its standard error, from the scatter over components and pieces of the run. */
  readonly stderr: number
  /** Pieces of the run, each at least twice as long as tmax. */
  readonly pieces: number
}

/** A run that is too short for a viscosity. */
export class ViscosityError extends Error {
  readonly _tag = "ViscosityError"
}

/** Pieces at most: long ones have more origins. */
const mostPieces = 4
/** bar ps in mPa s */
const milliPascalSecond = 1e-4

/**
 * eta = V / (2 kT) d/dt <[int_0^t P_ab dt']^2> (Helfand, Phys. Rev. 119, 1, 1960: Einstein's form of Green and Kubo's
 * integral), averaged over the five independent components of the traceless pressure tensor (Daivis and Evans, J. Chem. Phys.
 * 100, 541, 1994): xy, xz, yz, (xx - yy)/2 and (xx + yy - 2 zz)/sqrt(12), over all origins of each piece.
 *
 * tensor: [row, xx yy zz xy xz yz] in bar. Throws ViscosityError for a run shorter than four times tmax.
 */
export const shearViscosity = (
  tensor: Float64Array,
  { interval, temperature, volume, window: { tmax, tmin } }: ViscosityOptions
): Viscosity => {
  const rows = tensor.length / 6
  const [first, last] = [Math.round(tmin / interval), Math.round(tmax / interval)]
  const pieces = Math.min(mostPieces, Math.floor(rows / (2 * last)))
  if (!(first >= 0 && last > first) || pieces < 2) {
    const run = (rows * interval).toPrecision(3)
    throw new ViscosityError(
      `a run of ${run} ps is too short for the viscosity between lags of ${tmin} and ${tmax} ps`
    )
  }
  const length = Math.floor(rows / pieces)
  const kT = (boltzmann * temperature) / bar // bar nm3
  const factor = (milliPascalSecond * volume) / (2 * kT * (last - first) * interval)
  const values: Array<number> = []
  for (let piece = 0; piece < pieces; piece++) {
    const moments = helfandMoments(tensor, rows - (pieces - piece) * length, length, interval)
    const shape = { frames: length, beads: components }
    const { perBead } = meanSquaredDisplacement(moments, shape, { com: "keep", maxLag: last })
    for (let k = 0; k < components; k++) {
      values.push(factor * (perBead[k * (last + 1) + last] - perBead[k * (last + 1) + first]))
    }
  }
  const viscosity = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - viscosity) ** 2, 0)
  return { viscosity, stderr: Math.sqrt(squares / (values.length - 1) / values.length), pieces }
}

const components = 5

/** Integrals of the components over time, as the x of walkers: [row, component, xyz], bar ps. */
const helfandMoments = (
  tensor: Float64Array,
  start: number,
  length: number,
  interval: number
): Float64Array => {
  const moments = new Float64Array(3 * components * length)
  let before = stresses(tensor, start)
  for (let row = 1; row < length; row++) {
    const now = stresses(tensor, start + row)
    for (let k = 0; k < components; k++) {
      const at = 3 * (row * components + k)
      moments[at] = moments[at - 3 * components] + ((before[k] + now[k]) / 2) * interval
    }
    before = now
  }
  return moments
}

const stresses = (tensor: Float64Array, row: number): ReadonlyArray<number> => {
  const [xx, yy, zz, xy, xz, yz] = tensor.subarray(6 * row, 6 * row + 6)
  return [xy, xz, yz, (xx - yy) / 2, (xx + yy - 2 * zz) / Math.sqrt(12)]
}
