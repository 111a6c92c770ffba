// Programs that tests run: whether they are here, and LAMMPS.
import { execFileSync, spawnSync } from "node:child_process"
import { findLammps, loneProcessEnvironment } from "../../scripts/findLammps.js"

export const hasProgram = (name: string): boolean => spawnSync("which", [name]).status === 0

const found = findLammps()
export const hasLammps = "path" in found

/** Runs LAMMPS to its end; its exit status, whatever that is. */
export const lammps = (folder: string, args: ReadonlyArray<string>): number => {
  if (!("path" in found)) throw new Error(found.problem)
  const env = { ...process.env, ...loneProcessEnvironment, OMP_NUM_THREADS: "1" }
  try {
    execFileSync(found.path, args, { cwd: folder, stdio: "pipe", env })
    return 0
  } catch (error) {
    if (error instanceof Error && "status" in error && typeof error.status === "number") return error.status
    throw error
  }
}
