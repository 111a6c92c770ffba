// LAMMPS data files: round trips, what LAMMPS makes of them, and what it writes itself.
import * as fc from "fast-check"
import { describe, expect, it, onTestFinished } from "vitest"
import { type AtomStyle, type LammpsData } from "../../formats/LammpsData.ts"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import { toKiloCalorie, toRealStiffness } from "../../formats/lammpsUnits.ts"
import { readLammpsData } from "../../formats/readLammpsData.ts"
import { writeLammpsData } from "../../formats/writeLammpsData.ts"
import { noLammps, runLammps } from "./runLammps.ts"

// Two butane-like chains.
const chains = (tilted: boolean): LammpsData => ({
  title: "two chains",
  atomStyle: "full",
  box: Float64Array.of(3, 3.5, 4, ...(tilted ? [0.5, -0.4, 0.3] : [0, 0, 0])),
  types: Int32Array.of(1, 2, 2, 1, 1, 2, 2, 1),
  molecules: Int32Array.of(1, 1, 1, 1, 2, 2, 2, 2),
  charges: Float64Array.of(-0.18, 0.18, 0.18, -0.18, -0.18, 0.18, 0.18, -0.18),
  positions: Float64Array.from([
    0.1, 0.1, 0.1, 0.25, 0.12, 0.1, 0.3, 0.26, 0.1, 0.45, 0.28, 0.17, 1.1, 1.1, 1.1, 1.25, 1.12, 1.1, 1.3,
    1.26, 1.1, 1.45, 1.28, 1.17
  ]),
  velocities: Float64Array.from({ length: 24 }, (_, i) => (i - 12) / 32),
  masses: [15.035, 14.027],
  topology: {
    bonds: Int32Array.of(1, 1, 2, 2, 2, 3, 1, 3, 4, 1, 5, 6, 2, 6, 7, 1, 7, 8),
    angles: Int32Array.of(1, 1, 2, 3, 1, 2, 3, 4, 1, 5, 6, 7, 1, 6, 7, 8),
    dihedrals: Int32Array.of(1, 1, 2, 3, 4, 1, 5, 6, 7, 8)
  },
  coefficients: {
    pair: [
      [toKiloCalorie(0.8), 3.9],
      [toKiloCalorie(0.5), 3.95]
    ],
    bonds: [
      [toRealStiffness(112131.2), 1.529],
      [toRealStiffness(100000), 1.54]
    ],
    angles: [[58.35, 112.7]],
    dihedrals: [[1.3, -0.05, 0.2, 0]]
  }
})

const styles: readonly AtomStyle[] = ["atomic", "charge", "bond", "angle", "molecular", "full"]

const anyData: fc.Arbitrary<LammpsData> = fc
  .record({
    atomStyle: fc.constantFrom(...styles),
    atoms: fc.integer({ min: 1, max: 12 }),
    types: fc.integer({ min: 1, max: 3 }),
    tilted: fc.boolean(),
    withImages: fc.boolean(),
    numbers: fc.infiniteStream(
      fc.double({ min: -2, max: 2, noNaN: true }).map((x) => Number(x.toFixed(9)) + 0)
    )
  })
  .map(({ atomStyle, atoms, numbers, tilted, types, withImages }) => {
    const take = (count: number) => Float64Array.from({ length: count }, () => Number(numbers.next().value))
    const hasMolecules = !["atomic", "charge"].includes(atomStyle)
    return {
      title: "any data",
      atomStyle,
      box: Float64Array.of(...take(3).map((x) => Math.abs(x) + 1), ...(tilted ? take(3) : [0, 0, 0])),
      types: Int32Array.from({ length: atoms }, (_, i) => 1 + (i % types)),
      molecules: Int32Array.from({ length: atoms }, (_, i) => (hasMolecules ? 1 + (i >> 1) : 0)),
      charges: atomStyle === "charge" || atomStyle === "full" ? take(atoms) : new Float64Array(atoms),
      positions: take(3 * atoms),
      ...(withImages ? { images: Int32Array.from(take(3 * atoms)) } : {}),
      masses: Array.from({ length: types }, (_, i) => 12.011 + i),
      topology: hasMolecules && atoms > 1 ? { bonds: Int32Array.of(2, 1, 2) } : {},
      coefficients: hasMolecules
        ? {
            bonds: [
              ["harmonic", 1.5, 2],
              ["class2", 1e-9]
            ]
          }
        : {}
    }
  })

