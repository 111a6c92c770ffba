// Distributions of bond lengths and angles, accumulated frame by frame.
import type { Box } from "./box.ts"
import * as Boxes from "./box.ts"

export interface BondedSpec {
  readonly kind: "bond" | "angle"
  /** Flat rows of bead indices from 0: [i, j] for a bond, [i, j, k] with j the corner for an angle. */
  readonly rows: Int32Array
  readonly bins: number
  /** Range: nm for a bond, rad for an angle (default 0 to pi). */
  readonly min?: number
  readonly max?: number
}

export interface BondedDistribution {
  /** Bin centres: nm or rad. */
  readonly x: Float64Array
  /** Probability density of x, as measured: its sum times the bin width is 1. */
  readonly density: Float64Array
  /** The density with the volume element taken out, H/(4 pi r^2) or H/sin(theta), normalised likewise. */
  readonly p: Float64Array
  readonly counts: Float64Array
  /** Values outside the range; the densities speak only of those inside. */
  readonly outside: number
  /** Over all values, outside ones included: nm or rad. */
  readonly mean: number
  readonly standardDeviation: number
}

/** A request or a frame that makes no distribution. */
export class BondedError extends Error {
  readonly _tag = "BondedError"
}

export interface BondedAccumulator {
  readonly kind: "bond" | "angle"
  readonly rows: Int32Array
  readonly min: number
  readonly max: number
  readonly counts: Float64Array
  outside: number
  values: number
  mean: number
  squares: number
}

/** An empty accumulator. Throws BondedError for a range or rows that make no sense. */
export const make = ({ kind, rows, bins, min = 0, max = kind === "angle" ? Math.PI : NaN }: BondedSpec) => {
  if (!(min >= 0 && max > min && (kind === "bond" || max <= Math.PI))) {
    throw new BondedError(`a ${kind} histogram from ${min} to ${max} is no range`)
  }
  const size = kind === "bond" ? 2 : 3
  if (rows.length === 0 || rows.length % size !== 0) {
    throw new BondedError(`${kind}s are rows of ${size} indices, not ${rows.length} numbers`)
  }
  if (!(Number.isInteger(bins) && bins > 0)) {
    throw new BondedError(`bins must be a positive integer, not ${bins}`)
  }
  const acc: BondedAccumulator = {
    kind,
    rows,
    min,
    max,
    counts: new Float64Array(bins),
    outside: 0,
    values: 0,
    mean: 0,
    squares: 0
  }
  return acc
}

/**
 * Adds one frame, nearest images taken. positions: 3N, nm; box: nm.
 * A bond must be shorter than half the smallest height of the box.
 */
export const add = (acc: BondedAccumulator, positions: Float32Array | Float64Array, box: Box): void => {
  Boxes.check(box)
  const { rows, counts, min, max } = acc
  const perBin = counts.length / (max - min)
  const size = acc.kind === "bond" ? 2 : 3
  const u = new Float64Array(3)
  const v = new Float64Array(3)
  for (let row = 0; row < rows.length; row += size) {
    let value: number
    if (size === 2) {
      difference(positions, rows[row], rows[row + 1], box, u)
      value = Math.sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2])
    } else {
      difference(positions, rows[row + 1], rows[row], box, u)
      difference(positions, rows[row + 1], rows[row + 2], box, v)
      value = angle(u, v)
    }
    if (!Number.isFinite(value)) {
      throw new BondedError(`${acc.kind} ${row / size} has no value: a position is missing or not finite`)
    }
    const bin = Math.floor((value - min) * perBin)
    // the upper edge belongs to the last bin: a straight angle is exactly pi
    if (bin >= 0 && (bin < counts.length || value === max)) counts[Math.min(bin, counts.length - 1)]++
    else acc.outside++
    acc.values++
    const off = value - acc.mean
    acc.mean += off / acc.values
    acc.squares += off * (value - acc.mean)
  }
}

/** The distribution over all frames. Throws BondedError when no value lies in the range. */
export const finish = (acc: BondedAccumulator): BondedDistribution => {
  const { kind, min, max, counts, outside, values } = acc
  const bins = counts.length
  const width = (max - min) / bins
  const inside = values - outside
  if (inside === 0) throw new BondedError(`no ${kind} among ${values} lies between ${min} and ${max}`)
  const x = new Float64Array(bins)
  const density = new Float64Array(bins)
  const p = new Float64Array(bins)
  let sum = 0
  for (let k = 0; k < bins; k++) {
    const low = min + k * width
    const high = min + (k + 1) * width
    x[k] = (low + high) / 2
    density[k] = counts[k] / (inside * width)
    // the element integrated over the bin: exact where it changes fast, near 0 and pi
    const element =
      kind === "bond"
        ? ((4 / 3) * Math.PI * (high ** 3 - low ** 3)) / width
        : (Math.cos(low) - Math.cos(high)) / width
    p[k] = density[k] / element
    sum += p[k] * width
  }
  for (let k = 0; k < bins; k++) p[k] /= sum
  const standardDeviation = values > 1 ? Math.sqrt(acc.squares / (values - 1)) : 0
  return { x, density, p, counts: counts.slice(), outside, mean: acc.mean, standardDeviation }
}

/** out = the nearest image of (to - from), nm. */
const difference = (
  positions: Float32Array | Float64Array,
  from: number,
  to: number,
  box: Box,
  out: Float64Array
): void => {
  out[0] = positions[3 * to] - positions[3 * from]
  out[1] = positions[3 * to + 1] - positions[3 * from + 1]
  out[2] = positions[3 * to + 2] - positions[3 * from + 2]
  Boxes.nearestImage(out, box)
}

/** atan2 keeps its digits near 0 and pi, where acos of the cosine loses half of them. */
const angle = (u: Float64Array, v: Float64Array): number => {
  const cx = u[1] * v[2] - u[2] * v[1]
  const cy = u[2] * v[0] - u[0] * v[2]
  const cz = u[0] * v[1] - u[1] * v[0]
  return Math.atan2(Math.sqrt(cx * cx + cy * cy + cz * cz), u[0] * v[0] + u[1] * v[1] + u[2] * v[2])
}
