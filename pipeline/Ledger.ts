// The ledger of runs: events as they come, and at the end what became of each node.
import { join } from "node:path"
import type { Entry } from "../cache/ActionCache.ts"
import { draft } from "../cache/publish.ts"
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
  /** Writes what became of the nodes. Throws where that fails. */
  readonly close: (nodes: Iterable<NodeLine>) => void
  /** No more events. Throws where some could not be written. */
  readonly end: () => void
}

/** Bytes of node lines that are written at once. */
const chunk = 1 << 16

/**
 * Starts the ledger of a new run: `runs/RUN/events.jsonl`, at the end `nodes.jsonl`. Progress is not kept. Events that
 * cannot be written are written with later ones, at the latest when it ends.
 */
export const start = (store: Store, run: string): Ledger => {
  const { disk } = store
  const folder = join(store.runs, run)
  disk.mkdir(folder)
  const events = disk.open(join(folder, "events.jsonl"), "a", 0o644)
  let pending = Buffer.alloc(0)
  const write = (): void => {
    while (pending.length > 0) pending = pending.subarray(disk.write(events, pending, 0, pending.length))
  }
  return {
    append: (event) => {
      if (event._tag === "Progress") return
      pending = Buffer.concat([pending, Buffer.from(`${JSON.stringify(event)}\n`)])
      try {
        write()
      } catch {
        // The disk may have room again when the next event comes; the work itself is not in the ledger.
      }
    },
    close: (nodes) => {
      const file = draft(disk, join(store.root, "tmp"))
      try {
        let text = ""
        for (const line of nodes) {
          text += `${JSON.stringify(line)}\n`
          if (text.length < chunk) continue
          file.write(Buffer.from(text))
          text = ""
        }
        file.write(Buffer.from(text))
        file.close()
        disk.rename(file.path, join(folder, "nodes.jsonl"))
      } catch (error) {
        file.discard()
        throw error
      }
    },
    end: () => {
      try {
        write()
      } finally {
        disk.close(events)
      }
    }
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

/** The whole lines of a ledger file; a last line that was cut off is left out. */
const lines = <A>(store: Store, path: string): ReadonlyArray<A> => {
  let text: string
  try {
    text = store.disk.readFile(path).toString("utf8")
  } catch {
    return []
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as A]
    } catch {
      return []
    }
  })
}

/** The events of a run. */
export const events = (store: Store, run: string): ReadonlyArray<Event> =>
  lines<Event>(store, join(store.runs, run, "events.jsonl"))

/** What became of the nodes of a run; of one that was cut off, those that it had finished. */
export const nodes = (store: Store, run: string): ReadonlyArray<NodeLine> => {
  const closed = lines<NodeLine>(store, join(store.runs, run, "nodes.jsonl"))
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

/** How many runs are looked through for a node's namesake. */
const reach = 20

/** What earlier runs of a pipeline left, read when it is first asked for. */
export const past = (store: Store, pipeline: string): Past => {
  let known: { keys: Map<string, string>; costs: Map<string, { sum: number; count: number }> } | undefined
  const load = () => {
    if (known !== undefined) return known
    const keys = new Map<string, string>()
    const costs = new Map<string, { sum: number; count: number }>()
    const runs = list(store)
      .filter((run) => pipelineOf(store, run) === pipeline)
      .slice(0, reach)
    for (const run of runs) {
      for (const { node, key, stage, cpu, state } of nodes(store, run)) {
        if (state === "failed" || keys.has(node)) continue
        keys.set(node, key)
        const cost = costs.get(stage) ?? { sum: 0, count: 0 }
        costs.set(stage, { sum: cost.sum + cpu, count: cost.count + 1 })
      }
    }
    known = { keys, costs }
    return known
  }
  return {
    entryOf: (node): Entry | undefined => {
      const key = load().keys.get(node)
      return key === undefined ? undefined : store.actions.lookup(key)
    },
    costOf: (stage) => {
      const cost = load().costs.get(stage)
      return cost === undefined ? undefined : cost.sum / cost.count
    }
  }
}

/** The name of the pipeline of a run. */
export const pipelineOf = (store: Store, run: string): string | undefined => {
  const first = events(store, run)[0]
  return first?._tag === "RunStarted" ? first.pipeline : undefined
}
