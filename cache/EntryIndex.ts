// The index of entries on this machine: one file that answers what thousands of entry files would. It may be deleted.
import { createHash } from "node:crypto"
import { endianness } from "node:os"
import { dirname } from "node:path"
import type { Disk } from "./Disk.ts"
import { EntryTable } from "./EntryTable.ts"
import type { Columns, Hit, Row, Stamp } from "./EntryTable.ts"
import { draft } from "./publish.ts"
import type { Draft } from "./publish.ts"

/**
 * Entries are immutable, so a row is true as long as its entry's file is the one that it was read from. A row counts
 * only where that is certain: the folder has not changed since all of its rows were last found true, or the file
 * itself still has the inode and the change time that it had when it was read.
 */
export interface EntryIndex {
  /** What is known of an entry that is still there, or undefined: then its file has to be read. */
  readonly find: (key: string) => Hit | undefined
  /** Takes in an entry that was sought in vain, then read whole and found sound after `stamp` had been taken. */
  readonly add: (entry: Omit<Row, "ino" | "ctimeMs">, stamp: Stamp) => Hit
  readonly forget: (key: string) => void
  /** Writes it where that saves the next process work. One that cannot be written is only slower next time. */
  readonly save: () => void
}

const magic = `largo index 1 ${endianness()}`

/** A change this short ago (ms) may be followed by another one that leaves the same change time. */
const settling = 2000

interface Header {
  readonly rows: number
  readonly outputs: number
  readonly shapes: Columns["shapes"]
  /** Folder -> its state when all of its rows were true. */
  readonly folders: Readonly<Record<string, Stamp>>
}

/** Folder of a key's entry: `unchanged` since its rows were last true, or `changed`. */
interface Folder {
  readonly stamp: Stamp | undefined
  readonly unchanged: boolean
}

/**
 * Opens the index in a file; it is read when it is first needed. A missing or damaged one is empty.
 * @param folderOf the folder of the entries whose keys start with two given characters
 * @param pathOf the file of an entry
 */
export const open = (
  disk: Disk,
  path: string,
  tmp: string,
  folderOf: (start: string) => string,
  pathOf: (key: string) => string
): EntryIndex => {
  let table: EntryTable | undefined
  let saved: Header["folders"] = {}
  const folders = new Map<string, Folder>()
  /** Rows that were found true in this process, in folders that have changed. */
  const checked = new Set<number>()
  let added = 0

  const opened = (): EntryTable => {
    if (table === undefined) {
      const read = readIndex(disk, path)
      saved = read?.header.folders ?? {}
      table = new EntryTable(read?.columns)
    }
    return table
  }

  const stampOf = (file: string): Stamp | undefined => {
    const found = disk.stat(file)
    return found === undefined ? undefined : { ino: found.ino, ctimeMs: found.ctimeMs }
  }

  /** Looked at once, before any of its entries: whatever changes later is seen by the next process. */
  const folderAt = (start: string): Folder => {
    let folder = folders.get(start)
    if (folder === undefined) {
      const stamp = stampOf(folderOf(start))
      folder = { stamp, unchanged: same(saved[start], stamp) }
      folders.set(start, folder)
    }
    return folder
  }

  const isTrue = (known: EntryTable, row: number, key: string): boolean => {
    if (folderAt(key.slice(0, 2)).unchanged || checked.has(row)) return true
    if (same(known.stampOf(row), stampOf(pathOf(key)))) {
      checked.add(row)
      return true
    }
    known.forget(row)
    return false
  }

  /** Rows that are true now, and the folders of which all of them are. */
  const survey = (known: EntryTable, now: number) => {
    const rows: Array<number> = []
    const sound: Record<string, Stamp> = { ...saved }
    for (let row = 0; row < known.size; row += 1) {
      const key = known.keyOf(row)
      if (known.find(key) !== row) continue
      // Folders of which nothing was asked keep their stamp from before, true or not.
      if (folders.has(key.slice(0, 2)) && !isTrue(known, row, key)) continue
      rows.push(row)
    }
    for (const [start, { stamp }] of folders) {
      if (stamp !== undefined && stamp.ctimeMs < now - settling) sound[start] = stamp
      else delete sound[start]
    }
    return { rows, sound }
  }

  /** Whether another process would be spared work. */
  const isWorthwhile = (): boolean => {
    const settled = Date.now() - settling
    const changed = [...folders.values()].filter(({ unchanged }) => !unchanged)
    return added > 0 || changed.some(({ stamp }) => stamp !== undefined && stamp.ctimeMs < settled)
  }

  const save = (): void => {
    if (table === undefined || !isWorthwhile()) return
    let file: Draft | undefined
    try {
      file = draft(disk, tmp)
      // The time of the disk that the folders are on, which may not be this machine's.
      const { rows, sound } = survey(table, disk.stat(file.path)?.ctimeMs ?? 0)
      const kept = rows.length === table.size ? table : table.copyOf(rows)
      for (const part of encode(kept.columns(), sound)) file.write(part)
      file.close()
      disk.mkdir(dirname(path))
      disk.rename(file.path, path)
      added = 0
      saved = sound
    } catch {
      file?.discard()
    }
  }

  return {
    find: (key) => {
      const known = opened()
      folderAt(key.slice(0, 2))
      const row = known.find(key)
      return row !== -1 && isTrue(known, row, key) ? known.hitOf(row) : undefined
    },
    add: (entry, stamp) => {
      const known = opened()
      added += 1
      const row = known.add({ ...entry, ...stamp })
      checked.add(row)
      return known.hitOf(row)
    },
    forget: (key) => {
      const known = opened()
      const row = known.find(key)
      if (row !== -1) known.forget(row)
    },
    save
  }
}

