// Histograms of nearest-image distances: the inner loops of the radial distribution function.
import type { Box } from "./box.ts"
import * as Boxes from "./box.ts"
import type { Grid } from "./cells.ts"
import * as Cells from "./cells.ts"

/** Points as fractional coordinates in [0, 1); points of equal tag are no pair. */
export interface Points {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly z: Float64Array
  readonly tags: Int32Array
}

/** A run of points; `end` is exclusive. */
export interface Run {
  readonly begin: number
  readonly end: number
}

/** Distance r nm falls into bin floor(r perNm + shift). */
export interface Binning {
  readonly perNm: number
  readonly shift: number
}

/** An upper bound of all nearest-image distances in a box, nm: how far a histogram must reach. */
export const farthest = (box: Box): number =>
  (box[0] + Math.hypot(box[1], box[3]) + Math.hypot(box[2], box[4], box[5])) / 2

/** Counts the pairs between two runs, or within one when they begin at the same point. No test of distance. */
export const countAll = (
  points: Points,
  first: Run,
  second: Run,
  box: Box,
  binning: Binning,
  histogram: Int32Array
): void => (Boxes.isOrthogonal(box) ? orthogonal : triclinic)(points, first, second, box, binning, histogram)

/** The same, looking only at cells of the grid that touch: complete up to the reach of the grid. */
export const countNear = (
  points: Points,
  first: Run,
  second: Run,
  grid: Grid,
  box: Box,
  binning: Binning,
  histogram: Int32Array
): void => {
  const same = first.begin === second.begin
  const firstCells = Cells.build(...fractionsOf(points, first), grid)
  const secondCells = same ? firstCells : Cells.build(...fractionsOf(points, second), grid)
  const firstSorted = sorted(points, first, firstCells.order)
  const secondSorted = same ? firstSorted : sorted(points, second, secondCells.order)
  const joined = same ? firstSorted : join(firstSorted, secondSorted)
  const offset = same ? 0 : first.end - first.begin
  const near = Cells.neighbours(grid, same)
  const count = Boxes.isOrthogonal(box) ? orthogonal : triclinic
  for (let k = 0; k < near.length; k += 2) {
    const c = near[k]
    const d = near[k + 1]
    const a = { begin: firstCells.start[c], end: firstCells.start[c + 1] }
    const b = { begin: offset + secondCells.start[d], end: offset + secondCells.start[d + 1] }
    if (a.begin < a.end && b.begin < b.end) count(joined, a, b, box, binning, histogram)
  }
}

const orthogonal: typeof countAll = ({ x, y, z, tags }, first, second, box, { perNm, shift }, histogram) => {
  const lx = box[0]
  const ly = box[1]
  const lz = box[2]
  const within = first.begin === second.begin
  for (let i = first.begin; i < first.end; i++) {
    const xi = x[i]
    const yi = y[i]
    const zi = z[i]
    const tag = tags[i]
    for (let j = within ? i + 1 : second.begin; j < second.end; j++) {
      if (tags[j] === tag) continue
      // min(|d|, 1 - |d|) without a branch: the nearest image of a difference in (-1, 1)
      const dx = (0.5 - Math.abs(Math.abs(xi - x[j]) - 0.5)) * lx
      const dy = (0.5 - Math.abs(Math.abs(yi - y[j]) - 0.5)) * ly
      const dz = (0.5 - Math.abs(Math.abs(zi - z[j]) - 0.5)) * lz
      histogram[(Math.sqrt(dx * dx + dy * dy + dz * dz) * perNm + shift) | 0]++
    }
  }
}

const triclinic: typeof countAll = ({ x, y, z, tags }, first, second, box, { perNm, shift }, histogram) => {
  const [lx, ly, lz, xy, xz, yz] = box
  const within = first.begin === second.begin
  for (let i = first.begin; i < first.end; i++) {
    const xi = x[i]
    const yi = y[i]
    const zi = z[i]
    const tag = tags[i]
    for (let j = within ? i + 1 : second.begin; j < second.end; j++) {
      if (tags[j] === tag) continue
      let sx = xi - x[j]
      let sy = yi - y[j]
      let sz = zi - z[j]
      sx -= Math.floor(sx + 0.5)
      sy -= Math.floor(sy + 0.5)
      sz -= Math.floor(sz + 0.5)
      const dx = lx * sx + xy * sy + xz * sz
      const dy = ly * sy + yz * sz
      const dz = lz * sz
      histogram[(Math.sqrt(dx * dx + dy * dy + dz * dz) * perNm + shift) | 0]++
    }
  }
}

const fractionsOf = ({ x, y, z }: Points, { begin, end }: Run) =>
  [x.subarray(begin, end), y.subarray(begin, end), z.subarray(begin, end)] as const

const sorted = ({ x, y, z, tags }: Points, { begin }: Run, order: Int32Array): Points => {
  const points = {
    x: new Float64Array(order.length),
    y: new Float64Array(order.length),
    z: new Float64Array(order.length),
    tags: new Int32Array(order.length)
  }
  for (let k = 0; k < order.length; k++) {
    const from = begin + order[k]
    points.x[k] = x[from]
    points.y[k] = y[from]
    points.z[k] = z[from]
    points.tags[k] = tags[from]
  }
  return points
}

const join = (a: Points, b: Points): Points => {
  const tags = new Int32Array(a.tags.length + b.tags.length)
  tags.set(a.tags)
  tags.set(b.tags, a.tags.length)
  return { x: concat(a.x, b.x), y: concat(a.y, b.y), z: concat(a.z, b.z), tags }
}

const concat = (p: Float64Array, q: Float64Array): Float64Array => {
  const joined = new Float64Array(p.length + q.length)
  joined.set(p)
  joined.set(q, p.length)
  return joined
}
