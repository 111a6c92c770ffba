// VOTCA's tables: written and read by us, read and resampled by VOTCA itself.
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { describe, expect, it, onTestFinished } from "vitest"
import { readDistanceTables, writePairTable } from "../../formats/lammpsTable.ts"
import { readVotcaTable, writeVotcaTable } from "../../formats/votcaTable.ts"

const hasVotca = spawnSync("csg_resample", ["--help"], { stdio: "ignore" }).status === 0

const x = Float64Array.from({ length: 101 }, (_, i) => 0.2 + 0.01 * i)
const U = x.map((r) => 4 * ((0.5 / r) ** 12 - (0.5 / r) ** 6))

describe("a VOTCA table", () => {
  it("reads back what was written, whatever the numbers", () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 2,
      maxLength: 20
    })
    fc.assert(
      fc.property(numbers, (values) => {
        const y = Float64Array.from(values, (value) => value + 0)
        const at = y.map((_, i) => i * 0.1)
        const read = readVotcaTable(writeVotcaTable(at, y, "any"))
        expect([read.x, read.y]).toEqual([at, y])
        expect(read.flags.every((flag) => flag === "i")).toBe(true)
      })
    )
  })

  it("may have errors, flags, comments, empty lines, and undefined points", () => {
    const text = "# r g err flag\n@ legend\n0.1 nan u\n\n0.2 0.5 0.01 i # here\n0.3 1.0 0.02 o\n"
    const { flags, x: at, y } = readVotcaTable(text)
    expect([...at]).toEqual([0.1, 0.2, 0.3])
    expect([...y]).toEqual([NaN, 0.5, 1])
    expect(flags).toEqual(["u", "i", "o"])
  })

  it("names the line that is wrong", () => {
    expect(() => readVotcaTable("0.1 1 i\n0.1 2 i\n")).toThrow(
      "line 2: x goes from 0.1 to 0.1, and must ascend"
    )
    expect(() => readVotcaTable("0.1 one i\n0.2 2 i\n")).toThrow(
      'line 1: "0.1 one i" holds what is no finite number'
    )
    expect(() => readVotcaTable("0.1\n")).toThrow('line 1: "0.1" is not x, y')
    expect(() => readVotcaTable("# nothing\n")).toThrow("it has 0 points")
  })

  it.skipIf(!hasVotca)("is read by csg_resample, which finds our numbers between the points too", () => {
    const folder = mkdtempSync(join(tmpdir(), "largo-votca-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, "A-A.pot"), writeVotcaTable(x, U, "Lennard-Jones"))
    const grid = ["--grid", "0.5:0.005:1.15"]
    execFileSync("csg_resample", ["--in", "A-A.pot", "--out", "fine.pot", ...grid], {
      cwd: folder,
      stdio: "ignore"
    })
    const fine = readVotcaTable(readFileSync(join(folder, "fine.pot"), "utf8"))
    expect(fine.x.length).toBe(131)
    for (const [i, r] of fine.x.entries())
      expect(Math.abs(fine.y[i] - 4 * ((0.5 / r) ** 12 - (0.5 / r) ** 6))).toBeLessThan(0.01)
  })

  it("in LAMMPS form stands under the name that VOTCA's inputs ask for", () => {
    const F = x.map((r) => (4 * (12 * (0.5 / r) ** 12 - 6 * (0.5 / r) ** 6)) / r)
    const tables = readDistanceTables(writePairTable("VOTCA", { r: x, U, F }))
    expect([...tables.keys()]).toEqual(["VOTCA"])
  })
})
