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
  /** At least this many blocks of frames (and less than twice as many) give the errors; default 5. */
  readonly blocks?: number
}

export interface BondedDistribution {
  /** Bin centres: nm or rad. */
  readonly x: Float64Array
  /** Probability density of x, as measured: its sum times the bin width is 1. */
  readonly density: Float64Array
  /** The density with the volume element taken out, H/(4 pi r^2) or H/sin(theta), normalised likewise. */
  readonly p: Float64Array
  readonly counts: Float64Array
  /** Share of all values, outside ones included, that lie in the bin, and its standard error; NaN from one block. */
  readonly share: Float64Array
  readonly sem: Float64Array
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
  readonly bins: number
  readonly blocks: number
  /** [block, bin] */
  readonly counts: Float64Array
  frames: number
  /** Frames in a block. */
  blockLength: number
  outside: number
  values: number
  mean: number
  squares: number
}

/** An empty accumulator. Throws BondedError for a range or rows that make no sense. */
export const make = ({
  kind,
  rows,
  bins,
  min = 0,
  max = kind === "angle" ? Math.PI : NaN,
  blocks = 5
}: BondedSpec) => {
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
  if (!(Number.isInteger(blocks) && blocks > 1)) {
    throw new BondedError(`blocks must be at least 2, not ${blocks}`)
  }
  const acc: BondedAccumulator = {
    kind,
    rows,
    min,
    max,
    bins,
    blocks,
    counts: new Float64Array(2 * blocks * bins),
    frames: 0,
    blockLength: 1,
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
  const { bins, rows, counts, min, max } = acc
  const perBin = bins / (max - min)
  const block = bins * Math.floor(acc.frames / acc.blockLength)
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
    if (bin >= 0 && (bin < bins || value === max)) counts[block + Math.min(bin, bins - 1)]++
    else acc.outside++
    acc.values++
    const off = value - acc.mean
    acc.mean += off / acc.values
    acc.squares += off * (value - acc.mean)
  }
  acc.frames++
  if (acc.frames === 2 * acc.blocks * acc.blockLength) mergeBlocks(acc)
}

/** The distribution over all frames. Throws BondedError when no value lies in the range. */
export const finish = (acc: BondedAccumulator): BondedDistribution => {
  const { bins, kind, min, max, outside, values } = acc
  const { counts, sem, share } = sharesOf(acc)
  const width = (max - min) / bins
  const inside = values - outside
  if (inside === 0) throw new BondedError(`no ${kind} among ${values} lies between ${min} and ${max}`)
  const x = new Float64Array(bins)
  const density = new Float64Array(bins)
  const p = new Float64Array(bins)
  let sum = 0
  for (let k = 0; k < bins; k++) {
    x[k] = min + (k + 0.5) * width
    density[k] = counts[k] / (inside * width)
  }
  // The element integrated over the bin: exact where it changes fast, near 0 and pi.
  const element = elements(kind, x)
  for (let k = 0; k < bins; k++) {
    p[k] = density[k] / element[k]
    sum += p[k] * width
  }
  for (let k = 0; k < bins; k++) p[k] /= sum
  const standardDeviation = values > 1 ? Math.sqrt(acc.squares / (values - 1)) : 0
  return { x, density, p, counts, share, sem, outside, mean: acc.mean, standardDeviation }
}

/**
 * How much of the volume element of the coordinate falls to each bin, up to a factor: (r2^3 - r1^3) / 3 of a bond, cos t1
 * - cos t2 of an angle. x: centres of even bins, nm or rad.
 */
export const elements = (kind: "bond" | "angle", x: Float64Array): Float64Array => {
  const half = (x[1] - x[0]) / 2
  return x.map((at) =>
    kind === "bond" ? ((at + half) ** 3 - (at - half) ** 3) / 3 : Math.cos(at - half) - Math.cos(at + half)
  )
}

/** Counts and shares over all blocks; errors from the scatter of the full ones. */
const sharesOf = ({ bins, blockLength, counts: inBlocks, frames, values }: BondedAccumulator) => {
  const full = Math.floor(frames / blockLength)
  const used = Math.ceil(frames / blockLength)
  const perBlock = (values / frames) * blockLength
  const counts = new Float64Array(bins)
  const sem = new Float64Array(bins)
  for (let k = 0; k < bins; k++) {
    for (let b = 0; b < used; b++) counts[k] += inBlocks[b * bins + k]
    let mean = 0
    for (let b = 0; b < full; b++) mean += inBlocks[b * bins + k] / perBlock / full
    let squares = 0
    for (let b = 0; b < full; b++) squares += (inBlocks[b * bins + k] / perBlock - mean) ** 2
    sem[k] = full < 2 ? NaN : Math.sqrt(squares / (full * (full - 1)))
  }
  return { counts, sem, share: counts.map((count) => count / values) }
}

/** Halves the number of blocks and doubles their length. */
const mergeBlocks = (acc: BondedAccumulator): void => {
  const { bins, blocks, counts } = acc
  for (let b = 0; b < blocks; b++)
    for (let k = 0; k < bins; k++)
      counts[b * bins + k] = counts[2 * b * bins + k] + counts[(2 * b + 1) * bins + k]
  counts.fill(0, blocks * bins)
  acc.blockLength *= 2
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
