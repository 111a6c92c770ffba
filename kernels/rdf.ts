// Radial distribution functions, accumulated frame by frame.
import type { Box } from "./box.ts"
import * as Boxes from "./box.ts"
import * as Cells from "./cells.ts"
import type { Run } from "./pairHistogram.ts"
import * as PairHistogram from "./pairHistogram.ts"

/**
 * What g(r) is divided by. "N(N-1)": the pairs that are counted, so that an ideal gas of N particles gives 1
 * (LAMMPS). "N2": N_i N_j, self and excluded pairs included (VOTCA, GROMACS, freud): lower by 1/N.
 */
export type Normalization = "N(N-1)" | "N2"

export interface RdfSpec {
  /** Type of each bead, 1-based. */
  readonly types: Int32Array
  /** Pairs of types, each wanted once; [1, 2] is [2, 1]. */
  readonly pairs: ReadonlyArray<readonly [number, number]>
  /** Bins between rMin and rMax. */
  readonly bins: number
  /** Lower edge of the first bin, nm; default 0. */
  readonly rMin?: number
  /** Upper edge of the last bin, nm; at most half the smallest height of every box. */
  readonly rMax: number
  /** Default "N(N-1)". */
  readonly normalization?: Normalization
  /** At least this many blocks (and less than twice as many) give the error bars; default 5. */
  readonly blocks?: number
  /** Molecule of each bead. */
  readonly molecule?: Int32Array
  /** Leaves out pairs within a molecule; needs `molecule`. */
  readonly excludeSameMolecule?: boolean
}

export interface Rdf {
  readonly types: readonly [number, number]
  /** Bin centres, nm. */
  readonly r: Float64Array
  readonly g: Float64Array
  /** Standard error of g from blocks of consecutive frames; NaN from a single frame. */
  readonly sem: Float64Array
  /** Pairs counted in each bin, over all frames. */
  readonly counts: Float64Array
}

/** A request or a frame from which no g(r) can be made; the fields carry the numbers. */
export class RdfError extends Error {
  readonly _tag = "RdfError"
  readonly frame: number
  readonly rMax: number
  readonly limit: number
  constructor(message: string, fields: { frame?: number; rMax?: number; limit?: number } = {}) {
    super(message)
    this.frame = fields.frame ?? -1
    this.rMax = fields.rMax ?? NaN
    this.limit = fields.limit ?? NaN
  }
}

/** The state between frames; its fields are for this module alone. */
export interface RdfAccumulator {
  readonly spec: Required<Omit<RdfSpec, "molecule">>
  /** The beads of both types of each pair, as runs of the sorted coordinates. */
  readonly groups: ReadonlyArray<readonly [Run, Run]>
  /** Divisor of each pair: how many unordered pairs of beads the normalisation speaks of. */
  readonly divisors: ReadonlyArray<number>
  /** Bead at each place of the sorted coordinates, beads of one type side by side. */
  readonly order: Int32Array
  /** Beads of equal tag are no pair. */
  readonly tags: Int32Array
  /** Volume-weighted counts [block, pair, bin], nm3. */
  readonly weighted: Float64Array
  readonly counts: Float64Array
  readonly x: Float64Array
  readonly y: Float64Array
  readonly z: Float64Array
  histogram: Int32Array
  frames: number
  blockLength: number
}

