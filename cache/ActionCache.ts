// The action cache: key -> entry (the outputs of a node and how they came to be). It knows nothing of bytes.
import { join } from "node:path"
import type { Blob } from "./ContentStore.ts"
import * as Digest from "./Digest.ts"
import { errorCode } from "./Disk.ts"
import type { Disk } from "./Disk.ts"
import * as EntryIndex from "./EntryIndex.ts"
import type { Hit } from "./EntryTable.ts"
import type { Manifest } from "./Manifest.ts"
import type { Names } from "./Names.ts"
import { draft, moveAside, place } from "./publish.ts"

/** How the outputs came to be. None of it is part of the key. */
export interface AttemptRecord {
  readonly run: string
  readonly attempt: string
  readonly host: string
  readonly startedAt: string
  /** Seconds on the clock from start to publication. */
  readonly wallSeconds: number
  /** CPU seconds inside the stage's own `run`, child processes included. */
  readonly cpuSeconds: number
  /** CPU seconds of the worker around it: decoding, checking, encoding, publishing. */
  readonly engineSeconds: number
}

/** What is remembered of a node that ran: enough to use it, to explain it, and to find its logs. */
export interface Entry {
  readonly key: string
  /** The name it had in the pipeline that ran it first, for people only. */
  readonly node: string
  readonly manifest: Manifest
  /** Digest of the blob that lists the digest of each source file behind `manifest.code`. */
  readonly codeFiles: string
  readonly outputs: Readonly<Record<string, Blob>>
  /** Outputs that are large intermediates: their bytes are the first to go when space is short. */
  readonly big: ReadonlyArray<string>
  /** Log name -> blob. */
  readonly logs: Readonly<Record<string, Blob>>
  readonly record: AttemptRecord
}

/** How a publication ended: the first of its key, the same outputs again, or other outputs under the same key. */
export type Published =
  | { readonly _tag: "First" }
  | { readonly _tag: "Same" }
  | { readonly _tag: "Realisation"; readonly first: Entry }

export interface ActionCache {
  /** The entry that consumers read, or undefined. A damaged entry is set aside and counts as absent. */
  readonly lookup: (key: string) => Entry | undefined
  /** What consumers need of that entry: mostly from the local index, without opening a file. */
  readonly find: (key: string) => Hit | undefined
  /** The same, sure of what other machines have published before, at the cost of two calls where there is none. */
  readonly findAnew: (key: string) => Hit | undefined
  /** Saves what `find` has learnt for the next process. */
  readonly saveIndex: () => void
  readonly publish: (entry: Entry) => Published
  readonly list: () => Iterable<string>
  /** Entries under a key whose outputs differ from those of the first one. */
  readonly realisations: (key: string) => ReadonlyArray<Entry>
  readonly remove: (key: string) => void
}

const magic = "largo entry 1"

/** Opens the action cache below `root`: `actions/ab/cdef....json`, further realisations in a folder beside it. */
export const open = (
  disk: Disk,
  root: string,
  names: Names,
  look: (folder: string) => void = () => {}
): ActionCache => {
  const base = join(root, "actions")
  const folderOf = (key: string): string => `${base}/${key.slice(0, 2)}`
  const pathOf = (key: string): string => `${folderOf(key)}/${key.slice(2)}.json`
  const realisationsOf = (key: string): string => `${folderOf(key)}/${key.slice(2)}.realisations`
  const tmp = join(root, "tmp")
  const index = EntryIndex.open(disk, join(root, "local", "entries.index"), tmp, folderOf, pathOf)

  const readEntry = (path: string, key: string): Entry | undefined => {
    let bytes: Buffer
    try {
      bytes = disk.readFile(path)
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined
      throw error
    }
    const entry = decode(bytes.toString("utf8"), key)
    if (entry === undefined) {
      const folder = join(root, "quarantine")
      disk.mkdir(folder)
      moveAside(disk, path, join(folder, `${key}.json`))
      index.forget(key)
    }
    return entry
  }

  const write = (path: string, entry: Entry): boolean => {
    const file = draft(disk, tmp)
    try {
      file.write(Buffer.from(encode(entry)))
      file.finish()
      return place(disk, file, path, names)
    } catch (error) {
      file.discard()
      throw error
    }
  }

  const lookup = (key: string): Entry | undefined => readEntry(pathOf(key), key)

  const find = (key: string): Hit | undefined => {
    const known = index.find(key)
    if (known !== undefined) return known
    const path = pathOf(key)
    // Taken before the file is read: should it be replaced in between, the stamp is the wrong one and counts for nothing.
    const stamp = disk.stat(path)
    const entry = stamp === undefined ? undefined : readEntry(path, key)
    if (stamp === undefined || entry === undefined) return undefined
    const { outputs, record } = entry
    return index.add({ key, outputs, cpuSeconds: record.cpuSeconds }, stamp)
  }

  return {
    lookup,
    find,
    findAnew: (key) => {
      const known = find(key)
      if (known !== undefined) return known
      look(folderOf(key))
      return find(key)
    },
    saveIndex: index.save,
    publish: (entry) => {
      let first: Entry | undefined
      // An entry that is there but damaged is set aside by the look-up, and this one takes its place.
      while (first === undefined) {
        if (write(pathOf(entry.key), entry)) return { _tag: "First" }
        first = lookup(entry.key)
        if (first === undefined) look(folderOf(entry.key))
      }
      if (outputsDigest(first) === outputsDigest(entry)) return { _tag: "Same" }
      write(join(realisationsOf(entry.key), `${outputsDigest(entry)}.json`), entry)
      return { _tag: "Realisation", first }
    },
    *list() {
      for (const prefix of disk.readdir(base).sort()) {
        for (const name of disk.readdir(join(base, prefix)).sort()) {
          if (name.endsWith(".json")) yield prefix + name.slice(0, -".json".length)
        }
      }
    },
    realisations: (key) =>
      disk
        .readdir(realisationsOf(key))
        .sort()
        .flatMap((name) => readEntry(join(realisationsOf(key), name), key) ?? []),
    remove: (key) => {
      index.forget(key)
      disk.remove(pathOf(key))
    }
  }
}

/** A digest of what an entry publishes: equal digests are equal results. */
export const outputsDigest = (entry: Entry): Digest.Digest =>
  Digest.of(
    Object.keys(entry.outputs)
      .sort()
      .map((name) => `${JSON.stringify(name)} ${entry.outputs[name].digest}\n`)
      .join("")
  )

/** An entry as a file: a line with the digest of the rest, then JSON. */
export const encode = (entry: Entry): string => {
  const body = JSON.stringify(entry)
  return `${magic} ${Digest.of(body)}\n${body}\n`
}

/** The entry in a file's text, or undefined when it is damaged or belongs to another key. */
export const decode = (text: string, key: string): Entry | undefined => {
  const end = text.indexOf("\n")
  const body = text.slice(end + 1, -1)
  if (text.slice(0, end) !== `${magic} ${Digest.of(body)}`) return undefined
  const entry = JSON.parse(body) as Entry
  return entry.key === key ? entry : undefined
}
