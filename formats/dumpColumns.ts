// Which columns of a LAMMPS dump are read, and where their values go.

/** The values kept of each atom are a row of `width` numbers: the id first, then what the offsets say. */
export interface DumpColumns {
  readonly names: string
  /** [column of the file]: offset in the row, or -1 for what is not read. */
  readonly targets: Int32Array
  readonly width: number
  /** Offsets in the row, -1 for what the dump does not have. */
  readonly type: number
  readonly molecule: number
  /** Offset of three coordinates. */
  readonly position: number
  /** Offset of three image flags. */
  readonly images: number
  /** Whether coordinates are fractions of the box. */
  readonly scaled: boolean
  readonly unwrapped: boolean
}

const flavours = [
  { names: ["xu", "yu", "zu"], scaled: false, unwrapped: true },
  { names: ["xsu", "ysu", "zsu"], scaled: true, unwrapped: true },
  { names: ["x", "y", "z"], scaled: false, unwrapped: false },
  { names: ["xs", "ys", "zs"], scaled: true, unwrapped: false }
] as const

/** The plan for the columns of an `ITEM: ATOMS` line, or what is wrong with them. Unwrapped positions are preferred. */
export const parseDumpColumns = (names: string): DumpColumns | string => {
  const columns = names.split(/\s+/)
  const has = (wanted: readonly string[]) => wanted.every((name) => columns.includes(name))
  const flavour = flavours.find((candidate) => has(candidate.names))
  if (!columns.includes("id")) return `no column "id" in "${names}": dump the ids, the order of atoms changes`
  if (flavour === undefined)
    return `no three coordinates in "${names}": dump x y z, xs ys zs, xu yu zu or xsu ysu zsu`
  const targets = new Int32Array(columns.length).fill(-1)
  let width = 0
  const place = (wanted: readonly string[]): number => {
    if (!has(wanted)) return -1
    const offset = width
    for (const name of wanted) targets[columns.indexOf(name)] = width++
    return offset
  }
  place(["id"])
  return {
    names,
    targets,
    type: place(["type"]),
    molecule: place(["mol"]),
    position: place(flavour.names),
    images: place(["ix", "iy", "iz"]),
    scaled: flavour.scaled,
    unwrapped: flavour.unwrapped,
    width
  }
}
