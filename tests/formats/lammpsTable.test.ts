// Tables for LAMMPS: round trips, what is refused, and the energies and forces that LAMMPS makes of them.
import * as fc from "fast-check"
import { describe, expect, it, onTestFinished } from "vitest"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import {
  type AngleTable,
  type DistanceTable,
  readAngleTables,
  readDistanceTables,
  settleExtrema,
  writeAngleTable,
  writeBondTable,
  writePairTable
} from "../../formats/lammpsTable.ts"
import { noLammps, runLammps } from "./runLammps.ts"

const epsilon = 0.996
const sigma = 0.34

const lennardJones = (first: number, cutoff: number, points: number): DistanceTable => {
  const step = (cutoff - first) / (points - 1)
  const r = Float64Array.from({ length: points }, (_, i) => (i === points - 1 ? cutoff : first + i * step))
  return {
    r,
    U: r.map((x) => 4 * epsilon * ((sigma / x) ** 12 - (sigma / x) ** 6)),
    F: r.map((x) => (24 * epsilon * (2 * (sigma / x) ** 12 - (sigma / x) ** 6)) / x)
  }
}

const theta0 = (97 / 180) * Math.PI

const harmonicAngle = (k: number): AngleTable => {
  const theta = Float64Array.from({ length: 721 }, (_, i) => (i / 720) * Math.PI)
  return { theta, U: theta.map((x) => k * (x - theta0) ** 2), F: theta.map((x) => -2 * k * (x - theta0)) }
}

const expectClose = (found: Float64Array | undefined, wanted: Float64Array) => {
  expect(found?.length).toBe(wanted.length)
  const worst = wanted.reduce(
    (most, x, i) => Math.max(most, Math.abs((found?.[i] ?? 0) - x) / (1e-9 + Math.abs(x))),
    0
  )
  expect(worst).toBeLessThan(1e-12)
}

describe("a table for LAMMPS", () => {
  it("of distances comes back as it was, and ends at the cut-off exactly", () => {
    const cutoffs = fc.integer({ min: 40, max: 200 }).map((hundredths) => hundredths / 100)
    fc.assert(
      fc.property(cutoffs, fc.integer({ min: 2, max: 500 }), (cutoff, points) => {
        const table = lennardJones(0.002, cutoff, points)
        for (const write of [writePairTable, writeBondTable]) {
          const back = readDistanceTables(write("A_A", table)).get("A_A")
          expectClose(back?.r, table.r)
          expectClose(back?.U, table.U)
          expectClose(back?.F, table.F)
          expect(back?.r.at(-1)).toBe(cutoff)
        }
      }),
      { seed: 7 }
    )
  })

  it("gives LAMMPS a cut-off without noise in its last digits", () => {
    const text = writePairTable("P", lennardJones(0.03, 0.57, 10))
    expect(text).toContain("\nP\nN 10 R 0.3 5.7\n")
    expect(text.trimEnd().split("\n").at(-1)).toMatch(/^10 5\.7 /)
  })

  it("of angles comes back as it was", () => {
    const table = harmonicAngle(40)
    const back = readAngleTables(writeAngleTable("ABA", table)).get("ABA")
    expectClose(back?.theta, table.theta)
    expectClose(back?.U, table.U)
    expectClose(back?.F, table.F)
  })

  it("is found by its keyword among others in a file", () => {
    const text = ["A", "B"]
      .map((keyword, i) => writePairTable(keyword, lennardJones(0.1, 1 + i, 5)))
      .join("\n")
    const tables = readDistanceTables(text)
    expect(Array.from(tables.keys())).toEqual(["A", "B"])
    expect(tables.get("B")?.r.at(-1)).toBe(2)
  })

  it("has forces that LAMMPS calls consistent, changed beside an extremum alone and there by little", () => {
    const { F, U, r } = lennardJones(0.3, 1, 701)
    const settled = settleExtrema(r, U, F)
    const changed = Array.from(r.keys()).filter((i) => settled[i] !== F[i])
    // The attraction is strongest at (26/7)^(1/6) sigma.
    expect(changed).toHaveLength(1)
    expect(Math.abs(r[changed[0]] - (26 / 7) ** (1 / 6) * sigma)).toBeLessThan(0.001)
    expect(Math.abs(settled[changed[0]] - F[changed[0]])).toBeLessThan(2e-4 * Math.abs(F[changed[0]]))
    for (let i = 1; i + 1 < r.length; i++) {
      const left = (U[i - 1] - U[i]) / (r[i] - r[i - 1])
      const right = (U[i] - U[i + 1]) / (r[i + 1] - r[i])
      expect((settled[i] - left) * (settled[i] - right)).toBeLessThanOrEqual(0)
    }
  })

  it("that LAMMPS would misread is refused", () => {
    const good = lennardJones(0.1, 1, 10)
    const wrong = (change: Partial<DistanceTable>) => () => writePairTable("K", { ...good, ...change })
    expect(wrong({ r: good.r.with(0, 0) })).toThrow("LAMMPS table K: the first distance is 0 nm")
    expect(wrong({ r: good.r.with(4, 0.51) })).toThrow("the grid is not uniform at point")
    expect(wrong({ r: good.r.with(4, 0.1) })).toThrow("does not ascend at point 5")
    expect(wrong({ U: good.U.with(2, Number.NaN) })).toThrow("point 3 is not finite")
    expect(wrong({ F: good.F.slice(1) })).toThrow("10 points, 10 energies and 9 forces")
    expect(() => writePairTable("two words", good)).toThrow("one word")
    const half = {
      theta: Float64Array.of(0, Math.PI / 2),
      U: Float64Array.of(0, 0),
      F: Float64Array.of(0, 0)
    }
    expect(() => writeAngleTable("K", half)).toThrow("from 0 to 90 degrees, not from 0 to 180")
    const text = writePairTable("K", good)
    expect(() => readDistanceTables(text.slice(0, 200))).toThrow("of 10 points: it was cut")
    expect(() => readDistanceTables(text.replace("\n3 ", "\n4 "))).toThrow('point 3 is "4 ')
    expect(() => readDistanceTables(text.replace("R ", "RSQ "))).toThrow("RSQ")
  })
})