describe("a LAMMPS data file", () => {
  it("comes back as it was", () => {
    for (const tilted of [false, true]) {
      const back = readLammpsData(writeLammpsData(chains(tilted)))
      expect(back).toEqual(chains(tilted))
    }
    fc.assert(
      fc.property(anyData, (data) => {
        expect(readLammpsData(writeLammpsData(data))).toEqual(data)
      }),
      { seed: 8 }
    )
  })

  it("has a line of tilt factors only for a box that is tilted", () => {
    expect(writeLammpsData(chains(true))).toContain("0 40 zlo zhi\n5 -4 3 xy xz yz\n")
    expect(writeLammpsData(chains(false))).not.toContain("xy xz yz")
  })

  it("with another origin, other order and comments is read too", () => {
    const text = `title # not a comment

2 atoms # two
1 atom types
-5.0 5.0 xlo xhi
10 20 ylo yhi
0 10 zlo zhi

Masses # in g/mol

1 39.9 # Ar

Atoms

2 1 5 20 10
1 1 0 10 0
`
    const data = readLammpsData(text, "atomic")
    expect(data.title).toBe("title # not a comment")
    expect(data.positions).toEqual(Float64Array.of(0.5, 0, 0, 1, 1, 1))
    expect(data.box).toEqual(Float64Array.of(1, 1, 1, 0, 0, 0))
    expect(() => readLammpsData(text)).toThrow('line 13: the atom style "" is unknown')
  })

  it("that is broken is refused with the number of the line", () => {
    const text = writeLammpsData(chains(false))
    const cases: readonly (readonly [string, string])[] = [
      [text.replace("8 atoms", "9 atoms"), "8 atoms, but 9 announced"],
      [text.replace("6 bonds", "5 bonds"), "6 bonds, but 5 announced"],
      [text.replace("2 atom types", "3 atom types"), "2 masses, but 3 atom types announced"],
      [text.replace("\n8 2 1 -0.18", "\n7 2 1 -0.18"), "the id 7 is not one of 1 to 8, or is there twice"],
      [text.replace("\n8 2 1 -0.18", "\n8 2 1 x"), "has no number in column 4"],
      [text.replace("\n8 2 1 -0.18", "\n8 2 1 -0.18 0"), "8 columns, not 7"],
      [text.slice(0, text.indexOf("Dihedrals")), "0 dihedrals, but 2 announced"]
    ]
    for (const [broken, reason] of cases) {
      expect(() => readLammpsData(broken), reason).toThrow(reason)
      expect(() => readLammpsData(broken)).toThrow(/^LAMMPS data file, line \d+: /)
    }
  })

  it("is not written where LAMMPS could not read it", () => {
    const good = chains(false)
    const wrong = (change: Partial<LammpsData>) => () => writeLammpsData({ ...good, ...change })
    expect(wrong({ box: good.box.with(0, 0) })).toThrow("LAMMPS data: the box is [0, ")
    expect(wrong({ positions: good.positions.with(4, Number.NaN) })).toThrow("positions of atom 2: NaN")
    expect(wrong({ types: good.types.with(2, 3) })).toThrow("atom 3 has the type 3 of 2")
    expect(wrong({ charges: new Float64Array(7) })).toThrow("8 atoms, but 7 charges")
    expect(wrong({ masses: [15, 0] })).toThrow("the mass of type 2 is 0")
    const bonds = (...rows: number[]) => wrong({ topology: { bonds: Int32Array.from(rows) } })
    expect(bonds(1, 1, 9)).toThrow("bond 1 names the atom 9 of 8")
    expect(bonds(3, 1, 2)).toThrow("bond 1 has the type 3 of 2")
    expect(bonds(1, 2, 2)).toThrow("bond 1 names an atom twice: 2 2")
    expect(bonds(1, 2)).toThrow("bonds are rows of 3 numbers, not 2 in all")
  })
})

describe.skipIf(noLammps !== undefined)(
  `LAMMPS with our data${noLammps === undefined ? "" : ` (${noLammps})`}`,
  () => {
    it.each([false, true])("reads it and writes the same back; triclinic box: %s", (tilted) => {
      const data = chains(tilted)
      const run = runLammps(
        `units real
atom_style full
bond_style harmonic
angle_style harmonic
dihedral_style opls
pair_style lj/cut/coul/cut 10
special_bonds lj/coul 0 0 0.5
read_data data.test
fix 1 all nve
thermo_style custom step ebond eangle edihed
thermo_modify format float %.10g
run 0
write_data written`,
        { "data.test": writeLammpsData(data) }
      )
      onTestFinished(run.remove)
      expect(run.status).toBe(0)
      const written = readLammpsData(new TextDecoder().decode(run.read("written")))
      expect(written.atomStyle).toBe("full")
      expect(written.types).toEqual(data.types)
      expect(written.molecules).toEqual(data.molecules)
      expect(written.images).toEqual(new Int32Array(24))
      for (const key of ["box", "positions", "charges", "velocities"] as const) {
        const found = written[key] ?? new Float64Array()
        const wanted = data[key] ?? new Float64Array()
        expect(found.length, key).toBe(wanted.length)
        for (const [i, value] of wanted.entries()) expect(found[i], `${key} ${i}`).toBeCloseTo(value, 10)
      }
      expect(sortedRows(written.topology.bonds, 3)).toEqual(sortedRows(data.topology.bonds, 3))
      expect(sortedRows(written.topology.dihedrals, 5)).toEqual(sortedRows(data.topology.dihedrals, 5))

      const bond = (k: number, r0: number, r: number) => k * (r - r0) ** 2
      const outer =
        bond(112131.2, 0.1529, Math.hypot(0.15, 0.02)) + bond(112131.2, 0.1529, Math.hypot(0.15, 0.02, 0.07))
      const energy = 2 * (outer + bond(100000, 0.154, Math.hypot(0.05, 0.14)))
      const [thermo] = parseLammpsLog(run.read("log.lammps")).segments
      expect((thermo?.data.E_bond?.[0] ?? 0) * 4.184).toBeCloseTo(energy, 5)
    })
  }
)

const sortedRows = (rows: Int32Array = new Int32Array(), width: number): readonly string[] =>
  Array.from({ length: rows.length / width }, (_, i) =>
    rows.subarray(i * width, (i + 1) * width).join(" ")
  ).sort()
