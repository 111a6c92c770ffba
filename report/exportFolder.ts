// Writes the results of a run to a folder: the data set that it made, or else each target as a file.
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
import type { Store } from "../cache/Store.ts"
import type { TarFile } from "../formats/tar.ts"
import * as About from "./About.ts"
import { croissant } from "./croissant.ts"
import { csvFiles } from "./csvFiles.ts"
import { exportedFiles } from "./exportedFiles.ts"
import { exportedTables } from "./exportedTables.ts"
import * as FileFacts from "./FileFacts.ts"
import { ReportError } from "./ReportError.ts"
import { roCrate } from "./roCrate.ts"
import type { RunRecord } from "./RunRecord.ts"

export interface Exported {
  readonly run: string
  readonly folder: string
  /** Relative paths, sorted, checksums and marker included. */
  readonly files: ReadonlyArray<string>
  readonly bytes: number
}

/** How tables are written. */
export type TableFormat = "parquet" | "csv"

/** Says that a folder is an export, of which run. */
const marker = "largo-export.json"
const checksums = "SHA256SUMS"
/** What the export says of itself, beside the card and the checksums. */
const own = [marker, "croissant.json", "ro-crate-metadata.json"]

/**
 * Writes a run's results to the folder `to`, described for catalogues by croissant.json and ro-crate-metadata.json: first to a folder beside it, then by renaming, so that there is never half
 * of one. An earlier export there is replaced. The same run gives the same bytes. Throws ReportError where `to` holds
 * anything else, or where there is nothing to write.
 */
export const exportFolder = async (
  store: Store,
  record: RunRecord,
  to: string,
  format: TableFormat = "parquet"
): Promise<Exported> => {
  const folder = resolve(to)
  const replaces = checkFolder(folder)
  const found = await exportedFiles(store, record)
  const read = await exportedTables(found)
  const { files: results, tables } = format === "csv" ? csvFiles(found, read) : { files: found, tables: read }
  const taken = results.find(({ path }) => own.includes(path))
  if (taken !== undefined) {
    throw new ReportError(
      `a target is written to ${taken.path}, where the export describes itself`,
      `give the target another name than ${taken.path.replace(/\.\w+$/, "")}`
    )
  }
  const about = About.of(record)
  const origin = { format: 1, pipeline: record.pipeline, run: record.id, targets: digestsOf(record) }
  const files = [...results, jsonFile(marker, origin)]
  const facts = new Map(files.map((file) => [file.path, FileFacts.of(file)]))
  const catalogue = jsonFile(own[1], croissant(about, tables, facts))
  files.push(catalogue, jsonFile(own[2], roCrate(about, [...facts.values(), FileFacts.of(catalogue)])))
  const sums = files
    .sort(byPath)
    .map((file) => `${FileFacts.of(file).sha256}  ${file.path}\n`)
    .join("")
  const all = [...files, { path: checksums, bytes: Buffer.from(sums) }].sort(byPath)

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
  const bytes = all.reduce((sum, file) => sum + file.bytes.length, 0)
  return { run: record.id, folder, files: all.map(({ path }) => path), bytes }
}

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

const jsonFile = (path: string, value: object): TarFile => ({
  path,
  bytes: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`)
})

const digestsOf = ({ targets }: RunRecord): Readonly<Record<string, string | null>> =>
  Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, target?.digest ?? null]))
