// How atoms become beads, as a mapping file says it, and the beads of one molecule that it comes to.
import * as Schema from "effect/Schema"
import { bondedTopology, connectedComponents, neighbourLists } from "../kernels/topology.ts"
import * as Kind from "./Kind.ts"
import type { Molecule } from "./Molecule.ts"

const Index = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** Names of types stand in names of pairs such as A-B, and in the files of simulation programs. */
const TypeName = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_+*]+$/, { message: "a bead type is letters, digits, _, + or *" })
)

/** One bead: its type, and its atoms, counted from 0 within the molecule. */
const Bead = Schema.Struct({ type: TypeName, atoms: Schema.NonEmptyArray(Index) })

/** A mapping file. Beads are counted from 0 too. */
export const MappingFile = Schema.Struct({
  name: Schema.NonEmptyString,
  citation: Schema.optionalKey(Schema.String),
  /** Name of the molecule that it is for; left out, any that it fits. */
  molecule: Schema.optionalKey(Schema.NonEmptyString),
  beads: Schema.NonEmptyArray(Bead),
  /** Pairs of beads; left out, those between whose atoms the molecule has a bond. */
  bonds: Schema.optionalKey(Schema.Array(Schema.Tuple([Index, Index]))),
  /** No potentials are made of dihedrals: an empty list says that four beads in a row may turn as they like. */
  dihedrals: Schema.optionalKey(Schema.Array(Schema.Array(Index)))
})
export type MappingFile = typeof MappingFile.Type

/** The beads of one molecule; bonds and angles, the corner in the middle, are rows of beads counted from 0. */
export const Mapping = Kind.json(
  "mapping",
  Schema.Struct({
    beads: Schema.NonEmptyArray(Bead),
    bonds: Schema.Array(Schema.Tuple([Index, Index])),
    angles: Schema.Array(Schema.Tuple([Index, Index, Index]))
  })
)
export type Mapping = Kind.ValueOf<typeof Mapping>

/** Beads of one type may differ by this mass, g/mol. */
const massTolerance = 1e-3

