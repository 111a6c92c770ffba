// Says which npm packages of the lockfile are not installed as it wants them.
import fs from "node:fs"
import path from "node:path"

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }} Entry */

/**
 * The lockfile's packages whose version in `node_modules` is another or none.
 *
 * An optional package may be missing (it may belong to another platform), but not be of another version.
 * Development packages count only when they are wanted; packages beyond the wanted ones do no harm.
 * @param {string} root
 * @param {{ dev: boolean }} wanted
 * @returns {string[]} places such as `node_modules/effect`
 */
export function missingPackages(root, { dev }) {
  const wanted = readPackages(path.join(root, "package-lock.json"))
  const installed = readPackages(path.join(root, "node_modules", ".package-lock.json"))
  return Object.entries(wanted)
    .filter(([place, entry]) => {
      if (place === "" || entry.version === undefined) return false
      if (entry.dev === true && !dev) return false
      const there = installed[place]
      if (there === undefined) return entry.optional !== true && entry.devOptional !== true
      return there.version !== entry.version || !fs.existsSync(path.join(root, place))
    })
    .map(([place]) => place)
}

/** @param {string} file @returns {Record<string, Entry>} none when there is no such file */
function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages ?? {}
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {}
    throw new Error(`${file} cannot be read as a lockfile: ${String(error)}`, { cause: error })
  }
}

/**
 * The Node that npm installed for this machine, or undefined where it has none.
 * @param {string} root
 * @returns {string | undefined}
 */
export function installedNode(root) {
  const file = path.join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node")
  return fs.existsSync(file) ? file : undefined
}

/**
 * The environment less npm's own additions to PATH, so that a command which replaces `node_modules` does not
 * run on a `node` that lies in it.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function outsideNodeModules(env) {
  const folders = (env.PATH ?? "").split(path.delimiter)
  return {
    ...env,
    PATH: folders.filter((folder) => !folder.split(path.sep).includes("node_modules")).join(path.delimiter)
  }
}
