// VOTCA's XML files as plain data: mappings of molecules, and the settings of an inversion.
import { XMLParser, XMLValidator } from "fast-xml-parser"

/** A file that is no XML, or lacks what VOTCA's have; the message says where and what. */
export class VotcaXmlError extends Error {
  readonly _tag = "VotcaXmlError"
  constructor(problem: string) {
    super(problem)
    this.name = "VotcaXmlError"
  }
}

/** A bead: atoms as VOTCA names them, `1:RES:C1`, with the weights of its map. */
export interface VotcaBead {
  readonly name: string
  readonly type: string
  readonly atoms: ReadonlyArray<string>
  readonly weights: ReadonlyArray<number>
}

export interface VotcaMapping {
  readonly name: string
  readonly beads: ReadonlyArray<VotcaBead>
  /** Names of beads. */
  readonly bonds: ReadonlyArray<readonly [string, string]>
}

/** A non-bonded interaction of an inversion; lengths in nm. */
export interface VotcaPair {
  readonly name: string
  readonly types: readonly [string, string]
  readonly max: number
  readonly step: number
  /** The file of the distribution to reach. */
  readonly target: string
  /** The file of the table that LAMMPS reads. */
  readonly tableFile: string | undefined
}

export interface VotcaSettings {
  /** kJ/mol */
  readonly kBT: number
  readonly method: string
  readonly program: string
  readonly iterations: number | undefined
  readonly pairs: ReadonlyArray<VotcaPair>
  /** The LAMMPS input. */
  readonly script: string | undefined
}

type Tree = { readonly [name: string]: unknown }

/** The name of the outermost element: `cg_molecule` for a mapping, `cg` for settings. Throws VotcaXmlError. */
export const rootOf = (text: string): string => Object.keys(parse(text)).find((name) => name !== "?xml") ?? ""

/** Throws VotcaXmlError for what is no mapping, or maps atoms in ways that weights cannot say. */
export const readMapping = (text: string): VotcaMapping => {
  const molecule = child(parse(text), "cg_molecule", "the file")
  const topology = child(molecule, "topology", "cg_molecule")
  const maps = new Map(
    children(child(molecule, "maps", "cg_molecule"), "map").map((map) => [
      word(map, "name", "a map"),
      words(map, "weights", "a map").map(Number)
    ])
  )
  const beads = children(child(topology, "cg_beads", "topology"), "cg_bead").map((bead): VotcaBead => {
    const name = word(bead, "name", "a cg_bead")
    const map = word(bead, "mapping", `bead ${name}`)
    const weights = maps.get(map)
    if (weights === undefined)
      throw new VotcaXmlError(`bead ${name} has the mapping ${map}, which is not in maps`)
    const atoms = words(bead, "beads", `bead ${name}`)
    if (atoms.length !== weights.length || !weights.every(Number.isFinite)) {
      throw new VotcaXmlError(
        `bead ${name} has ${atoms.length} atoms, and the map ${map} has ${weights.length} weights`
      )
    }
    return { name, type: word(bead, "type", `bead ${name}`), atoms, weights }
  })
  if (beads.length === 0) throw new VotcaXmlError("the mapping has no cg_bead")
  const bonded = topology["cg_bonded"]
  const bonds = isTree(bonded)
    ? children(bonded, "bond").flatMap((bond) => {
        const names = words(bond, "beads", "a bond")
        if (names.length % 2 !== 0)
          throw new VotcaXmlError(`a bond names ${names.length} beads, which are no pairs`)
        return Array.from({ length: names.length / 2 }, (_, i) => [names[2 * i], names[2 * i + 1]] as const)
      })
    : []
  return { name: word(molecule, "name", "cg_molecule"), beads, bonds }
}

/** Throws VotcaXmlError for what is no settings file, or has parts that only VOTCA does: each is named. */
export const readSettings = (text: string): VotcaSettings => {
  const cg = child(parse(text), "cg", "the file")
  const inverse = child(cg, "inverse", "cg")
  const lammps = isTree(inverse["lammps"]) ? inverse["lammps"] : {}
  if (cg["bonded"] !== undefined)
    throw new VotcaXmlError("it has bonded interactions, and only non-bonded ones are imported")
  const pairs = children(cg, "non-bonded").map((pair): VotcaPair => {
    const name = word(pair, "name", "a non-bonded interaction")
    const own = child(pair, "inverse", name)
    const table = isTree(own["lammps"]) ? own["lammps"]["table_file"] : undefined
    return {
      name,
      types: [word(pair, "type1", name), word(pair, "type2", name)],
      max: number(pair, "max", name),
      step: number(pair, "step", name),
      target: word(own, "target", name),
      tableFile: textOf(table)
    }
  })
  if (pairs.length === 0) throw new VotcaXmlError("it has no non-bonded interaction")
  return {
    kBT: number(inverse, "kBT", "inverse"),
    method: textOf(inverse["method"]) ?? "ibi",
    program: textOf(inverse["program"]) ?? "gromacs",
    iterations:
      inverse["iterations_max"] === undefined ? undefined : number(inverse, "iterations_max", "inverse"),
    pairs,
    script: textOf(lammps["script"]) ?? textOf(lammps["input"])
  }
}

const parse = (text: string): Tree => {
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new VotcaXmlError(`line ${valid.err.line}: ${valid.err.msg}`)
  // Texts stay texts: what is a number is said by what reads it.
  return new XMLParser({ ignoreAttributes: true, parseTagValue: false }).parse(text) as Tree
}

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const child = (tree: Tree, name: string, where: string): Tree => {
  const found = tree[name]
  if (isTree(found)) return found
  throw new VotcaXmlError(`${where} has no <${name}>`)
}

const children = (tree: Tree, name: string): ReadonlyArray<Tree> => {
  const found = tree[name]
  return (Array.isArray(found) ? found : [found]).filter(isTree)
}

/** The text of a leaf without the spaces around it; undefined where there is none. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined

const word = (tree: Tree, name: string, where: string): string => {
  const found = textOf(tree[name])
  if (found !== undefined) return found
  throw new VotcaXmlError(`${where} has no <${name}>`)
}

const words = (tree: Tree, name: string, where: string): ReadonlyArray<string> =>
  word(tree, name, where).split(/\s+/)

const number = (tree: Tree, name: string, where: string): number => {
  const value = Number(word(tree, name, where))
  if (Number.isFinite(value)) return value
  throw new VotcaXmlError(`${where}: <${name}> is "${word(tree, name, where)}", which is no number`)
}
