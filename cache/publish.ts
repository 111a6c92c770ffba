// Publishing a file: written under a unique temporary name, flushed, then linked into place, whole or not at all.
import { randomUUID } from "node:crypto"
import { dirname, join } from "node:path"
import { errorCode } from "./Disk.ts"
import type { Disk } from "./Disk.ts"
import * as Names from "./Names.ts"

/** An open temporary file of the store. */
export interface Draft {
  readonly path: string
  readonly write: (chunk: Uint8Array) => void
  /** Closes it without a flush. */
  readonly close: () => void
  /** Flushes and closes it. */
  readonly finish: () => void
  /** Closes and deletes it. */
  readonly discard: () => void
}

/** Opens a temporary file in `folder`, which must be on the file system of its later place. */
export const draft = (disk: Disk, folder: string): Draft => {
  const path = join(folder, randomUUID())
  const fd = create(disk, folder, path)
  let open = true
  const close = (): void => {
    if (open) {
      open = false
      disk.close(fd)
    }
  }
  return {
    path,
    write: (chunk) => {
      let offset = 0
      while (offset < chunk.length) offset += disk.write(fd, chunk, offset, chunk.length - offset)
    },
    close,
    finish: () => {
      disk.fsync(fd)
      close()
    },
    discard: () => {
      try {
        close()
      } finally {
        drop(disk, path)
      }
    }
  }
}

const create = (disk: Disk, folder: string, path: string): number => {
  try {
    return disk.open(path, "wx", 0o444)
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error
    disk.mkdir(folder)
    return disk.open(path, "wx", 0o444)
  }
}

/**
 * Gives a finished draft its final name. Of several writers the first one wins, on NFS too.
 * @param names where the name may wait to be flushed with others; else it is flushed at once
 * @returns whether this call made the file; false when it was there already.
 */
export const place = (disk: Disk, from: Draft, to: string, names?: Names.Names): boolean => {
  const made = names ?? Names.open(disk)
  try {
    linkInto(disk, from.path, to, made)
    made.made(dirname(to))
    if (names === undefined) made.flush()
    return true
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false
    throw error
  } finally {
    drop(disk, from.path)
  }
}

/** Deletes a temporary file. One that stays is only litter, which the garbage collector sweeps. */
const drop = (disk: Disk, path: string): void => {
  try {
    disk.unlink(path)
  } catch {
    // Gone already, or the disk is in trouble, of which somebody else will tell.
  }
}

const linkInto = (disk: Disk, from: string, to: string, names: Names.Names): void => {
  try {
    disk.link(from, to)
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error
    makeFolder(disk, dirname(to), names)
    disk.link(from, to)
  }
}

/** Makes a folder, and those above it that are missing: each is a new name in the one above. */
const makeFolder = (disk: Disk, folder: string, names: Names.Names): void => {
  const above = dirname(folder)
  if (disk.stat(above) === undefined) makeFolder(disk, above, names)
  disk.mkdir(folder)
  names.made(above)
}

/** Moves a damaged file out of the way, unless somebody else did so first. */
export const moveAside = (disk: Disk, from: string, to: string): void => {
  try {
    disk.rename(from, to)
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error
  }
}
