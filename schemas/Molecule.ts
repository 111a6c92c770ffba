// A molecule: its atoms, their charges and its bonds, as read from a molecule file.
import * as Schema from "effect/Schema"
import { connectedComponents, neighbourLists } from "../kernels/topology.ts"

/** One atom: force-field type, chemical element, mass in g/mol, partial charge in e. */
export const Atom = Schema.Struct({
  type: Schema.NonEmptyString,
  element: Schema.NonEmptyString,
  mass: Schema.Finite.check(Schema.isGreaterThan(0)),
  charge: Schema.Finite
})
export type Atom = typeof Atom.Type

/** Charges are given to a few decimals: a sum below this is rounding, in e. */
const chargeTolerance = 1e-6

/**
 * A molecule file. Bonds are pairs of zero-based atom indices. Checked: each bond names two different atoms
 * that exist, no bond occurs twice, all atoms hang together, the charges cancel.
 */
export const Molecule = Schema.Struct({
  name: Schema.NonEmptyString,
  formula: Schema.optionalKey(Schema.String),
  citation: Schema.optionalKey(Schema.String),
  atoms: Schema.NonEmptyArray(Atom),
  bonds: Schema.Array(Schema.Tuple([Schema.Int, Schema.Int]))
}).check(Schema.makeFilter((molecule) => problems(molecule)))
export type Molecule = typeof Molecule.Type

interface Draft {
  readonly name: string
  readonly atoms: ReadonlyArray<Atom>
  readonly bonds: ReadonlyArray<readonly [number, number]>
}

function problems(molecule: Draft): Array<{ path: Array<string>; issue: string }> {
  const found: Array<{ path: Array<string>; issue: string }> = []
  const charge = molecule.atoms.reduce((sum, atom) => sum + atom.charge, 0)
  if (Math.abs(charge) > chargeTolerance) {
    found.push({
      path: ["atoms"],
      issue: `the charges of ${molecule.name} add up to ${charge.toFixed(6)} e, a molecule of the liquid must be neutral`
    })
  }
  try {
    const components = connectedComponents(neighbourLists(molecule.atoms.length, molecule.bonds))
    const loose = components.findIndex((component) => component > 0)
    if (loose !== -1) {
      found.push({
        path: ["bonds"],
        issue: `no chain of bonds joins atom ${loose} to atom 0 in ${molecule.name}`
      })
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    found.push({
      path: ["bonds"],
      issue: `${error.message} in ${molecule.name} (its ${molecule.atoms.length} atoms are numbered from 0)`
    })
  }
  return found
}

/** Mass of the whole molecule, g/mol. */
export function molarMass(molecule: Molecule): number {
  return molecule.atoms.reduce((sum, atom) => sum + atom.mass, 0)
}

/**
 * The same molecule with its hydrogens `factor` times as heavy and the bonded heavy atoms lighter by as much,
 * so that the total mass, the density and the equilibrium structure stay while the fastest motions slow down
 * (hydrogen mass repartitioning: Feenstra, Hess and Berendsen, J. Comput. Chem. 20, 786, 1999).
 *
 * @throws RangeError when a heavy atom would be left with less than the mass of a heavy hydrogen
 */
export function repartitionHydrogenMass(molecule: Molecule, factor: number): Molecule {
  const neighbours = neighbourLists(molecule.atoms.length, molecule.bonds)
  const isHydrogen = molecule.atoms.map((atom) => atom.element === "H")
  const masses = molecule.atoms.map((atom) => atom.mass)
  for (const [index, atom] of molecule.atoms.entries()) {
    const carrier = neighbours[index].find((other) => !isHydrogen[other])
    if (!isHydrogen[index] || carrier === undefined) continue
    const moved = (factor - 1) * atom.mass
    masses[index] += moved
    masses[carrier] -= moved
    if (masses[carrier] < factor * atom.mass) {
      throw new RangeError(
        `hydrogens ${factor} times as heavy leave atom ${carrier} of ${molecule.name} only ` +
          `${masses[carrier].toFixed(2)} g/mol: use a smaller factor`
      )
    }
  }
  const [first, ...rest] = molecule.atoms
  const withMass = (atom: Atom, index: number): Atom => ({ ...atom, mass: Number(masses[index].toFixed(6)) })
  return { ...molecule, atoms: [withMass(first, 0), ...rest.map((atom, index) => withMass(atom, index + 1))] }
}
