// Failures that would only repeat, remembered by key so that the next run says so instead of trying again.
import { join } from "node:path"
import type { Blob } from "./ContentStore.ts"
import * as Digest from "./Digest.ts"
import { errorCode } from "./Disk.ts"
import type { Disk } from "./Disk.ts"
import { draft } from "./publish.ts"

/** One failed attempt at a key. */
export interface Failure {
  readonly key: string
  readonly node: string
  readonly stage: string
  /** The failure class, such as `ToolFailed`. */
  readonly outcome: string
  readonly message: string
  /** What to type or change next. */
  readonly fix: string
  readonly logs: Readonly<Record<string, Blob>>
  readonly run: string
  readonly at: string
}

export interface Failures {
  readonly lookup: (key: string) => Failure | undefined
  readonly remember: (failure: Failure) => void
  readonly forget: (key: string) => void
}

const magic = "largo failure 1"

/** Opens the remembered failures below `root`: `failures/ab/cdef....json`. Losing one costs a repeated try, no more. */
export const open = (disk: Disk, root: string): Failures => {
  const pathOf = (key: string): string => join(root, "failures", key.slice(0, 2), `${key.slice(2)}.json`)
  return {
    lookup: (key) => {
      const path = pathOf(key)
      // Asked of every node that is to run, and mostly in vain: a look costs a tenth of a failed opening.
      if (disk.stat(path) === undefined) return undefined
      try {
        const [head, body] = disk.readFile(path).toString("utf8").split("\n")
        if (head !== `${magic} ${Digest.of(body ?? "")}`) return undefined
        const failure = JSON.parse(body) as Failure
        return failure.key === key ? failure : undefined
      } catch (error) {
        if (errorCode(error) === "ENOENT") return undefined
        throw error
      }
    },
    remember: (failure) => {
      const file = draft(disk, join(root, "tmp"))
      try {
        const body = JSON.stringify(failure)
        file.write(Buffer.from(`${magic} ${Digest.of(body)}\n${body}\n`))
        file.finish()
        disk.mkdir(join(root, "failures", failure.key.slice(0, 2)))
        disk.rename(file.path, pathOf(failure.key))
      } catch (error) {
        file.discard()
        throw error
      }
    },
    forget: (key) => disk.remove(pathOf(key))
  }
}
