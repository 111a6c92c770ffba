// GROMACS topology and run parameters of a liquid of one kind of molecule, as text.

/** A molecule with its force-field terms; units nm, kJ/mol, degrees, g/mol, e. Indices from 0. */
export interface GromacsMolecule {
  readonly molecule: {
    readonly name: string
    readonly atoms: ReadonlyArray<{
      readonly element: string
      readonly mass: number
      readonly charge: number
    }>
  }
  readonly mixing: "geometric" | "arithmetic"
  readonly scale14: { readonly lennardJones: number; readonly coulomb: number }
  readonly topology: {
    readonly bonds: Int32Array
    readonly angles: Int32Array
    readonly dihedrals: Int32Array
    readonly pairs14: Int32Array
  }
  readonly atomKinds: ReadonlyArray<{
    readonly mass: number
    readonly sigma: number
    readonly epsilon: number
  }>
  readonly atomKindOf: Int32Array
  /** U = k (r - r0)^2: GROMACS has a factor 1/2, added here. */
  readonly bondTerms: ReadonlyArray<{ readonly k: number; readonly r0: number }>
  readonly bondTermOf: Int32Array
  /** U = k (theta - theta0)^2, likewise. */
  readonly angleTerms: ReadonlyArray<{ readonly k: number; readonly theta0: number }>
  readonly angleTermOf: Int32Array
  /** The four Fourier coefficients of an OPLS dihedral. */
  readonly dihedralTerms: ReadonlyArray<{ readonly v: readonly [number, number, number, number] }>
  readonly dihedralTermOf: Int32Array
}

/** The name of the molecule in all files: their columns hold five characters. */
export const residue = "MOL"

/** A number without the noise of binary fractions. */
export const number = (value: number): string => String(Number(value.toPrecision(14)))

/** Lines of atoms, numbered from 1, each followed by what its term says. */
const rows = (list: Int32Array, width: number, termOf: Int32Array, end: (term: number) => string) =>
  Array.from(termOf, (term, row) => {
    const atoms = Array.from(list.subarray(row * width, (row + 1) * width), (atom) => atom + 1)
    return `${atoms.join(" ")} ${end(term)}`
  })

/**
 * A self-contained `.top`. Improper dihedrals are not written; `charges: false` writes every charge as 0.
 */
export function gromacsTopology(molecule: GromacsMolecule, copies: number, charges: boolean): string {
  const { topology, scale14 } = molecule
  const pairs = Array.from({ length: topology.pairs14.length / 2 }, (_, row) => {
    const [a, b] = topology.pairs14.subarray(2 * row, 2 * row + 2)
    return `${a + 1} ${b + 1} 1`
  })
  return [
    `; ${molecule.molecule.name}`,
    "[ defaults ]",
    `1 ${molecule.mixing === "geometric" ? 3 : 2} yes ${number(scale14.lennardJones)} ${number(scale14.coulomb)}`,
    "[ atomtypes ]",
    ...molecule.atomKinds.map(
      ({ mass, sigma, epsilon }, kind) =>
        `K${kind + 1} ${number(mass)} 0 A ${number(sigma)} ${number(epsilon)}`
    ),
    "[ moleculetype ]",
    `${residue} 3`,
    "[ atoms ]",
    ...molecule.molecule.atoms.map(
      ({ element, mass, charge }, atom) =>
        `${atom + 1} K${molecule.atomKindOf[atom] + 1} 1 ${residue} ${element}${atom + 1} ${atom + 1} ` +
        `${charges ? number(charge) : "0"} ${number(mass)}`
    ),
    "[ bonds ]",
    ...rows(topology.bonds, 2, molecule.bondTermOf, (term) => {
      const { k, r0 } = molecule.bondTerms[term]
      return `1 ${number(r0)} ${number(2 * k)}`
    }),
    "[ pairs ]",
    ...pairs,
    "[ angles ]",
    ...rows(topology.angles, 3, molecule.angleTermOf, (term) => {
      const { k, theta0 } = molecule.angleTerms[term]
      return `1 ${number(theta0)} ${number(2 * k)}`
    }),
    "[ dihedrals ]",
    ...rows(
      topology.dihedrals,
      4,
      molecule.dihedralTermOf,
      (term) => `5 ${molecule.dihedralTerms[term].v.map(number).join(" ")}`
    ),
    "[ system ]",
    molecule.molecule.name,
    "[ molecules ]",
    `${residue} ${copies}`,
    ""
  ].join("\n")
}

/**
 * An `.mdp` for the energy of one configuration: plain cut-off with tail correction, no constraints, charges by
 * particle-mesh Ewald if there are any.
 *
 * @param cutoff nm
 */
export function gromacsSinglePoint(cutoff: number, charges: boolean): string {
  return [
    "integrator = md",
    "nsteps = 0",
    "continuation = yes",
    "cutoff-scheme = Verlet",
    "verlet-buffer-tolerance = -1",
    `rlist = ${number(cutoff)}`,
    "vdwtype = cut-off",
    "vdw-modifier = none",
    `rvdw = ${number(cutoff)}`,
    "DispCorr = EnerPres",
    `coulombtype = ${charges ? "PME" : "cut-off"}`,
    "coulomb-modifier = none",
    `rcoulomb = ${number(cutoff)}`,
    "fourierspacing = 0.06",
    "pme-order = 8",
    "ewald-rtol = 1e-7",
    "constraints = none",
    "nstenergy = 1",
    "nstcalcenergy = 1",
    "nstlist = 1",
    ""
  ].join("\n")
}
