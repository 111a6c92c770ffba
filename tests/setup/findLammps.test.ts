// The search for LAMMPS takes the same binary for the same machine, and reads what a build says of itself.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { faultInHelp, findLammps, loneProcessEnvironment, rememberChecked } from "../../scripts/findLammps.js"
import { type Clone, temporaryClone } from "./temporaryClone.ts"

let clone: Clone
beforeEach(() => {
  clone = temporaryClone()
})
afterEach(() => clone.remove())

const find = (env: NodeJS.ProcessEnv = {}) =>
  findLammps({ root: clone.root, env: { PATH: path.join(clone.root, "path"), ...env } })

describe("the search", () => {
  it("says in words that there is none", () => {
    expect(find()).toEqual({
      problem: expect.stringContaining("none of lmp, lmp_serial, lmp_mpi, lammps on PATH")
    })
  })

  it("prefers lmp to the other names, whatever the order of folders on PATH", () => {
    clone.command("lmp_mpi", "")
    const lmp = clone.command("lmp", "")
    expect(find()).toEqual({ path: lmp, from: "PATH" })
  })

  it("takes a bare name in LARGO_LMP from PATH", () => {
    const other = clone.command("lmp_gpu", "")
    expect(find({ LARGO_LMP: "lmp_gpu" })).toEqual({ path: other, from: "LARGO_LMP" })
  })

  it("passes over a folder and a file that cannot be executed", () => {
    fs.mkdirSync(path.join(clone.root, "path/lmp"))
    fs.writeFileSync(path.join(clone.root, "path/lmp_serial"), "", { mode: 0o644 })
    expect(find()).toHaveProperty("problem")
  })

  it("passes over a binary that was tried and found unfit, until it changes", () => {
    const lmp = clone.command("lmp", "exit 1")
    rememberChecked(clone.root, lmp, "it does not start")
    expect(find()).toHaveProperty("problem")
    clone.command("lmp", "exit 0 # another build")
    expect(find()).toEqual({ path: lmp, from: "PATH" })
  })

  it("comes last to the set-up's own", () => {
    const own = path.join(clone.root, ".venv/lammps/lmp")
    fs.mkdirSync(path.dirname(own), { recursive: true })
    fs.writeFileSync(own, "", { mode: 0o755 })
    expect(find()).toEqual({ path: own, from: "private" })
    clone.command("lmp", "")
    expect(find()).toHaveProperty("from", "PATH")
  })
})

const listed = (packages: string) => ({
  status: 0,
  text: `Installed packages:\n\n${packages}\n\nList of styles\n`
})

describe("what a build says of itself", () => {
  it("is enough when the needed packages are listed, over several lines", () => {
    expect(faultInHelp(listed("ASPHERE KSPACE \nMOLECULE MISC\nRIGID"))).toBeUndefined()
  })

  it("names every package that is missing", () => {
    expect(faultInHelp(listed("MOLECULE EXTRA-PAIR"))).toBe("it was built without KSPACE, RIGID")
  })

  it("gives the last line of a binary that does not start", () => {
    const text = "lmp: error while loading shared libraries: libmpi.so.12: cannot open\n"
    expect(faultInHelp({ status: 127, text })).toContain("it does not start (lmp: error while loading")
  })

  const found = findLammps()
  it.runIf("path" in found)("is understood from the real LAMMPS of this machine, run alone", () => {
    if ("problem" in found) return
    const env = { ...process.env, ...loneProcessEnvironment }
    const { status, stdout } = spawnSync(found.path, ["-h"], { encoding: "utf8", env })
    expect(faultInHelp({ status, text: stdout })).toBeUndefined()
  })
})
