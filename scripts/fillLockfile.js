// Adds to package-lock.json the optional platform packages that npm left out, so that `npm ci` accepts it everywhere.
//
// npm writes no lockfile entry for an optional binary of another platform when the registry it talks to lacks
// that binary, and `npm ci` then refuses the very lockfile that npm wrote. Every `npm install` undoes the
// filling, so this runs after each (`npm run lockfile`).
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

const operatingSystems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"]
const processors = ["arm64", "arm", "ia32", "ppc64", "riscv64", "s390x", "x64"]

/**
 * @typedef {{
 *   version?: string, resolved?: string, integrity?: string, optional?: boolean, dev?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string>
 * }} LockEntry
 * @typedef {{ packages: Record<string, LockEntry> }} Lockfile
 */

/**
 * The platform that a binary package's name tells, such as `@oxlint/binding-linux-x64-musl`.
 * @param {string} name
 * @returns {Pick<LockEntry, "os" | "cpu" | "libc">}
 */
export function platformOf(name) {
  const words = name.split(/[-/]/)
  const os = operatingSystems.find((word) => words.includes(word))
  const cpu = processors.find((word) => words.includes(word))
  const libc = words.includes("musl") || words.includes("musleabihf") ? "musl" : undefined
  const glibc = words.includes("gnu") || words.includes("gnueabihf") ? "glibc" : undefined
  const kept = libc ?? glibc
  return {
    ...(os === undefined ? {} : { os: [os] }),
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(kept === undefined || os !== "linux" ? {} : { libc: [kept] })
  }
}

/**
 * Every optional dependency that the lockfile names but holds no entry for, with the entry it should have.
 * @param {Lockfile} lock
 * @returns {Record<string, LockEntry>} keyed as in `packages`
 */
export function missingEntries(lock) {
  /** @type {Record<string, LockEntry>} */
  const missing = {}
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const hoisted = `node_modules/${name}`
      if (lock.packages[hoisted] !== undefined) continue
      if (lock.packages[`${place}/node_modules/${name}`] !== undefined) continue
      missing[hoisted] = {
        version,
        ...platformOf(name),
        ...(entry.dev === true ? { dev: true } : {}),
        optional: true
      }
    }
  }
  return missing
}

/**
 * The lockfile with its missing entries, in npm's own order and without registry addresses.
 * @param {Lockfile} lock
 * @returns {Lockfile}
 */
export function filled(lock) {
  const entries = Object.entries({ ...lock.packages, ...missingEntries(lock) })
  entries.sort(([a], [b]) => a.localeCompare(b, "en"))
  return {
    ...lock,
    packages: Object.fromEntries(entries.map(([place, entry]) => [place, withoutAddress(entry)]))
  }
}

/** @param {LockEntry} entry @returns {LockEntry} */
function withoutAddress(entry) {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => field !== "resolved"))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(
    import.meta.dirname ?? path.dirname(fileURLToPath(import.meta.url)),
    "..",
    "package-lock.json"
  )
  const before = fs.readFileSync(file, "utf8")
  /** @type {Lockfile} */
  const lock = JSON.parse(before)
  const after = `${JSON.stringify(filled(lock), null, 2)}\n`
  if (after === before) {
    console.log("package-lock.json is complete")
  } else {
    fs.writeFileSync(file, after)
    console.log(
      `package-lock.json: ${Object.keys(missingEntries(lock)).length} optional platform packages added`
    )
  }
}