/** An empty accumulator. Throws RdfError for a request that has no answer. */
export const make = (spec: RdfSpec): RdfAccumulator => {
  const { types, pairs, bins, rMax, rMin = 0, normalization = "N(N-1)", blocks = 5 } = spec
  const exclude = spec.excludeSameMolecule ?? false
  if (!(Number.isInteger(bins) && bins > 0))
    throw new RdfError(`bins must be a positive integer, not ${bins}`)
  if (!(Number.isInteger(blocks) && blocks > 1))
    throw new RdfError(`blocks must be at least 2, not ${blocks}`)
  if (!(rMin >= 0 && rMax > rMin && Number.isFinite(rMax))) {
    throw new RdfError(`0 <= rMin < rMax is needed, not rMin ${rMin} and rMax ${rMax} nm`, { rMax })
  }
  if (exclude && spec.molecule?.length !== types.length) {
    throw new RdfError(`excludeSameMolecule needs the molecule of each of the ${types.length} beads`)
  }
  const order = Int32Array.from(types.keys()).sort((a, b) => types[a] - types[b] || a - b)
  const tags = order.map((bead) => (exclude ? spec.molecule![bead] : bead))
  const groups = pairs.map(([a, b]) => [groupOf(types, order, a), groupOf(types, order, b)] as const)
  const seen = new Set<string>()
  const divisors = pairs.map(([a, b], p) => {
    const name = a < b ? `${a}-${b}` : `${b}-${a}`
    if (seen.has(name)) throw new RdfError(`the pair of types ${name} is asked for twice`)
    seen.add(name)
    const [first, second] = groups[p]
    const ni = first.end - first.begin
    const nj = second.end - second.begin
    const all = a === b ? (ni * (ni - 1)) / 2 : ni * nj
    const counted = all - (exclude ? pairsWithin(tags, first, second) : 0)
    if (counted === 0)
      throw new RdfError(`types ${a} (${ni} beads) and ${b} (${nj} beads) have no pair to count`)
    if (normalization === "N(N-1)") return counted
    return a === b ? (ni * ni) / 2 : ni * nj
  })
  const coordinates = () => new Float64Array(types.length)
  return {
    spec: { types, pairs, bins, rMin, rMax, normalization, blocks, excludeSameMolecule: exclude },
    groups,
    divisors,
    order,
    tags,
    weighted: new Float64Array(2 * blocks * pairs.length * bins),
    counts: new Float64Array(pairs.length * bins),
    x: coordinates(),
    y: coordinates(),
    z: coordinates(),
    histogram: new Int32Array(0),
    frames: 0,
    blockLength: 1
  }
}

/**
 * Counts the pairs of one frame. positions: 3N, nm, wrapped or not; box: nm.
 * Throws RdfError when rMax is above half the smallest height of the box (rounding of fractional coordinates gives
 * the nearest image only below it) or a position is not finite, BoxError when the box is none.
 */
export const add = (acc: RdfAccumulator, positions: Float32Array | Float64Array, box: Box): void => {
  const { bins, rMin, rMax, blocks, pairs } = acc.spec
  const frame = acc.frames
  Boxes.check(box)
  const heights = Boxes.heights(box)
  const limit = Math.min(...heights) / 2
  if (rMax > limit * (1 + 1e-12)) {
    throw new RdfError(
      `frame ${frame}: rMax ${rMax} nm is above half the smallest height of the box, ${limit.toPrecision(6)} nm: ` +
        `choose rMax <= ${limit.toPrecision(6)}`,
      { frame, rMax, limit }
    )
  }
  toFractions(acc, positions, box)

  // Bin edges lie at rMin + k dr; the histogram also has room for what is nearer and farther, since an unpredictable
  // branch would cost more than the count.
  const perNm = bins / (rMax - rMin)
  const below = Math.ceil(rMin * perNm)
  const shift = below - rMin * perNm
  const width = Math.max(below + bins, Math.ceil(PairHistogram.farthest(box) * perNm + shift)) + 2
  if (acc.histogram.length < width) acc.histogram = new Int32Array(width)
  const histogram = acc.histogram
  const grid = Cells.gridFor(heights, rMax)
  const volume = Boxes.volume(box)
  const block = Math.floor(frame / acc.blockLength)
  for (let p = 0; p < pairs.length; p++) {
    const [first, second] = acc.groups[p]
    histogram.fill(0)
    const beads = first.end - first.begin + second.end - second.begin
    if (beads > 400 && Cells.share(grid) < 0.6) {
      PairHistogram.countNear(acc, first, second, grid, box, { perNm, shift }, histogram)
    } else {
      PairHistogram.countAll(acc, first, second, box, { perNm, shift }, histogram)
    }
    const at = (block * pairs.length + p) * bins
    for (let k = 0; k < bins; k++) {
      const found = histogram[below + k]
      acc.counts[p * bins + k] += found
      acc.weighted[at + k] += found * volume
    }
  }
  acc.frames = frame + 1
  if (acc.frames === 2 * blocks * acc.blockLength) mergeBlocks(acc)
}

/** Pairs that a frame of this volume (nm3) has in each bin where g is 1: [pair, bin]. */
export const pairsPerUnit = ({ divisors, spec }: RdfAccumulator, volume: number): Float64Array => {
  const { bins, rMax, rMin } = spec
  const width = (rMax - rMin) / bins
  return Float64Array.from({ length: divisors.length * bins }, (_, at) => {
    const inner = rMin + (at % bins) * width
    return (divisors[Math.floor(at / bins)] * shell(inner, inner + width)) / volume
  })
}

