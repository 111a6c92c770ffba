// The content store: digest -> bytes, immutable and read-only. It knows nothing of stages.
import { createHash } from "node:crypto"
import { dirname, join } from "node:path"
import * as Digest from "./Digest.ts"
import { errorCode } from "./Disk.ts"
import type { Disk } from "./Disk.ts"
import type { Names } from "./Names.ts"
import { draft, moveAside, place } from "./publish.ts"

/** What was stored: its digest and its length in bytes. */
export interface Blob {
  readonly digest: Digest.Digest
  readonly size: number
}

/** Bytes whose digest is not the one they are stored under. They were set aside. */
export class CorruptBlob extends Error {
  readonly digest: string
  readonly movedTo: string
  constructor(digest: string, movedTo: string) {
    super(
      `blob ${digest} did not hold the bytes of its name; it was moved to ${movedTo} and will be recomputed`
    )
    this.name = "CorruptBlob"
    this.digest = digest
    this.movedTo = movedTo
  }
}

/** Bytes that are not in the store. */
export class MissingBlob extends Error {
  readonly digest: string
  constructor(digest: string) {
    super(`blob ${digest} is not in the store; the node that makes it has to run again`)
    this.name = "MissingBlob"
    this.digest = digest
  }
}

/** A writer of one blob: the bytes are hashed while they are written. */
export interface BlobWriter {
  readonly write: (chunk: Uint8Array) => void
  readonly finish: () => Blob
  readonly discard: () => void
}

export interface ContentStore {
  readonly pathOf: (digest: string) => string
  readonly has: (digest: string) => boolean
  /** Bytes on disk, or undefined where it is not there. */
  readonly sizeOf: (digest: string) => number | undefined
  /** All bytes of a blob, verified. Throws `MissingBlob` or `CorruptBlob`. */
  readonly read: (digest: string) => Buffer
  readonly writer: () => BlobWriter
  readonly put: (bytes: Uint8Array) => Blob
  /** Checks a blob of any size against its digest in bounded memory; a bad one is set aside. */
  readonly verify: (digest: string) => "ok" | "missing" | "corrupt"
  readonly list: () => Iterable<Digest.Digest>
  readonly remove: (digest: string) => void
}

const chunkSize = 1 << 20
/** What blobs are checked through: one for all, since a new one for each would keep the garbage collector busy. */
let scratch: Buffer | undefined

/**
 * Opens the content store below `root`: `cas/sha256/ab/cdef...`, temporary files in `tmp`, bad blobs in `quarantine`.
 * @param look looks a folder up anew where a blob is not seen: another machine may just have written it
 */
export const open = (
  disk: Disk,
  root: string,
  names: Names,
  look: (folder: string) => void = () => {}
): ContentStore => {
  const base = join(root, "cas", "sha256")
  const pathOf = (digest: string): string => join(base, digest.slice(0, 2), digest.slice(2))

  const statOf = (digest: string) => {
    const status = disk.stat(pathOf(digest))
    if (status !== undefined) return status
    look(dirname(pathOf(digest)))
    return disk.stat(pathOf(digest))
  }

  /** Tries again what found no blob, once its folder was looked up anew. */
  const atBlob = <A>(digest: string, act: (path: string) => A): A => {
    const path = pathOf(digest)
    try {
      return act(path)
    } catch (error) {
      const code = errorCode(error)
      if (code !== "ENOENT" && code !== "ESTALE") throw error
      look(dirname(path))
      return act(path)
    }
  }

  const setAside = (digest: string): string => {
    const folder = join(root, "quarantine")
    const to = join(folder, digest)
    disk.mkdir(folder)
    moveAside(disk, pathOf(digest), to)
    return to
  }

  const writer = (): BlobWriter => {
    const file = draft(disk, join(root, "tmp"))
    const hash = createHash("sha256")
    let size = 0
    return {
      write: (chunk) => {
        file.write(chunk)
        hash.update(chunk)
        size += chunk.length
      },
      finish: () => {
        const digest = hash.digest("hex") as Digest.Digest
        try {
          file.finish()
          const there = disk.stat(pathOf(digest))
          if (there !== undefined && there.size !== size) setAside(digest)
          place(disk, file, pathOf(digest), names)
        } catch (error) {
          file.discard()
          throw error
        }
        return { digest, size }
      },
      discard: file.discard
    }
  }

  return {
    pathOf,
    has: (digest) => statOf(digest) !== undefined,
    sizeOf: (digest) => statOf(digest)?.size,
    read: (digest) => {
      let bytes: Buffer
      try {
        bytes = atBlob(digest, disk.readFile)
      } catch (error) {
        if (errorCode(error) === "ENOENT") throw new MissingBlob(digest)
        throw error
      }
      if (Digest.of(bytes) !== digest) throw new CorruptBlob(digest, setAside(digest))
      return bytes
    },
    writer,
    put: (bytes) => {
      const digest = Digest.of(bytes)
      if (disk.stat(pathOf(digest))?.size === bytes.length) return { digest, size: bytes.length }
      const sink = writer()
      try {
        sink.write(bytes)
      } catch (error) {
        sink.discard()
        throw error
      }
      return sink.finish()
    },
    verify: (digest) => {
      let fd: number
      try {
        fd = atBlob(digest, (path) => disk.open(path, "r"))
      } catch (error) {
        if (errorCode(error) === "ENOENT") return "missing"
        throw error
      }
      const hash = createHash("sha256")
      try {
        scratch ??= Buffer.allocUnsafe(chunkSize)
        for (;;) {
          const count = disk.read(fd, scratch, 0, chunkSize)
          if (count === 0) break
          hash.update(scratch.subarray(0, count))
        }
      } finally {
        disk.close(fd)
      }
      if (hash.digest("hex") === digest) return "ok"
      setAside(digest)
      return "corrupt"
    },
    *list() {
      for (const prefix of disk.readdir(base).sort()) {
        for (const rest of disk.readdir(join(base, prefix)).sort()) {
          const digest = prefix + rest
          if (Digest.is(digest)) yield digest
        }
      }
    },
    remove: (digest) => disk.remove(pathOf(digest))
  }
}