describe.skipIf(noLammps !== undefined)(
  `LAMMPS with our tables${noLammps === undefined ? "" : ` (${noLammps})`}`,
  () => {
    it("finds the energies and forces that were meant, between and on the points, up to the cut-off", () => {
      const cutoff = 1.1
      const table = lennardJones(0.2, cutoff, 901)
      const bond = Float64Array.from({ length: 301 }, (_, i) => 0.1 + i / 1000)
      const files = {
        "pair.table": writePairTable("LJ", table),
        "bond.table": writeBondTable("B", {
          r: bond,
          U: bond.map((r) => 5000 * (r - 0.248) ** 2),
          F: bond.map((r) => -10000 * (r - 0.248))
        }),
        "angle.table": writeAngleTable("C", harmonicAngle(164)),
        "data.test": `three beads, then two that only meet

5 atoms
2 bonds
1 angles
1 atom types
1 bond types
1 angle types
0 50 xlo xhi
0 50 ylo yhi
0 50 zlo zhi

Masses

1 40

Atoms # molecular

1 1 1 2.5 0 0
2 1 1 0 0 0
3 1 1 0 2.6 0
4 2 1 20 20 20
5 3 1 20 20 23.977

Bonds

1 1 1 2
2 1 2 3

Angles

1 1 1 2 3
`
      }
      const run = runLammps(
        `units real
atom_style molecular
bond_style table spline 1000
angle_style table spline 1000
pair_style table spline 4000
special_bonds lj 0 0 0
read_data data.test
pair_coeff * * pair.table LJ ${cutoff * 10}
bond_coeff 1 bond.table B
angle_coeff 1 angle.table C
thermo_style custom step evdwl ebond eangle
thermo_modify format float %.10g
dump 1 all custom 1 forces id fx fy fz
dump_modify 1 sort id format float %.10g
run 0`,
        files
      )
      onTestFinished(run.remove)
      const log = parseLammpsLog(run.read("log.lammps"))
      const [segment] = log.segments
      const r = 0.3977
      const pair = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
      expect((segment?.data.E_vdwl?.[0] ?? 0) * 4.184).toBeCloseTo(pair, 6)
      expect((segment?.data.E_bond?.[0] ?? 0) * 4.184).toBeCloseTo(5000 * (0.002 ** 2 + 0.012 ** 2), 6)
      expect((segment?.data.E_angle?.[0] ?? 0) * 4.184).toBeCloseTo(164 * ((7 / 180) * Math.PI) ** 2, 6)
      const force = (24 * epsilon * (2 * (sigma / r) ** 12 - (sigma / r) ** 6)) / r
      const rows = new TextDecoder().decode(run.read("forces")).trim().split("\n")
      const forceOn = (atom: number) =>
        rows
          .at(atom - 6)
          ?.split(" ")
          .slice(1)
          .map((f) => Number(f) * 41.84) ?? []
      expect(forceOn(5)[2]).toBeCloseTo(force, 4)
      // The angle of 90 degrees opens towards 97: bead 1, on the x axis, is pushed along -y.
      expect(forceOn(1)[1]).toBeCloseTo(-(2 * 164 * (theta0 - Math.PI / 2)) / 0.25, 4)
      expect(forceOn(1)[0]).toBeCloseTo(-10000 * 0.002, 4)
      // LAMMPS compares F with differences of U, which fails at an inflection point alone.
      expect(log.inconsistentForces).toBe(1)
      expect(log.warnings.filter((text) => text.includes("distance values"))).toEqual([])
    })
  }
)
