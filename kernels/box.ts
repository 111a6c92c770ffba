// The periodic box: LAMMPS restricted triclinic, Float64Array [lx, ly, lz, xy, xz, yz] in nm.

/** Edge vectors a = (lx, 0, 0), b = (xy, ly, 0), c = (xz, yz, lz), nm. */
export type Box = Float64Array

/** A box that is no box. */
export class BoxError extends Error {
  readonly _tag = "BoxError"
  readonly box: ReadonlyArray<number>
  constructor(box: ArrayLike<number>) {
    const numbers = Array.from(box)
    super(`a box is six finite numbers lx ly lz xy xz yz with lx, ly, lz > 0 nm, not [${numbers.join(", ")}]`)
    this.box = numbers
  }
}

/** A rectangular box, edges in nm. */
export const orthogonal = (lx: number, ly: number = lx, lz: number = lx): Box =>
  Float64Array.of(lx, ly, lz, 0, 0, 0)

/** Throws BoxError unless the box has a volume. */
export const check = (box: ArrayLike<number>): void => {
  let fine = box.length === 6
  for (let k = 0; k < 6; k++) fine &&= Number.isFinite(box[k])
  if (!fine || !(box[0] > 0 && box[1] > 0 && box[2] > 0)) throw new BoxError(box)
}

export const isOrthogonal = (box: Box): boolean => box[3] === 0 && box[4] === 0 && box[5] === 0

/** nm3 */
export const volume = (box: Box): number => box[0] * box[1] * box[2]

/** The distances between opposite faces, V / |a_j x a_k|, nm. */
export const heights = (box: Box): [number, number, number] => {
  const [lx, ly, lz, xy, xz, yz] = box
  const bc = Math.hypot(ly * lz, xy * lz, xy * yz - ly * xz)
  const ca = Math.hypot(lx * lz, lx * yz)
  return [(lx * ly * lz) / bc, (lx * ly * lz) / ca, lz]
}

export const smallestHeight = (box: Box): number => Math.min(...heights(box))

/**
 * The image of each position inside the cell that starts at `origin`.
 * positions: 3N, nm; out: 3N, may be the same array.
 */
export const wrap = (
  positions: Float32Array | Float64Array,
  box: Box,
  out: Float32Array | Float64Array,
  origin: ArrayLike<number> = [0, 0, 0]
): void => {
  const [lx, ly, lz, xy, xz, yz] = box
  for (let i = 0; i < positions.length; i += 3) {
    let x = positions[i] - origin[0]
    let y = positions[i + 1] - origin[1]
    let z = positions[i + 2] - origin[2]
    const sz = z / lz
    const sy = (y - yz * sz) / ly
    const sx = (x - xy * sy - xz * sz) / lx
    const nx = Math.floor(sx)
    const ny = Math.floor(sy)
    const nz = Math.floor(sz)
    x -= nx * lx + ny * xy + nz * xz
    y -= ny * ly + nz * yz
    z -= nz * lz
    out[i] = x + origin[0]
    out[i + 1] = y + origin[1]
    out[i + 2] = z + origin[2]
  }
}

/**
 * Replaces a difference vector (nm) by its image with fractional coordinates in [-1/2, 1/2): the nearest one whenever
 * that is shorter than half the smallest height.
 */
export const nearestImage = (d: Float64Array, box: Box): void => {
  const [lx, ly, lz, xy, xz, yz] = box
  const sz = d[2] / lz
  const sy = (d[1] - yz * sz) / ly
  const sx = (d[0] - xy * sy - xz * sz) / lx
  const nx = Math.floor(sx + 0.5)
  const ny = Math.floor(sy + 0.5)
  const nz = Math.floor(sz + 0.5)
  d[0] -= nx * lx + ny * xy + nz * xz
  d[1] -= ny * ly + nz * yz
  d[2] -= nz * lz
}
