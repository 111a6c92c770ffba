// A packed liquid as a LAMMPS data file: atoms, topology and force field.
import type { LammpsData } from "../../formats/LammpsData.ts"
import { toAngstrom, toKiloCalorie, toRealStiffness } from "../../formats/lammpsUnits.ts"
import type { Liquid } from "../../schemas/Liquid.ts"

/** 12 digits: what multiplying and dividing by 4.184 leaves behind them is noise. */
const tidy = (value: number): number => Number(value.toPrecision(12))

/** Atoms of copy c follow those of copy c - 1; types and terms are numbered in the order of the molecule's terms. */
export function liquidData({ terms, copies, edge, positions }: Liquid): LammpsData {
  const { molecule, topology, atomKinds, bondTerms, angleTerms, dihedralTerms } = terms
  const atoms = molecule.atoms.length
  const repeated = (list: Int32Array, width: number, termOf: Int32Array): Int32Array => {
    const rows = new Int32Array(copies * termOf.length * (width + 1))
    let at = 0
    for (let copy = 0; copy < copies; copy++) {
      for (let row = 0; row < termOf.length; row++) {
        rows[at++] = termOf[row] + 1
        for (let k = 0; k < width; k++) rows[at++] = copy * atoms + list[row * width + k] + 1
      }
    }
    return rows
  }
  const each = { length: copies * atoms }
  return {
    title: `${copies} molecules of ${molecule.name}`,
    atomStyle: "full",
    box: Float64Array.of(edge, edge, edge, 0, 0, 0),
    types: Int32Array.from(each, (_, i) => terms.atomKindOf[i % atoms] + 1),
    molecules: Int32Array.from(each, (_, i) => Math.floor(i / atoms) + 1),
    charges: Float64Array.from(each, (_, i) => molecule.atoms[i % atoms].charge),
    positions,
    masses: atomKinds.map(({ mass }) => mass),
    topology: {
      bonds: repeated(topology.bonds, 2, terms.bondTermOf),
      angles: repeated(topology.angles, 3, terms.angleTermOf),
      dihedrals: repeated(topology.dihedrals, 4, terms.dihedralTermOf)
    },
    coefficients: {
      pair: atomKinds.map(({ epsilon, sigma }) => [tidy(toKiloCalorie(epsilon)), toAngstrom(sigma)]),
      bonds: bondTerms.map(({ k, r0 }) => [tidy(toRealStiffness(k)), toAngstrom(r0)]),
      angles: angleTerms.map(({ k, theta0 }) => [tidy(toKiloCalorie(k)), theta0]),
      dihedrals: dihedralTerms.map(({ v }) => v.map((part) => tidy(toKiloCalorie(part))))
    }
  }
}
