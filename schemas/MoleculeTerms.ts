// A molecule with the force-field term of each of its atoms, bonds, angles and dihedrals.
import { bondedTopology } from "../kernels/topology.ts"
import type { Topology } from "../kernels/topology.ts"
import { termName } from "./ForceField.ts"
import type { AngleTerm, AtomTerm, BondTerm, DihedralTerm, ForceField } from "./ForceField.ts"
import type { Molecule } from "./Molecule.ts"

/** A kind of atom for a simulation program: force-field type and mass (g/mol) together. */
export interface AtomKind extends AtomTerm {
  readonly element: string
  readonly mass: number
}

/**
 * Only what the molecule uses, in the order of first use. `xOf` gives, for each row of the topology's list, the
 * index of its term.
 */
export interface MoleculeTerms {
  readonly molecule: Molecule
  readonly mixing: ForceField["mixing"]
  readonly scale14: ForceField["scale14"]
  readonly topology: Topology
  readonly atomKinds: ReadonlyArray<AtomKind>
  readonly atomKindOf: Int32Array
  readonly bondTerms: ReadonlyArray<BondTerm>
  readonly bondTermOf: Int32Array
  readonly angleTerms: ReadonlyArray<AngleTerm>
  readonly angleTermOf: Int32Array
  readonly dihedralTerms: ReadonlyArray<DihedralTerm>
  readonly dihedralTermOf: Int32Array
}

/** The force field has no term for something in the molecule. */
export class MissingTerms extends Error {
  readonly missing: ReadonlyArray<string>
  constructor(molecule: string, forceField: string, missing: ReadonlyArray<string>) {
    super(
      `force field ${forceField} lacks ${missing.join(", ")} of ${molecule}: add the term to the force-field file, ` +
        "or correct the atom types of the molecule"
    )
    this.name = "MissingTerms"
    this.missing = missing
  }
}

/**
 * Looks up every term of a molecule.
 *
 * @throws MissingTerms naming all atom types, bonds, angles and dihedrals that the force field does not know
 */
export function assignTerms(molecule: Molecule, forceField: ForceField): MoleculeTerms {
  const topology = bondedTopology(molecule.atoms.length, molecule.bonds)
  const missing = new Set<string>()
  const types = molecule.atoms.map((atom) => atom.type)

  const lookUp = <Term extends { readonly types: ReadonlyArray<string> }>(
    kind: string,
    terms: ReadonlyArray<Term>,
    rows: Int32Array,
    width: number
  ) => {
    const byName = new Map(terms.map((term) => [termName(term.types), term]))
    const used: Array<Term> = []
    const termOf = new Int32Array(rows.length / width)
    for (let row = 0; row < termOf.length; row++) {
      const name = termName(Array.from(rows.subarray(row * width, (row + 1) * width), (atom) => types[atom]))
      const term = byName.get(name)
      if (term === undefined) missing.add(`the ${kind} ${name}`)
      else termOf[row] = placeOf(used, term)
    }
    return { used, termOf }
  }

  const atomKinds: Array<AtomKind> = []
  const atomKindOf = new Int32Array(molecule.atoms.length)
  for (const [index, atom] of molecule.atoms.entries()) {
    const term = forceField.atoms.find((candidate) => candidate.type === atom.type)
    if (term === undefined) {
      missing.add(`the atom type ${atom.type}`)
      continue
    }
    const known = atomKinds.findIndex((kind) => kind.type === atom.type && kind.mass === atom.mass)
    if (known === -1) atomKinds.push({ ...term, element: atom.element, mass: atom.mass })
    atomKindOf[index] = known === -1 ? atomKinds.length - 1 : known
  }
  const bonds = lookUp("bond", forceField.bonds, topology.bonds, 2)
  const angles = lookUp("angle", forceField.angles, topology.angles, 3)
  const dihedrals = lookUp("dihedral", forceField.dihedrals, topology.dihedrals, 4)
  if (missing.size > 0) throw new MissingTerms(molecule.name, forceField.name, [...missing])
  return {
    molecule,
    mixing: forceField.mixing,
    scale14: forceField.scale14,
    topology,
    atomKinds,
    atomKindOf,
    bondTerms: bonds.used,
    bondTermOf: bonds.termOf,
    angleTerms: angles.used,
    angleTermOf: angles.termOf,
    dihedralTerms: dihedrals.used,
    dihedralTermOf: dihedrals.termOf
  }
}

/** The index of `item` in `list`, which it joins if it is new there. */
function placeOf<Item>(list: Array<Item>, item: Item): number {
  const known = list.indexOf(item)
  return known === -1 ? list.push(item) - 1 : known
}
