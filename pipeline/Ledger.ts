// The ledger of runs: events as they come, and at the end what became of each node.
import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { StringDecoder } from "node:string_decoder"
import { crc32 } from "node:zlib"
import type { Disk } from "../cache/Disk.ts"
import { draft } from "../cache/publish.ts"
import type { Store } from "../cache/Store.ts"
import type { Event, Progress } from "./Event.ts"

/** One node at the end of a run. */
export interface NodeLine {
  readonly node: string
  readonly stage: string
  readonly key: string
  readonly state: "cached" | "ran" | "restored" | "failed"
  /** CPU seconds of the attempt that made its outputs. */
  readonly cpu: number
}

export interface Ledger {
  readonly append: (event: Event) => void
  /** Writes what became of the nodes. Throws where that fails. */
  readonly close: (nodes: Iterable<NodeLine>) => void
  /** No more events. Throws where some could not be written. */
  readonly end: () => void
}

/** Bytes that are read or written at once. */
const block = 1 << 16

const eventsPath = (store: Store, run: string): string => join(store.runs, run, "events.jsonl")
const progressPath = (store: Store, run: string): string => join(store.runs, run, "progress.jsonl")
const nodesPath = (store: Store, run: string): string => join(store.runs, run, "nodes.jsonl")

/** An id for a new run; ids sort by time. */
export const newId = (now: Date): string =>
  `${now.toISOString().replace(/[-:Z]/g, "").replace(/[T.]/g, "-")}-${randomBytes(2).toString("hex")}`

/**
 * Starts the ledger of a new run: `runs/RUN/events.jsonl`, at the end `nodes.jsonl`. Of progress only the latest is
 * kept, and only while the run goes on. Events that cannot be written are written with later ones, at the latest when
 * it ends.
 */
export const start = (store: Store, run: string): Ledger => {
  const { disk } = store
  disk.mkdir(join(store.runs, run))
  const events = disk.open(eventsPath(store, run), "a", 0o644)
  let pending = Buffer.alloc(0)
  const progress = progressOf(store, run)
  const write = (): void => {
    while (pending.length > 0) pending = pending.subarray(disk.write(events, pending, 0, pending.length))
  }
  return {
    append: (event) => {
      if (event._tag === "Progress") return progress.tell(event)
      if (event._tag === "Done" || event._tag === "Failed") progress.forget(event.node)
      pending = Buffer.concat([pending, Buffer.from(summed(event))])
      try {
        write()
      } catch {
        // The disk may have room again when the next event comes; the work itself is not in the ledger.
      }
    },
    close: (nodes) => {
      replace(store, nodesPath(store, run), nodes)
      shareNodes(store, run)
    },
    end: () => {
      progress.end()
      try {
        write()
      } finally {
        disk.close(events)
      }
    }
  }
}

/** How often the progress of a run is written for those who watch it from elsewhere, in ms. */
const progressPeriod = 1000

/** The file with the latest progress of each running node. It is nobody's result: where it cannot be written it is not. */
const progressOf = (store: Store, run: string) => {
  const { disk } = store
  const latest = new Map<string, Progress>()
  let told = -Infinity
  return {
    tell: (event: Progress): void => {
      latest.set(event.node, event)
      const now = performance.now()
      if (now - told < progressPeriod) return
      told = now
      try {
        replace(store, progressPath(store, run), latest.values())
      } catch {
        // Those who watch see an older one.
      }
    },
    forget: (node: string): void => void latest.delete(node),
    end: (): void => {
      if (told === -Infinity) return
      try {
        disk.unlink(progressPath(store, run))
      } catch {
        // It was never written, or it stays and nobody reads it: the run has ended.
      }
    }
  }
}

/** Gives a ledger file new lines in one step. */
const replace = ({ disk, root }: Store, path: string, values: Iterable<object>): void => {
  const file = draft(disk, join(root, "tmp"))
  try {
    let text = ""
    for (const value of values) {
      text += summed(value)
      if (text.length < block) continue
      file.write(Buffer.from(text))
      text = ""
    }
    file.write(Buffer.from(text))
    file.close()
    disk.rename(file.path, path)
  } catch (error) {
    file.discard()
    throw error
  }
}

/** Runs that find the same are one file: campaigns are looked at often, and their lists are long. */
const shareNodes = (store: Store, run: string): void => {
  const { disk } = store
  const path = nodesPath(store, run)
  const link = `${path}.same`
  try {
    const before = list(store).find(
      (other) => other < run && disk.stat(nodesPath(store, other)) !== undefined
    )
    if (before === undefined || !isSameFile(disk, path, nodesPath(store, before))) return
    disk.link(nodesPath(store, before), link)
    disk.rename(link, path)
  } catch {
    // Both are kept, each by itself.
  }
}

