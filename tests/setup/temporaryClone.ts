// A folder that looks like a clone to the set-up and the launcher, with commands of a test's own on PATH.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"

const project = path.join(import.meta.dirname, "..", "..")

export interface Clone {
  readonly root: string
  /** Puts a shell script of this name on the clone's PATH; each call of it is noted. */
  readonly command: (name: string, script: string) => string
  /** The command lines that were called, in order. */
  readonly calls: () => ReadonlyArray<string>
  /** Runs the set-up with the clone's commands alone on PATH. */
  readonly setUp: (
    args?: ReadonlyArray<string>,
    env?: NodeJS.ProcessEnv
  ) => { status: number | null; said: string; printed: string }
  readonly remove: () => void
}

/** A shell script body that behaves as `lmp -h` of a build with these packages. */
export const lammpsWith = (packages: string) =>
  `printf 'LAMMPS\\n\\nInstalled packages:\\n\\n${packages}\\n\\nList of styles\\n\\n'`

/** A clone whose one npm package is not installed yet and whose `npm ci` is a fake that installs it. */
export function temporaryClone(): Clone {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "largo-set-up-"))
  const bin = path.join(root, "path")
  const log = path.join(root, "calls")
  fs.mkdirSync(bin)
  fs.cpSync(path.join(project, "scripts"), path.join(root, "scripts"), { recursive: true })
  fs.cpSync(path.join(project, "bin"), path.join(root, "bin"), { recursive: true })
  fs.writeFileSync(path.join(root, "package.json"), JSON.stringify({ type: "module" }))
  const lock = {
    packages: {
      "": {},
      "node_modules/one": { version: "1.0.0" },
      "node_modules/tool": { version: "1.0.0", dev: true },
      "node_modules/elsewhere": { version: "1.0.0", optional: true }
    }
  }
  fs.writeFileSync(path.join(root, "package-lock.json"), JSON.stringify(lock))
  for (const name of ["sh", "mkdir", "cat", "chmod", "cp"])
    fs.symlinkSync(fromPath(name), path.join(bin, name))

  const command = (name: string, script: string) => {
    const file = path.join(bin, name)
    fs.writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> '${log}'\ncd '${root}'\n${script}\n`, {
      mode: 0o755
    })
    return file
  }
  command(
    "npm",
    `mkdir -p node_modules/one node_modules/tool
case "$*" in *--omit=dev*) dev='' ;; *) dev=', "node_modules/tool": { "version": "1.0.0", "dev": true }' ;; esac
echo '{ "packages": { "node_modules/one": { "version": "1.0.0" }'"$dev"' } }' > node_modules/.package-lock.json`
  )
  return {
    root,
    command,
    calls: () => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : []),
    setUp: (args = [], env = {}) => {
      const { status, stderr, stdout } = spawnSync(
        process.execPath,
        [path.join(root, "scripts/setup.js"), ...args],
        {
          env: { PATH: bin, HOME: root, ...env },
          encoding: "utf8"
        }
      )
      return { status, said: stderr, printed: stdout }
    },
    remove: () => fs.rmSync(root, { recursive: true, force: true })
  }
}

function fromPath(name: string): string {
  const folder = (process.env.PATH ?? "")
    .split(path.delimiter)
    .find((one) => fs.existsSync(path.join(one, name)))
  if (folder === undefined) throw new Error(`${name} is not on PATH`)
  return path.join(folder, name)
}
