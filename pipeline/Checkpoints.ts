// Checkpoints: which attempts at a key left files that another attempt can go on from.
import { basename, join } from "node:path"
import { lookAgain } from "../cache/lookAgain.ts"
import type { Store } from "../cache/Store.ts"
import type { Attempt } from "./Attempt.ts"

const folderOf = (store: Store, key: string): string => join(store.root, "checkpoints", key)

/** The attempts that left one, the latest last. Their ids sort by run, then by number. */
const names = (store: Store, key: string): ReadonlyArray<string> => {
  const folder = folderOf(store, key)
  lookAgain(store.disk, folder)
  return store.disk
    .readdir(folder)
    .filter((name) => !name.startsWith("."))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
}

/** How many attempts at a key left one: more than before means that the last one came further. */
export const count = (store: Store, key: string): number => names(store, key).length

/** Notes that the folder of an attempt can be gone on from. */
export const leave = (store: Store, { folder, id, key }: Attempt): void => {
  const { disk } = store
  disk.mkdir(folderOf(store, key))
  const path = join(folderOf(store, key), id)
  if (disk.stat(path) !== undefined) return
  const fd = disk.open(path, "w", 0o644)
  try {
    const bytes = Buffer.from(folder)
    for (let at = 0; at < bytes.length;) at += disk.write(fd, bytes, at, bytes.length - at)
  } finally {
    disk.close(fd)
  }
}

/** The folder that an attempt has left; none where the note of it was cut off. */
const folderIn = (store: Store, key: string, name: string): string | undefined => {
  const folder = store.disk.readFile(join(folderOf(store, key), name)).toString("utf8")
  return basename(folder) === name ? folder : undefined
}

/** The folder to go on from: that of the latest attempt that left one and is still there. */
export const latest = (store: Store, key: string): string | undefined => {
  for (const name of names(store, key).toReversed()) {
    const folder = folderIn(store, key, name)
    if (folder !== undefined && store.disk.stat(folder) !== undefined) return folder
  }
  return undefined
}

/** Forgets them: the node must not go on from there. */
export const forget = (store: Store, key: string): void => {
  if (store.disk.stat(folderOf(store, key)) !== undefined) store.disk.remove(folderOf(store, key))
}

/** Forgets them and deletes their folders: the node is done. */
export const clear = (store: Store, key: string): void => {
  if (store.disk.stat(folderOf(store, key)) === undefined) return
  for (const name of names(store, key)) {
    const folder = folderIn(store, key, name)
    if (folder !== undefined) store.disk.remove(folder)
  }
  forget(store, key)
}