const shell = (inner: number, outer: number): number => (4 / 3) * Math.PI * (outer ** 3 - inner ** 3)

/** g(r) of each pair of types, in the order of the request. Throws RdfError without a frame. */
export const finish = (acc: RdfAccumulator): Array<Rdf> => {
  const { bins, rMin, rMax, pairs } = acc.spec
  if (acc.frames === 0) throw new RdfError("no frame was added")
  const width = (rMax - rMin) / bins
  const full = Math.floor(acc.frames / acc.blockLength)
  const used = Math.ceil(acc.frames / acc.blockLength)
  return pairs.map((types, p) => {
    const r = new Float64Array(bins)
    const g = new Float64Array(bins)
    const sem = new Float64Array(bins)
    for (let k = 0; k < bins; k++) {
      const inner = rMin + k * width
      const outer = rMin + (k + 1) * width
      r[k] = (inner + outer) / 2
      const perPair = 1 / (acc.divisors[p] * shell(inner, outer))
      const block = (b: number) => acc.weighted[(b * pairs.length + p) * bins + k] * perPair
      let sum = 0
      for (let b = 0; b < used; b++) sum += block(b)
      g[k] = sum / acc.frames
      let mean = 0
      for (let b = 0; b < full; b++) mean += block(b) / acc.blockLength / full
      let squares = 0
      for (let b = 0; b < full; b++) squares += (block(b) / acc.blockLength - mean) ** 2
      sem[k] = full < 2 ? NaN : Math.sqrt(squares / (full * (full - 1)))
    }
    return { types, r, g, sem, counts: acc.counts.slice(p * bins, (p + 1) * bins) }
  })
}

const groupOf = (types: Int32Array, order: Int32Array, type: number): Run => {
  const begin = order.findIndex((bead) => types[bead] === type)
  if (begin < 0) throw new RdfError(`no bead has type ${type}`)
  let end = begin
  while (end < order.length && types[order[end]] === type) end++
  return { begin, end }
}

/** Unordered pairs of beads of two groups that share a molecule. */
const pairsWithin = (tags: Int32Array, first: Run, second: Run): number => {
  const inSecond = new Map<number, number>()
  for (let j = second.begin; j < second.end; j++) inSecond.set(tags[j], (inSecond.get(tags[j]) ?? 0) + 1)
  let ordered = 0
  for (let i = first.begin; i < first.end; i++) ordered += inSecond.get(tags[i]) ?? 0
  return first.begin === second.begin ? (ordered - (first.end - first.begin)) / 2 : ordered
}

/** Halves the number of blocks and doubles their length, so that a run of unknown length keeps 5 to 10 blocks. */
const mergeBlocks = (acc: RdfAccumulator): void => {
  const { weighted } = acc
  const { blocks, pairs, bins } = acc.spec
  const size = pairs.length * bins
  for (let b = 0; b < blocks; b++)
    for (let k = 0; k < size; k++)
      weighted[b * size + k] = weighted[2 * b * size + k] + weighted[(2 * b + 1) * size + k]
  weighted.fill(0, blocks * size)
  acc.blockLength *= 2
}

/** Fills x, y, z with fractional coordinates in [0, 1), sorted by type. */
const toFractions = (acc: RdfAccumulator, positions: Float32Array | Float64Array, box: Box): void => {
  const { order, x, y, z } = acc
  if (positions.length !== 3 * order.length) {
    throw new RdfError(`frame ${acc.frames} has ${positions.length / 3} beads, not ${order.length}`)
  }
  const [lx, ly, lz, xy, xz, yz] = box
  for (let k = 0; k < order.length; k++) {
    const at = 3 * order[k]
    const sz = positions[at + 2] / lz
    const sy = (positions[at + 1] - yz * sz) / ly
    const sx = (positions[at] - xy * sy - xz * sz) / lx
    if (!Number.isFinite(sx + sy + sz)) {
      throw new RdfError(`frame ${acc.frames}: the position of bead ${order[k]} is not finite`, {
        frame: acc.frames
      })
    }
    x[k] = sx - Math.floor(sx)
    y[k] = sy - Math.floor(sy)
    z[k] = sz - Math.floor(sz)
  }
}
