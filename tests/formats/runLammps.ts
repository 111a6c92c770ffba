// Runs the LAMMPS of this machine on an input, in a folder of its own that is removed afterwards.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const lammps = process.env.LARGO_LMP ?? "lmp"

/** Why tests with LAMMPS are skipped here, or undefined where they run. */
export const noLammps: string | undefined =
  spawnSync(lammps, ["-help"], { stdio: "ignore" }).status === 0
    ? undefined
    : `no LAMMPS on this machine: install lammps, or name a binary in LARGO_LMP (now "${lammps}")`

/** Gives the files that LAMMPS wrote, by name, and its exit status. */
export const runLammps = (input: string, files: Readonly<Record<string, string>> = {}, timeout = 30_000) => {
  const folder = mkdtempSync(join(tmpdir(), "largo-lammps-"))
  for (const [name, text] of Object.entries({ ...files, "in.test": input }))
    writeFileSync(join(folder, name), text)
  const { status, stdout } = spawnSync(lammps, ["-in", "in.test", "-screen", "none"], {
    cwd: folder,
    env: { ...process.env, OMP_NUM_THREADS: "1" },
    // A LAMMPS whose coordinates became NaN may never end.
    timeout,
    encoding: "utf8"
  })
  const read = (name: string): Uint8Array => readFileSync(join(folder, name))
  return { status, stdout, read, remove: () => rmSync(folder, { recursive: true }) }
}
