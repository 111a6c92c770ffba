// A periodic cube of copies of one molecule, atom by atom.
import { distanceGeometry } from "../kernels/embedMolecule.ts"
import { cubeEdge, packLiquid } from "../kernels/packLiquid.ts"
import type { Random } from "../kernels/random.ts"
import { molarMass } from "./Molecule.ts"
import type { MoleculeTerms } from "./MoleculeTerms.ts"

export interface Liquid {
  readonly terms: MoleculeTerms
  readonly copies: number
  /** nm */
  readonly edge: number
  /** [copy, atom, xyz], nm; molecules are whole. */
  readonly positions: Float64Array
}

/** Radius of an atom over its Lennard-Jones sigma while packing: two of them may touch, not more. */
const radiusPerSigma = 0.4

/**
 * A liquid packed at `density` (g/cm3), to be minimised before anything else.
 *
 * @throws RangeError when the molecules do not fit or no conformation meets the lengths and angles
 */
export function packed(terms: MoleculeTerms, copies: number, density: number, random: Random): Liquid {
  const geometry = distanceGeometry(
    terms.topology,
    Array.from(terms.bondTermOf, (term) => terms.bondTerms[term].r0),
    Array.from(terms.angleTermOf, (term) => terms.angleTerms[term].theta0),
    Float64Array.from(terms.atomKindOf, (kind) => radiusPerSigma * terms.atomKinds[kind].sigma)
  )
  const edge = cubeEdge(copies, molarMass(terms.molecule), density)
  return { terms, copies, edge, positions: packLiquid(geometry, copies, edge, random) }
}