/** What keeps a mapping from a molecule: each problem names the bead and the atom. Empty where it fits. */
export const problemsOf = (file: MappingFile, molecule: Molecule): ReadonlyArray<string> => {
  const { atoms, bonds, name } = molecule
  if (file.molecule !== undefined && file.molecule !== name) {
    return [`it maps ${file.molecule}, and the molecule is ${name}`]
  }
  const found = unknownAtoms(file, molecule)
  if (found.length > 0) return found
  const owner = ownersOf(file, atoms.length)
  found.push(...sharedAtoms(file), ...unmappedAtoms(owner, molecule))
  found.push(...tornBeads(file, molecule), ...unequalBeads(file, molecule))
  if (found.length > 0) return found
  try {
    const rows = file.bonds ?? bondsBetween(owner, bonds)
    const components = connectedComponents(neighbourLists(file.beads.length, rows))
    const loose = components.findIndex((component) => component > 0)
    if (loose >= 0) found.push(`no bonds between beads join bead ${loose} to bead 0`)
    const chain = bondedTopology(file.beads.length, rows).dihedrals.subarray(0, 4)
    if (file.dihedrals !== undefined && file.dihedrals.length > 0) {
      found.push("there are no potentials for dihedrals: an empty list leaves them free")
    } else if (file.dihedrals === undefined && chain.length > 0) {
      found.push(
        `the beads ${chain.join("-")} make a dihedral, and there are no potentials for it: ` +
          `"dihedrals": [] leaves it free, or map to fewer beads`
      )
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    found.push(`between beads, ${error.message}`)
  }
  return found
}

/** The beads of a molecule, with the bonds and angles between them. The mapping must fit: see `problemsOf`. */
export const resolve = (file: MappingFile, molecule: Molecule): Mapping => {
  const bonds = file.bonds ?? bondsBetween(ownersOf(file, molecule.atoms.length), molecule.bonds)
  const topology = bondedTopology(file.beads.length, bonds)
  const rows = (flat: Int32Array, width: number) =>
    Array.from({ length: flat.length / width }, (_, row) => [
      ...flat.subarray(row * width, (row + 1) * width)
    ])
  return {
    beads: file.beads,
    bonds: rows(topology.bonds, 2).map(([a, b]) => [a, b] as const),
    angles: rows(topology.angles, 3).map(([a, b, c]) => [a, b, c] as const)
  }
}

/** The bead of each atom, -1 for none. */
const ownersOf = ({ beads }: MappingFile, atoms: number): Int32Array => {
  const owner = new Int32Array(atoms).fill(-1)
  for (const [b, bead] of beads.entries()) for (const atom of bead.atoms) owner[atom] = b
  return owner
}

const bondsBetween = (
  owner: Int32Array,
  bonds: Molecule["bonds"]
): ReadonlyArray<readonly [number, number]> => {
  const found = new Map<string, readonly [number, number]>()
  for (const [i, j] of bonds) {
    const [a, b] = [Math.min(owner[i], owner[j]), Math.max(owner[i], owner[j])]
    if (a !== b) found.set(`${a}-${b}`, [a, b])
  }
  return [...found.values()].sort(([a, b], [c, d]) => a - c || b - d)
}

const label = ({ beads }: MappingFile, bead: number): string => `bead ${bead} (${beads[bead]?.type})`

const unknownAtoms = (file: MappingFile, { atoms, name }: Molecule): Array<string> =>
  file.beads.flatMap((bead, b) =>
    bead.atoms
      .filter((atom) => atom >= atoms.length)
      .map(
        (atom) =>
          `${label(file, b)} names atom ${atom}, and ${name} has ${atoms.length} atoms, counted from 0`
      )
  )

const sharedAtoms = (file: MappingFile): Array<string> => {
  const seen = new Map<number, number>()
  return file.beads.flatMap((bead, b) =>
    bead.atoms.flatMap((atom) => {
      const other = seen.get(atom)
      seen.set(atom, b)
      if (other === undefined) return []
      return [
        other === b
          ? `${label(file, b)} names atom ${atom} twice`
          : `atom ${atom} is in ${label(file, other)} and in ${label(file, b)}`
      ]
    })
  )
}

const unmappedAtoms = (owner: Int32Array, { atoms }: Molecule): Array<string> => {
  const left = [...owner.keys()].filter((atom) => owner[atom] < 0)
  if (left.length === 0) return []
  const words = left.map((atom) => `${atom} (${atoms[atom]?.element})`).join(", ")
  return [`no bead has the atoms ${words}: each atom belongs to one, so that beads weigh what molecules do`]
}

const tornBeads = (file: MappingFile, { atoms, bonds }: Molecule): Array<string> =>
  file.beads.flatMap((bead, b) => {
    const own = [...new Set(bead.atoms)]
    const within = bonds.flatMap(([i, j]): Array<readonly [number, number]> => {
      const [a, c] = [own.indexOf(i), own.indexOf(j)]
      return a >= 0 && c >= 0 ? [[a, c]] : []
    })
    const components = connectedComponents(neighbourLists(own.length, within))
    const loose = components.findIndex((component) => component > 0)
    if (loose < 0) return []
    const [first, other] = [own[0], own[loose]].map((atom) => `${atom} (${atoms[atom ?? 0]?.element})`)
    return [`${label(file, b)} is torn: no bonds within it join its atoms ${first} and ${other}`]
  })

const unequalBeads = (file: MappingFile, { atoms }: Molecule): Array<string> => {
  const masses = file.beads.map((bead) => bead.atoms.reduce((sum, atom) => sum + (atoms[atom]?.mass ?? 0), 0))
  return file.beads.flatMap(({ type }, b) => {
    const first = file.beads.findIndex((bead) => bead.type === type)
    const [one, other] = [masses[first] ?? 0, masses[b] ?? 0]
    if (Math.abs(one - other) <= massTolerance) return []
    return [
      `${label(file, first)} weighs ${one.toFixed(3)} and ${label(file, b)} ${other.toFixed(3)} g/mol: ` +
        "beads of one type are alike, give one of them another type"
    ]
  })
}