const same = (a: Stamp | undefined, b: Stamp | undefined): boolean =>
  a !== undefined && b !== undefined && a.ino === b.ino && a.ctimeMs === b.ctimeMs

/** Header lines end where the 8-byte numbers of the columns may begin. */
const alignment = 8

const partsOf = ({ digests, keys, numbers, places, sizes }: Columns): ReadonlyArray<Buffer> =>
  [numbers, sizes, places, keys, digests].map(({ buffer, byteLength, byteOffset }) =>
    Buffer.from(buffer, byteOffset, byteLength)
  )

/** A line with the digest of the rest, a line of JSON, then the columns. */
const encode = (columns: Columns, folders: Header["folders"]): ReadonlyArray<Buffer> => {
  const { outputs, rows, shapes } = columns
  const header = JSON.stringify({ rows, outputs, shapes, folders } satisfies Header).replaceAll(
    /[^\0-~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
  const length = magic.length + 1 + 64 + 1 + header.length + 1
  const line = `${header}${" ".repeat(-length & (alignment - 1))}\n`
  const rest = [Buffer.from(line, "latin1"), ...partsOf(columns)]
  const hash = createHash("sha256")
  for (const part of rest) hash.update(part)
  return [Buffer.from(`${magic} ${hash.digest("hex")}\n`), ...rest]
}

/** The index in a file; undefined where it is missing, damaged, or of another form. */
const readIndex = (
  disk: Disk,
  path: string
): { readonly header: Header; readonly columns: Columns } | undefined => {
  try {
    const bytes = disk.readFile(path)
    const start = magic.length + 1 + 64 + 1
    const digest = createHash("sha256").update(bytes.subarray(start)).digest("hex")
    if (bytes.toString("latin1", 0, start) !== `${magic} ${digest}\n`) return undefined
    const end = bytes.indexOf("\n", start) + 1
    const header = JSON.parse(bytes.toString("latin1", start, end)) as Header
    const { outputs, rows, shapes } = header
    let at = bytes.byteOffset + end
    const next = (length: number): number => {
      const from = at
      at += length
      return from
    }
    const { buffer } = bytes
    const columns = {
      rows,
      outputs,
      shapes,
      numbers: new Float64Array(buffer, next(24 * rows), 3 * rows),
      sizes: new Float64Array(buffer, next(8 * outputs), outputs),
      places: new Uint32Array(buffer, next(8 * rows), 2 * rows),
      keys: new Int32Array(buffer, next(32 * rows), 8 * rows),
      digests: new Int32Array(buffer, next(32 * outputs), 8 * outputs)
    }
    return { header, columns }
  } catch {
    return undefined
  }
}
