// The folder of a job in the store: what the driver asks for, and what the agents of the job say, as small files.
import { join } from "node:path"
import type { Blob } from "../../cache/ContentStore.ts"
import { errorCode } from "../../cache/Disk.ts"
import type { Disk } from "../../cache/Disk.ts"
import { lookAgain } from "../../cache/lookAgain.ts"
import { draft, place } from "../../cache/publish.ts"
import type { Store } from "../../cache/Store.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import type { Outcome } from "../../pipeline/outcome.ts"
import type { JobSpec } from "./script.ts"

/** What is written, and flushed, before a job is submitted. */
export interface Intent {
  readonly id: string
  readonly spec: JobSpec
  /** Element i of an array performs attempt i; workers get theirs in further files. */
  readonly attempts: ReadonlyArray<Attempt>
  /** Seconds without work after which a worker leaves. */
  readonly idle: number
}

/** Who performs an attempt: the first agent that links its claim. */
export interface Claim {
  readonly agent: string
  readonly node: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The folder that this agent performs the attempt in: copies of a job do not meet. */
  readonly folder: string
}

/** How an attempt ended, in the words of the job itself; without an outcome where it was told to end. */
export interface Ended {
  readonly agent: string
  readonly node: string
  readonly outcome: Outcome | undefined
  readonly logs: Readonly<Record<string, Blob>>
}

export interface JobFolder {
  readonly id: string
  readonly path: string
  readonly intent: () => Intent | undefined
  readonly create: (intent: Intent) => void
  /** The job's id, once it is known. */
  readonly submitted: () => string | undefined
  readonly setSubmitted: (jobId: string) => void
  /** Hands attempts to the workers. */
  readonly add: (list: number, attempts: ReadonlyArray<Attempt>) => void
  /** The lists that were handed over, in order, and whether there will be no more. */
  readonly lists: () => { readonly names: ReadonlyArray<string>; readonly closed: boolean }
  readonly list: (name: string) => ReadonlyArray<Attempt> | undefined
  /** False where somebody else was first. */
  readonly claim: (attempt: string, claim: Claim) => boolean
  readonly claims: Records<Claim>
  /** The first word counts: a second copy that ends later changes nothing. */
  readonly end: (attempt: string, ended: Ended) => void
  readonly ended: Records<Ended>
  /** Agent -> exit status, once it has ended. */
  readonly exits: Records<number>
  /** Tells workers to leave when they have done what is there. */
  readonly close: () => void
  /** Notes that a failure has reached a run. */
  readonly tell: (attempt: string) => void
  readonly told: () => ReadonlySet<string>
  readonly remove: () => void
}

/** Small files of one sort, each written whole under its final name. */
export interface Records<A> {
  /** Looked up at the server, whatever this machine remembers of the folder. */
  readonly names: () => ReadonlyArray<string>
  readonly read: (name: string) => A | undefined
}

const closed = "closed"

const base = (store: Store): string => join(store.root, "jobs")

/** The jobs that the store knows, the oldest first. */
export const list = (store: Store): ReadonlyArray<string> => store.disk.readdir(base(store)).sort()

/** Opens the folder of a job in a store, whether it is there or not. */
export const open = (store: Store, id: string): JobFolder => at(store.disk, join(base(store), id), id)

/** Opens the folder of a job at a path. */
export const at = (disk: Disk, path: string, id: string): JobFolder => {
  const inside = (...names: ReadonlyArray<string>): string => join(path, ...names)

  /** Writes a file whole, unless there is one. */
  const put = (to: string, value: unknown, durable: boolean): boolean => {
    const file = draft(disk, inside("tmp"))
    try {
      file.write(Buffer.from(JSON.stringify(value)))
      if (durable) {
        file.finish()
        return place(disk, file, to)
      }
      file.close()
      return link(file.path, to)
    } catch (error) {
      file.discard()
      throw error
    }
  }

  const link = (from: string, to: string): boolean => {
    try {
      disk.link(from, to)
      return true
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false
      throw error
    } finally {
      disk.unlink(from)
    }
  }

  const read = <A>(file: string): A | undefined => {
    try {
      return JSON.parse(disk.readFile(file).toString("utf8")) as A
    } catch (error) {
      if (errorCode(error) === "ENOENT" || error instanceof SyntaxError) return undefined
      throw error
    }
  }

  const names = (folder: string): ReadonlyArray<string> => {
    lookAgain(disk, inside(folder))
    return disk.readdir(inside(folder)).filter((name) => !name.startsWith("."))
  }

  const records = <A>(folder: string): Records<A> => ({
    names: () => names(folder),
    read: (name) => read(inside(folder, name))
  })

  return {
    id,
    path,
    intent: () => {
      const found = read<Intent>(inside("intent.json"))
      if (found !== undefined) return found
      lookAgain(disk, path)
      return read(inside("intent.json"))
    },
    create: (intent) => {
      for (const folder of ["tmp", "out", "exits", "claims", "ended", "lists", "told"])
        disk.mkdir(inside(folder))
      put(inside("intent.json"), intent, true)
    },
    submitted: () => read(inside("submitted.json")),
    setSubmitted: (jobId) => void put(inside("submitted.json"), jobId, false),
    add: (number, attempts) => void put(inside("lists", String(number).padStart(6, "0")), attempts, true),
    lists: () => {
      const found = names("lists")
      return { names: found.filter((name) => name !== closed).sort(), closed: found.includes(closed) }
    },
    list: (name) => read(inside("lists", name)),
    claim: (attempt, claim) => put(inside("claims", attempt), claim, false),
    claims: records("claims"),
    end: (attempt, ended) => void put(inside("ended", attempt), ended, false),
    ended: records("ended"),
    exits: records("exits"),
    close: () => void put(inside("lists", closed), "", false),
    tell: (attempt) => void put(inside("told", attempt), "", false),
    told: () => new Set(names("told")),
    remove: () => disk.remove(path)
  }
}
