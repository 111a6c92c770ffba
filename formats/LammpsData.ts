// A LAMMPS data file in memory: box, atoms, topology and coefficients. Numbers of types, molecules and atoms from 1.

export type AtomStyle = "atomic" | "charge" | "bond" | "angle" | "molecular" | "full"

/** The columns of the section Atoms after the id and before x, y, z. */
export const atomColumns: Readonly<Record<AtomStyle, readonly ("molecule" | "type" | "charge")[]>> = {
  atomic: ["type"],
  charge: ["type", "charge"],
  bond: ["molecule", "type"],
  angle: ["molecule", "type"],
  molecular: ["molecule", "type"],
  full: ["molecule", "type", "charge"]
}

/** The lists of a topology, and how many atoms each entry names. */
export const topologyLists = { bonds: 2, angles: 3, dihedrals: 4, impropers: 4 } as const

export type TopologyList = keyof typeof topologyLists

/** One row of coefficients as the force field's style takes it, in real units; words name styles of hybrids. */
export type Coefficients = readonly (number | string)[]

/** Atom i of the arrays has the id i + 1. */
export interface LammpsData {
  readonly title: string
  readonly atomStyle: AtomStyle
  /** lx, ly, lz, xy, xz, yz in nm. */
  readonly box: Float64Array
  /** [atom], from 1 */
  readonly types: Int32Array
  /** [atom], from 1, and 0 for none */
  readonly molecules: Int32Array
  /** [atom] in e */
  readonly charges: Float64Array
  /** [atom, xyz] in nm, relative to the lower corner of the box. */
  readonly positions: Float64Array
  /** Periodic images [atom, xyz]. */
  readonly images?: Int32Array
  /** [atom, xyz] in nm/ps. */
  readonly velocities?: Float64Array
  /** [atom type] in g/mol */
  readonly masses: readonly number[]
  /** Rows of a type and the atoms that it joins, all from 1: [bond, type i j], [angle, type i j k] and so on. */
  readonly topology: Readonly<Partial<Record<TopologyList, Int32Array>>>
  /** [type]: one row each, for the sections "Pair Coeffs", "Bond Coeffs" and so on. */
  readonly coefficients: Readonly<Partial<Record<CoefficientList, readonly Coefficients[]>>>
}

export type CoefficientList = "pair" | TopologyList

/** Data that LAMMPS could not read, or a file that is no data file; `line` is 0 for data not yet written. */
export class DataFileError extends Error {
  readonly _tag = "DataFileError"
  readonly line: number
  constructor(line: number, problem: string) {
    super(line > 0 ? `LAMMPS data file, line ${line}: ${problem}` : `LAMMPS data: ${problem}`)
    this.name = "DataFileError"
    this.line = line
  }
}

/** How many types of bonds, angles and so on there are. */
export const typeCount = ({ coefficients, topology }: LammpsData, list: TopologyList): number => {
  const rows = topology[list] ?? new Int32Array()
  let count = coefficients[list]?.length ?? 0
  for (let at = 0; at < rows.length; at += topologyLists[list] + 1) count = Math.max(count, rows[at])
  return count
}

/** Throws DataFileError for arrays that disagree, numbers that are not finite, and types or atoms that do not exist. */
export const check = (data: LammpsData): void => {
  const fail = (problem: string): never => {
    throw new DataFileError(0, problem)
  }
  const { box, charges, coefficients, images, masses, molecules, positions, types, velocities } = data
  const atoms = types.length
  if (box.length !== 6 || !box.every(Number.isFinite) || !(box[0] > 0 && box[1] > 0 && box[2] > 0)) {
    fail(`the box is [${box.join(", ")}]`)
  }
  const lengths = {
    molecules,
    charges,
    "positions / 3": positions,
    "images / 3": images,
    "velocities / 3": velocities
  }
  for (const [name, array] of Object.entries(lengths)) {
    const count = array === undefined ? atoms : name.endsWith("3") ? array.length / 3 : array.length
    if (count !== atoms) fail(`${atoms} atoms, but ${count} ${name.replace(" / 3", "")}`)
  }
  for (const [name, array] of Object.entries({
    charges,
    positions,
    velocities: velocities ?? new Float64Array()
  })) {
    const stray = array.findIndex((value) => !Number.isFinite(value))
    const atom = name === "charges" ? stray : Math.floor(stray / 3)
    if (stray >= 0) fail(`${name} of atom ${atom + 1}: ${array[stray]}`)
  }
  const heavy = masses.findIndex((mass) => !(mass > 0 && mass < Infinity))
  if (heavy >= 0) fail(`the mass of type ${heavy + 1} is ${masses[heavy]}`)
  const untyped = types.findIndex((type) => !(type >= 1 && type <= masses.length))
  if (untyped >= 0) fail(`atom ${untyped + 1} has the type ${types[untyped]} of ${masses.length}`)
  if (coefficients.pair !== undefined && coefficients.pair.length !== masses.length) {
    fail(`${masses.length} types of atoms, but ${coefficients.pair.length} pair coefficients`)
  }
  for (const rows of Object.values(coefficients)) {
    for (const value of rows.flat()) {
      if (typeof value === "number" && !Number.isFinite(value)) fail(`a coefficient is ${value}`)
    }
  }
  checkTopology(data, fail)
}

const checkTopology = (
  { coefficients, topology, types }: LammpsData,
  fail: (problem: string) => never
): void => {
  for (const [list, width] of Object.entries(topologyLists)) {
    const name = list as TopologyList
    const rows = topology[name] ?? new Int32Array()
    if (rows.length % (width + 1) !== 0)
      fail(`${list} are rows of ${width + 1} numbers, not ${rows.length} in all`)
    const known = coefficients[name]?.length ?? Infinity
    for (let at = 0; at < rows.length; at += width + 1) {
      const [type, ...atoms] = rows.subarray(at, at + width + 1)
      const label = `${list.slice(0, -1)} ${at / (width + 1) + 1}`
      if (!(type >= 1 && type <= known)) fail(`${label} has the type ${type} of ${known}`)
      const stray = atoms.find((atom) => !(atom >= 1 && atom <= types.length))
      if (stray !== undefined) fail(`${label} names the atom ${stray} of ${types.length}`)
      if (new Set(atoms).size < width) fail(`${label} names an atom twice: ${atoms.join(" ")}`)
    }
  }
}
