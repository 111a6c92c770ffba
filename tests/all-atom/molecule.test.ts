// Molecule files, force-field files and the terms that a molecule takes from a force field.
import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { bondedTopology } from "../../kernels/topology.ts"
import { ForceField } from "../../schemas/ForceField.ts"
import { Molecule, molarMass, repartitionHydrogenMass } from "../../schemas/Molecule.ts"
import { assignTerms, MissingTerms } from "../../schemas/MoleculeTerms.ts"
import { oplsAa, trimethylpentane, hexane } from "./systems.ts"

const decode = Schema.decodeUnknownSync(Molecule)
const water = {
  name: "water",
  atoms: [
    { type: "OW", element: "O", mass: 15.999, charge: -0.8 },
    { type: "HW", element: "H", mass: 1.008, charge: 0.4 },
    { type: "HW", element: "H", mass: 1.008, charge: 0.4 }
  ],
  bonds: [
    [0, 1],
    [0, 2]
  ]
}

describe("a molecule file", () => {
  it("gives 2,3,4-trimethylpentane 26 atoms, 25 bonds, 48 angles and 63 dihedrals", () => {
    const { atoms, bonds, angles, dihedrals, pairs14 } = assignTerms(trimethylpentane, oplsAa).topology
    expect([atoms, bonds.length / 2, angles.length / 3, dihedrals.length / 4]).toEqual([26, 25, 48, 63])
    expect(pairs14.length / 2).toBe(63)
    expect(molarMass(trimethylpentane)).toBeCloseTo(114.232, 3)
  })

  it("gives n-hexane 20 atoms, 19 bonds, 36 angles and 45 dihedrals", () => {
    const { atoms, bonds, angles, dihedrals } = assignTerms(hexane, oplsAa).topology
    expect([atoms, bonds.length / 2, angles.length / 3, dihedrals.length / 4]).toEqual([20, 19, 36, 45])
  })

  it("names the bond and the atom when a bond dangles", () => {
    expect(() => decode({ ...water, bonds: [...water.bonds, [2, 3]] })).toThrow(
      /bond 2 joins atoms 2 and 3, but there is no atom 3 in water \(its 3 atoms are numbered from 0\)/
    )
  })

  it("refuses a repeated bond, a bond to itself and an atom without a bond", () => {
    expect(() => decode({ ...water, bonds: [...water.bonds, [1, 0]] })).toThrow(/bond 2 repeats the bond 1-0/)
    expect(() =>
      decode({
        ...water,
        bonds: [
          [0, 1],
          [2, 2]
        ]
      })
    ).toThrow(/bond 1 joins atom 2 to itself/)
    expect(() => decode({ ...water, bonds: [[0, 1]] })).toThrow(/no chain of bonds joins atom 2 to atom 0/)
  })

  it("says the sum when the charges do not cancel", () => {
    const atoms = water.atoms.map((atom) => ({ ...atom, charge: 0.1 }))
    expect(() => decode({ ...water, atoms })).toThrow(/charges of water add up to 0.300000 e/)
  })

  it("keeps its mass when hydrogens become three times as heavy", () => {
    const heavy = repartitionHydrogenMass(trimethylpentane, 3)
    expect(molarMass(heavy)).toBeCloseTo(molarMass(trimethylpentane), 6)
    expect(heavy.atoms[0].mass).toBeCloseTo(12.011 - 6 * 1.008, 6)
    expect(heavy.atoms[8]?.mass).toBeCloseTo(3.024, 6)
    expect(() => repartitionHydrogenMass(trimethylpentane, 4)).toThrow(/use a smaller factor/)
  })
})

describe("a force field", () => {
  it("refuses the same term twice, whichever way round", () => {
    const repeated = { ...oplsAa, bonds: [...oplsAa.bonds, { types: ["HC", "CT"], k: 1, r0: 1 }] }
    expect(() => Schema.decodeUnknownSync(ForceField)(repeated)).toThrow(/CT-HC is there twice/)
  })

  it("lists every term that it lacks for a molecule", () => {
    expect(() => assignTerms(decode(water), oplsAa)).toThrow(MissingTerms)
    expect(() => assignTerms(decode(water), oplsAa)).toThrow(
      /lacks the atom type OW, the atom type HW, the bond HW-OW, the angle HW-OW-HW of water/
    )
  })

  it("has the numbers of the oplsaa.ff that GROMACS ships", () => {
    const bonded = readFileSync("/usr/share/gromacs/top/oplsaa.ff/ffbonded.itp", "utf8")
    const row = (...types: ReadonlyArray<string>) => {
      const pattern = new RegExp(`^\\s*${types.join("\\s+")}\\s+\\d\\s+(.*?)(;|$)`, "m")
      return (pattern.exec(bonded)?.[1] ?? "").trim().split(/\s+/).map(Number)
    }
    for (const term of oplsAa.bonds) expect(row(...term.types)).toEqual([term.r0, 2 * term.k])
    for (const term of oplsAa.angles) {
      const [theta0, k] = row(...term.types)
      expect(theta0).toBe(term.theta0)
      expect(k).toBeCloseTo(2 * term.k, 3)
    }
    for (const term of oplsAa.dihedrals) {
      const [v1, v2, v3] = term.v
      // Ryckaert-Bellemans coefficients of an OPLS dihedral, GROMACS manual 5.3
      const [c0, c1, c2, c3] = row(...term.types)
      expect(c0).toBeCloseTo(v2 + (v1 + v3) / 2, 4)
      expect(c1).toBeCloseTo((3 * v3 - v1) / 2, 4)
      expect(c2).toBeCloseTo(-v2, 4)
      expect(c3).toBeCloseTo(-2 * v3, 4)
    }
  })
})

const ring = (size: number) => {
  const bonds = Array.from({ length: size }, (_, atom) => [atom, (atom + 1) % size] as const)
  return bondedTopology(size, bonds)
}

describe("bonded topology", () => {
  it("counts no 1-4 pair twice nor across a small ring", () => {
    expect([ring(3).dihedrals.length, ring(3).pairs14.length]).toEqual([0, 0])
    expect([ring(4).dihedrals.length / 4, ring(4).pairs14.length]).toEqual([4, 0])
    expect([ring(5).dihedrals.length / 4, ring(5).pairs14.length]).toEqual([5, 0])
    expect([ring(6).dihedrals.length / 4, ring(6).pairs14.length / 2]).toEqual([6, 3])
  })
})
