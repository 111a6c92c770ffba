// The ledger of runs: events as they come, and at the end what became of each node.
import { join } from "node:path"
import { StringDecoder } from "node:string_decoder"
import type { Entry } from "../cache/ActionCache.ts"
import type { Disk } from "../cache/Disk.ts"
import type { Store } from "../cache/Store.ts"
import type { Event } from "./Event.ts"
import type { Past } from "./Plan.ts"

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
  readonly close: (nodes: Iterable<NodeLine>) => void
}

const eventsPath = (store: Store, run: string): string => join(store.runs, run, "events.jsonl")
const nodesPath = (store: Store, run: string): string => join(store.runs, run, "nodes.jsonl")

/** Starts the ledger of a new run: `runs/RUN/events.jsonl`, at the end `nodes.jsonl`. Progress is not kept. */
export const start = (store: Store, run: string): Ledger => {
  const { disk } = store
  disk.mkdir(join(store.runs, run))
  let events: number | undefined
  const end = (): void => {
    if (events !== undefined) disk.close(events)
    events = undefined
  }
  return {
    append: (event) => {
      if (event._tag === "Progress") return
      const file = (events ??= disk.open(eventsPath(store, run), "a"))
      writeText(disk, file, `${JSON.stringify(event)}\n`)
      if (event._tag === "RunEnded") end()
    },
    close: (nodes) => {
      writeNodes(disk, nodesPath(store, run), nodes)
      shareNodes(store, run)
    }
  }
}

/** Bytes that are read or written at once. */
const block = 1 << 16

const writeText = (disk: Disk, file: number, text: string): void => {
  const bytes = Buffer.from(text)
  let offset = 0
  while (offset < bytes.length) offset += disk.write(file, bytes, offset, bytes.length - offset)
}

const writeNodes = (disk: Disk, path: string, nodes: Iterable<NodeLine>): void => {
  const file = disk.open(path, "w")
  try {
    let text = ""
    for (const line of nodes) {
      text += `${JSON.stringify(line)}\n`
      if (text.length < block) continue
      writeText(disk, file, text)
      text = ""
    }
    writeText(disk, file, text)
  } finally {
    disk.close(file)
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
  for (const bytes of blocks(disk, a)) {
    const other = others.next()
    if (other.done === true || !bytes.equals(other.value)) return false
  }
  return true
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

/** The whole lines of a ledger file, read as far as they are asked for; a last line that was cut off is left out. */
const lines = function* <A>({ disk }: Store, path: string): Iterable<A> {
  if (disk.stat(path) === undefined) return
  const decoder = new StringDecoder("utf8")
  let rest = ""
  for (const bytes of blocks(disk, path)) {
    const texts = (rest + decoder.write(bytes)).split("\n")
    rest = texts.pop() ?? ""
    for (const text of texts) {
      try {
        if (text !== "") yield JSON.parse(text) as A
      } catch {
        // A line that was damaged, or two that ran into each other.
      }
    }
  }
}

/** The events of a run. */
export const events = (store: Store, run: string): ReadonlyArray<Event> =>
  Array.from(lines<Event>(store, eventsPath(store, run)))

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

/** How far back a node's namesake and the costs of a stage are looked for. */
const reach = { runs: 20, bytes: 1 << 26 }

/** So many nodes say what one of their stage costs. */
const enough = 20

interface Cost {
  readonly sum: number
  readonly count: number
}

/** The nodes of one run by name, and what its stages cost. */
interface Earlier {
  readonly keys: ReadonlyMap<string, string>
  readonly costs: ReadonlyMap<string, Cost>
}

const earlierOf = (lines: Iterable<NodeLine>): Earlier => {
  const keys = new Map<string, string>()
  const costs = new Map<string, Cost>()
  for (const { cpu, key, node, stage, state } of lines) {
    if (state === "failed") continue
    keys.set(node, key)
    const { count, sum } = costs.get(stage) ?? { sum: 0, count: 0 }
    costs.set(stage, { sum: sum + cpu, count: count + 1 })
  }
  return { keys, costs }
}

/** Earlier runs of a pipeline that say something new, the latest first; each is read when it is first asked for. */
const earlierRuns = function* (store: Store, pipeline: string): Iterable<Earlier> {
  const seen = new Set<number>()
  let [runs, bytes] = [0, 0]
  for (const run of list(store)) {
    if (runs === reach.runs || bytes > reach.bytes) return
    if (pipelineOf(store, run) !== pipeline) continue
    runs += 1
    const file = store.disk.stat(nodesPath(store, run))
    if (file !== undefined && seen.has(file.ino)) continue
    seen.add(file?.ino ?? -1)
    bytes += file?.size ?? 0
    yield earlierOf(nodes(store, run))
  }
}

/** What earlier runs of a pipeline left, read when it is first asked for, and no further back than an answer needs. */
export const past = (store: Store, pipeline: string): Past => {
  const read: Array<Earlier> = []
  const unread = earlierRuns(store, pipeline)[Symbol.iterator]()
  const runs = function* (): Iterable<Earlier> {
    yield* read
    for (let next = unread.next(); next.done !== true; next = unread.next()) {
      read.push(next.value)
      yield next.value
    }
  }
  const costs = new Map<string, number | undefined>()

  const meanCost = (stage: string): number | undefined => {
    let [sum, count] = [0, 0]
    for (const run of runs()) {
      const cost = run.costs.get(stage)
      sum += cost?.sum ?? 0
      count += cost?.count ?? 0
      if (count >= enough) break
    }
    return count === 0 ? undefined : sum / count
  }

  return {
    entryOf: (node): Entry | undefined => {
      for (const { keys } of runs()) {
        const key = keys.get(node)
        if (key !== undefined) return store.actions.lookup(key)
      }
      return undefined
    },
    costOf: (stage) => {
      if (!costs.has(stage)) costs.set(stage, meanCost(stage))
      return costs.get(stage)
    }
  }
}

/** The name of the pipeline of a run. */
export const pipelineOf = (store: Store, run: string): string | undefined => {
  for (const event of lines<Event>(store, eventsPath(store, run))) {
    return event._tag === "RunStarted" ? event.pipeline : undefined
  }
  return undefined
}
