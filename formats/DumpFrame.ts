// One snapshot of a LAMMPS dump: its atoms put in order of their ids, its lengths in nm.
import type { DumpColumns } from "./dumpColumns.ts"

export type Positions = Float32Array | Float64Array

/** One snapshot. ids, types and molecules are LAMMPS' own numbers, the same array in every frame. */
export interface DumpFrame<P extends Positions = Float32Array> {
  readonly step: number
  /** The line of the file where it begins, from 1. */
  readonly line: number
  /** ps; null where neither the dump nor the options tell. */
  readonly time: number | null
  /** lx, ly, lz, xy, xz, yz in nm. */
  readonly box: Float64Array
  /** Where LAMMPS has the lower corner of the box, in nm. */
  readonly origin: Float64Array
  readonly periodic: readonly [boolean, boolean, boolean]
  /** [atom], ascending. */
  readonly ids: Int32Array
  /** [atom]; 1 where the dump has no types. */
  readonly types: Int32Array
  readonly molecules: Int32Array | null
  /** [atom, xyz] in nm, relative to the lower corner of the box. */
  readonly positions: P
  /** Whether the positions are unwrapped ones (xu or xsu). */
  readonly unwrapped: boolean
  /** Periodic images [atom, xyz], where the dump has ix iy iz. */
  readonly images: Int32Array | null
}

/** A dump that is cut, inconsistent or no dump; `frame` counts from 0, `line` from 1. */
export class DumpError extends Error {
  readonly _tag = "DumpError"
  readonly frame: number
  readonly line: number
  readonly reason: string
  constructor(frame: number, line: number, reason: string) {
    super(`LAMMPS dump, frame ${frame}, line ${line}: ${reason}`)
    this.name = "DumpError"
    this.frame = frame
    this.line = line
    this.reason = reason
  }
}

/** [atom, xyz] in nm without jumps at the boundaries, from the image flags; throws DumpError where there are none. */
export const unwrapByImages = (frame: DumpFrame): Float32Array => {
  if (frame.unwrapped) return frame.positions
  const { box, images, positions } = frame
  if (images === null)
    throw new DumpError(0, 0, "it has no unwrapped positions: dump xu yu zu, or ix iy iz as well")
  const [lx, ly, lz, xy, xz, yz] = box
  const unwrapped = new Float32Array(positions.length)
  for (let i = 0; i < positions.length; i += 3) {
    const ix = images[i]
    const iy = images[i + 1]
    const iz = images[i + 2]
    unwrapped[i] = positions[i] + ix * lx + iy * xy + iz * xz
    unwrapped[i + 1] = positions[i + 1] + iy * ly + iz * yz
    unwrapped[i + 2] = positions[i + 2] + iz * lz
  }
  return unwrapped
}

// What stays the same from frame to frame.
export interface Atoms {
  readonly ids: Int32Array
  readonly types: Int32Array
  readonly molecules: Int32Array | null
  readonly slots: ReadonlyMap<number, number> | Int32Array
}

/** The atoms of a frame in the file's order, `columns.width` numbers each. */
export interface Rows {
  readonly values: Float64Array
  readonly count: number
  readonly columns: DumpColumns
}

/** The atoms as the first frame has them. */
export const makeAtoms = ({ columns, count, values }: Rows): Atoms => {
  const { molecule, type, width } = columns
  const order = Array.from({ length: count }, (_, row) => row).sort(
    (a, b) => values[a * width] - values[b * width]
  )
  const column = (offset: number) => Int32Array.from(order, (row) => values[row * width + offset])
  const ids = column(0)
  const last = ids[count - 1] ?? 0
  // A table where ids are dense, as they nearly always are.
  const slots = last < 8 * count + 1000 && (ids[0] ?? 0) >= 0 ? new Int32Array(last + 1).fill(-1) : undefined
  if (slots !== undefined) for (const [slot, id] of ids.entries()) slots[id] = slot
  return {
    ids,
    types: type < 0 ? new Int32Array(count).fill(1) : column(type),
    molecules: molecule < 0 ? null : column(molecule),
    slots: slots ?? new Map(Array.from(ids, (id, slot) => [id, slot]))
  }
}

