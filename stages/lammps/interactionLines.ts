// The part of a LAMMPS input script that says how atoms interact, for every all-atom run.
import { toAngstrom } from "../../formats/lammpsUnits.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"

/** fs per ps. */
export const femtosecond = 1000

/** A number as LAMMPS reads it, without the noise of binary fractions: 2.7560000000000002 is 2.756. */
export const number = (value: number): string => String(Number(value.toPrecision(12)))

/** Å that atoms may move before the neighbour lists are made again. */
const skin = 2

/**
 * Styles before `read_data`. Coefficients are in the data file.
 *
 * The suffix picks the faster variant of a style where the binary has one and is without effect where it has not.
 */
export function styleLines(terms: MoleculeTerms, protocol: AllAtomProtocol, accuracy = 1e-4): Array<string> {
  const cutoff = number(toAngstrom(protocol.cutoff))
  const { lennardJones, coulomb } = terms.scale14
  return [
    "units real",
    "atom_style full",
    "boundary p p p",
    "suffix opt",
    protocol.charges ? `pair_style lj/cut/coul/long ${cutoff}` : `pair_style lj/cut ${cutoff}`,
    `pair_modify mix ${terms.mixing} tail yes`,
    `special_bonds lj 0 0 ${number(lennardJones)} coul 0 0 ${number(coulomb)}`,
    "bond_style harmonic",
    "angle_style harmonic",
    "dihedral_style opls",
    ...(protocol.charges ? [`kspace_style pppm ${accuracy}`] : []),
    `neighbor ${skin} bin`
  ]
}

/** The same interactions again from a restart file, which holds styles and coefficients, but not how they are computed. */
export function resumeLines(protocol: AllAtomProtocol, file: string, accuracy = 1e-4): Array<string> {
  return [
    "units real",
    "suffix opt",
    `read_restart ${file}`,
    ...(protocol.charges ? [`kspace_style pppm ${accuracy}`] : []),
    `neighbor ${skin} bin`
  ]
}

/**
 * SHAKE on the bonds to hydrogen, if the protocol wants it and the molecule has such bonds. To be given after a
 * minimisation, never before: without its forces those bonds would be free.
 */
export function constraintLines(terms: MoleculeTerms, protocol: AllAtomProtocol): Array<string> {
  const types = hydrogenBondTypes(terms)
  return protocol.constrainHydrogens && types.length > 0
    ? [`fix constrain all shake 1.0e-4 20 0 b ${types.join(" ")}`]
    : []
}

/** LAMMPS numbers (from 1) of the bond types that join a hydrogen. */
function hydrogenBondTypes(terms: MoleculeTerms): Array<number> {
  const { topology, bondTermOf, molecule } = terms
  const types = new Set<number>()
  for (let bond = 0; bond < bondTermOf.length; bond++) {
    const ends = topology.bonds.subarray(2 * bond, 2 * bond + 2)
    if (ends.some((atom) => molecule.atoms[atom]?.element === "H")) types.add(bondTermOf[bond] + 1)
  }
  return [...types].sort((a, b) => a - b)
}

/**
 * Packages that the scripts need, for a clear message where the binary lacks one: "MOLECULE", "RIGID", "KSPACE".
 */
export function neededPackages(protocol: AllAtomProtocol): Array<string> {
  return [
    "MOLECULE",
    ...(protocol.constrainHydrogens ? ["RIGID"] : []),
    ...(protocol.charges ? ["KSPACE"] : [])
  ]
}

/** Columns of the thermo table; LAMMPS prints them in this order. */
export const thermoColumns = [
  "step",
  "temp",
  "press",
  "density",
  "vol",
  "pe",
  "ke",
  "ebond",
  "eangle",
  "edihed",
  "evdwl",
  "ecoul",
  "elong"
]

/**
 * The thermo table every `interval` steps, extensive values for the whole system. A style forgets earlier
 * settings, so it is given once, before the first run.
 */
export function thermoStyleLines(): Array<string> {
  return [`thermo_style custom ${thermoColumns.join(" ")}`, "thermo_modify norm no flush yes"]
}
