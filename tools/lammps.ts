// LAMMPS as a tool: found like the set-up finds it, known by its version, build and packages.
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import type { Tool } from "../pipeline/Tool.ts"
import { findLammps, loneProcessEnvironment } from "../scripts/findLammps.js"

const run = promisify(execFile)

/** What `lmp -h` says: the version line, and the packages of the section "Installed packages". */
export const identityOf = (help: string): string => {
  const version = /^Large-scale Atomic\/Molecular Massively Parallel Simulator - (.+)$/m.exec(help)?.[1]
  const packages = /^Installed packages:\s*\n([\s\S]*?)\n\s*\n(?:\S|\*)/m.exec(help)?.[1]
  const compiler = /^Compiler: (.+)$/m.exec(help)?.[1]
  const words = (packages ?? "").split(/\s+/).filter((word) => word !== "")
  return [
    `LAMMPS ${version ?? "of unknown version"}`,
    compiler ?? "unknown compiler",
    words.sort().join(" ")
  ].join("; ")
}

/** The packages in an identity. */
export const packagesOf = (identity: string): ReadonlySet<string> =>
  new Set((identity.split("; ")[2] ?? "").split(" "))

export const lammps: Tool = {
  name: "lammps",
  purpose: "all molecular dynamics",
  locate: () => {
    const found = findLammps()
    return "path" in found ? found.path : undefined
  },
  problem: () => {
    const found = findLammps()
    return "problem" in found ? found.problem : undefined
  },
  identify: async (path) => {
    const { stdout } = await run(path, ["-h"], {
      env: { ...process.env, ...loneProcessEnvironment },
      maxBuffer: 1 << 24
    })
    return identityOf(stdout)
  },
  environment: loneProcessEnvironment,
  install: "Run npm start, which installs it, or name a binary in LARGO_LMP."
}