const isSameFile = (disk: Disk, a: string, b: string): boolean => {
  if (disk.stat(a)?.size !== disk.stat(b)?.size) return false
  const others = blocks(disk, b)
  try {
    for (const bytes of blocks(disk, a)) {
      const other = others.next()
      if (other.done === true || !bytes.equals(other.value)) return false
    }
    return true
  } finally {
    others.return()
  }
}

/** The bytes of a file in blocks; the next one overwrites the one before. */
const blocks = function* (disk: Disk, path: string): Generator<Buffer, void> {
  const file = disk.open(path, "r")
  try {
    const buffer = Buffer.allocUnsafe(block)
    for (;;) {
      const count = disk.read(file, buffer, 0, block)
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  } finally {
    disk.close(file)
  }
}

/** All runs of a store, the latest first. Their ids sort by time. */
export const list = (store: Store): ReadonlyArray<string> => {
  try {
    return store.disk.readdir(store.runs).sort().toReversed()
  } catch {
    return []
  }
}

/** A ledger line: JSON whose last field is the CRC-32 of the same JSON without it. */
const summed = (value: object): string => {
  const text = JSON.stringify(value)
  return `${text.slice(0, -1)},"sum":"${sumOf(text)}"}\n`
}

const sumOf = (text: string): string => crc32(text).toString(16).padStart(8, "0")

const sumPattern = /,"sum":"([0-9a-f]{8})"\}$/

/** The value of a ledger line. Throws where it is damaged; older lines have no sum. */
const parse = (line: string): unknown => {
  const sum = sumPattern.exec(line)
  if (sum === null) return JSON.parse(line)
  const text = `${line.slice(0, sum.index)}}`
  if (sumOf(text) !== sum[1]) throw new SyntaxError("the line does not have its sum")
  return JSON.parse(text)
}

/** The lines of a text file, read as far as they are asked for. A file that cannot be read has none. */
const textLines = function* (disk: Disk, path: string): Iterable<string> {
  const decoder = new StringDecoder("utf8")
  let rest = ""
  try {
    for (const bytes of blocks(disk, path)) {
      const texts = (rest + decoder.write(bytes)).split("\n")
      rest = texts.pop() ?? ""
      yield* texts
    }
  } catch {
    return
  }
  yield rest
}

/** The whole lines of a ledger file; those that were cut off or damaged are left out. */
const lines = <A>({ disk }: Store, path: string): Iterable<A> => parsed<A>(textLines(disk, path))

const parsed = function* <A>(texts: Iterable<string>): Iterable<A> {
  for (const text of texts) {
    let line: A | undefined
    try {
      line = text === "" ? undefined : (parse(text) as A)
    } catch {
      continue
    }
    if (line !== undefined) yield line
  }
}

/** The events of a run. */
export const events = (store: Store, run: string): ReadonlyArray<Event> =>
  Array.from(lines<Event>(store, eventsPath(store, run)))

/** Follows a run from another process: each call gives the events since the last one, then the latest progress. */
export const follow = (store: Store, run: string): (() => ReadonlyArray<Event>) => {
  const { disk } = store
  const decoder = new StringDecoder("utf8")
  const buffer = Buffer.allocUnsafe(block)
  const file = disk.open(eventsPath(store, run), "r")
  let rest = ""
  const fresh = function* (): Iterable<string> {
    for (;;) {
      const count = disk.read(file, buffer, 0, block)
      if (count === 0) return
      const texts = (rest + decoder.write(buffer.subarray(0, count))).split("\n")
      rest = texts.pop() ?? ""
      yield* texts
    }
  }
  return () => [...parsed<Event>(fresh()), ...progress(store, run)]
}

/** The latest progress of the nodes of a run that goes on. */
export const progress = (store: Store, run: string): ReadonlyArray<Progress> =>
  Array.from(lines<Progress>(store, progressPath(store, run)))

/** What became of the nodes of a run; of one that was cut off, those that it had finished. */
export const nodes = (store: Store, run: string): ReadonlyArray<NodeLine> => {
  const closed = Array.from(lines<NodeLine>(store, nodesPath(store, run)))
  if (closed.length > 0) return closed
  return events(store, run).flatMap((event) =>
    event._tag === "Done"
      ? [
          {
            node: event.node,
            stage: event.stage,
            key: event.key,
            state: "ran" as const,
            cpu: event.cpuSeconds
          }
        ]
      : []
  )
}

/** The name of the pipeline of a run. */
export const pipelineOf = (store: Store, run: string): string | undefined => {
  for (const event of lines<Event>(store, eventsPath(store, run))) {
    return event._tag === "RunStarted" ? event.pipeline : undefined
  }
  return undefined
}

/**
 * The inode and size of what a run wrote of its nodes at its end; undefined where it wrote nothing. Equal inodes are
 * equal lists.
 */
export const nodesFile = (
  store: Store,
  run: string
): { readonly ino: number; readonly size: number } | undefined => store.disk.stat(nodesPath(store, run))
