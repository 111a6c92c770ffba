// Writes an export to a folder, whole or not at all, with the checksums of its files.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import type { TarFile } from "../formats/tar.ts"
import * as FileFacts from "./FileFacts.ts"
import { ReportError } from "./ReportError.ts"

export interface Written {
  readonly folder: string
  /** Relative paths, sorted, checksums and marker included. */
  readonly files: ReadonlyArray<string>
  readonly bytes: number
}

/** The file that says that a folder is an export, and of what. */
export const marker = "largo-export.json"
const checksums = "SHA256SUMS"

/**
 * Writes files, the marker among them, to the folder `to`: first to a folder beside it, then by renaming, so that there
 * is never half of an export. An earlier one is replaced. Throws ReportError where `to` holds anything else.
 */
export const writeFolder = (to: string, files: ReadonlyArray<TarFile>): Written => {
  const folder = resolve(to)
  const replaces = checkFolder(folder)
  const sorted = [...files].sort(byPath)
  const sums = sorted.map((file) => `${FileFacts.of(file).sha256}  ${file.path}\n`).join("")
  const all = [...sorted, { path: checksums, bytes: Buffer.from(sums) }].sort(byPath)
  mkdirSync(dirname(folder), { recursive: true })
  const draft = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`))
  try {
    const fresh = join(draft, "new")
    for (const { bytes, path } of all) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true })
      writeFileSync(join(fresh, path), bytes)
    }
    if (replaces) renameSync(folder, join(draft, "old"))
    renameSync(fresh, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return {
    folder,
    files: all.map(({ path }) => path),
    bytes: all.reduce((sum, file) => sum + file.bytes.length, 0)
  }
}

/** The file of a plain JSON value. */
export const jsonFile = (path: string, value: object): TarFile => ({
  path,
  bytes: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`)
})

/** Whether there is an earlier export to replace. Throws ReportError for a folder with anything else in it. */
const checkFolder = (folder: string): boolean => {
  if (!existsSync(folder)) return false
  let there: ReadonlyArray<string>
  try {
    there = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  } catch {
    throw new ReportError(`${folder} is no folder that can be read`, "choose another one with --to DIR")
  }
  if (there.length === 0) return true
  if (!there.includes(marker) || !there.includes(checksums)) {
    throw new ReportError(
      `${folder} is not empty and holds no export of largo`,
      "choose another folder with --to DIR"
    )
  }
  const exported = readFileSync(join(folder, checksums), "utf8")
    .split("\n")
    .map((line) => line.slice(66))
  const foreign = there.filter((path) => path !== checksums && !exported.includes(path))
  if (foreign.length === 0) return true
  throw new ReportError(
    `${folder} holds files beside an earlier export: ${foreign.slice(0, 3).join(", ")}`,
    "move them away, or choose another folder with --to DIR"
  )
}

const byPath = (a: TarFile, b: TarFile): number => (a.path < b.path ? -1 : 1)