/** The slot of each row of the file; `fail` is called unless every atom is there once, unchanged. */
export const orderOf = (
  { columns, values }: Rows,
  { ids, molecules, slots, types }: Atoms,
  fail: (row: number, reason: string) => never
): Int32Array => {
  const { molecule, type, width } = columns
  const order = new Int32Array(ids.length)
  const taken = new Uint8Array(ids.length)
  for (let row = 0; row < ids.length; row++) {
    const id = values[row * width]
    const slot = (slots instanceof Int32Array ? slots[id] : slots.get(id)) ?? -1
    if (slot < 0) fail(row, `atom ${id} was not in the frames before`)
    if (taken[slot] === 1) fail(row, `atom ${id} is there twice`)
    taken[slot] = 1
    order[row] = slot
  }
  for (let row = 0; row < ids.length; row++) {
    const at = row * width
    const slot = order[row]
    if (type >= 0 && values[at + type] !== types[slot]) {
      fail(row, `atom ${ids[slot]} has the type ${values[at + type]}, but had ${types[slot]}`)
    }
    if (molecules !== null && values[at + molecule] !== molecules[slot]) {
      fail(row, `atom ${ids[slot]} is in molecule ${values[at + molecule]}, but was in ${molecules[slot]}`)
    }
  }
  return order
}

/**
 * Fills in [atom, xyz] in nm, relative to the origin; box and origin in the file's units, whose length is `length` nm.
 */
export const putPositions = (
  positions: Positions,
  { columns, values }: Rows,
  order: Int32Array,
  {
    box,
    length,
    origin
  }: { readonly box: Float64Array; readonly origin: Float64Array; readonly length: number }
): void => {
  const { position, scaled, width } = columns
  const [lx, ly, lz, xy, xz, yz] = box
  const [ox, oy, oz] = origin
  for (let row = 0; row < order.length; row++) {
    const from = row * width + position
    const a = values[from]
    const b = values[from + 1]
    const c = values[from + 2]
    const to = 3 * order[row]
    positions[to] = length * (scaled ? a * lx + b * xy + c * xz : a - ox)
    positions[to + 1] = length * (scaled ? b * ly + c * yz : b - oy)
    positions[to + 2] = length * (scaled ? c * lz : c - oz)
  }
}

/** [atom, xyz], or null where the dump has no image flags. */
export const imagesOf = ({ columns, values }: Rows, order: Int32Array): Int32Array | null => {
  const { images, width } = columns
  if (images < 0) return null
  const flags = new Int32Array(3 * order.length)
  for (let row = 0; row < order.length; row++) {
    const from = row * width + images
    const to = 3 * order[row]
    for (let axis = 0; axis < 3; axis++) flags[to + axis] = values[from + axis]
  }
  return flags
}

/**
 * Box and origin from the lines of BOX BOUNDS, in the file's units. With tilt factors LAMMPS prints the bounds of the
 * box that encloses the parallelepiped (LAMMPS manual, "Triclinic simulation boxes").
 */
export const makeBox = (bounds: readonly number[][], tilted: boolean) => {
  const [[xlo, xhi, xy], [ylo, yhi, xz], [zlo, zhi, yz]] = tilted
    ? bounds
    : bounds.map(([lo, hi]) => [lo, hi, 0])
  const left = xlo - Math.min(0, xy, xz, xy + xz)
  const right = xhi - Math.max(0, xy, xz, xy + xz)
  const front = ylo - Math.min(0, yz)
  const back = yhi - Math.max(0, yz)
  return {
    box: Float64Array.of(right - left, back - front, zhi - zlo, xy, xz, yz),
    origin: Float64Array.of(left, front, zlo)
  }
}
