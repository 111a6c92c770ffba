// The ledger of runs: events as they come, and at the end what became of each node.
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Entry } from "../cache/ActionCache.ts"
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

/** Starts the ledger of a new run: `runs/RUN/events.jsonl`, at the end `nodes.jsonl`. Progress is not kept. */
export const start = (store: Store, run: string): Ledger => {
  const folder = join(store.runs, run)
  mkdirSync(folder, { recursive: true })
  const events = join(folder, "events.jsonl")
  return {
    append: (event) => {
      if (event._tag !== "Progress") appendFileSync(events, `${JSON.stringify(event)}\n`)
    },
    close: (nodes) => {
      writeFileSync(
        join(folder, "nodes.jsonl"),
        [...nodes].map((line) => `${JSON.stringify(line)}\n`).join("")
      )
    }
  }
}

/** All runs of a store, the latest first. Their ids sort by time. */
export const list = (store: Store): ReadonlyArray<string> => {
  try {
    return readdirSync(store.runs).sort().toReversed()
  } catch {
    return []
  }
}

/** The whole lines of a ledger file; a last line that was cut off is left out. */
const lines = <A>(path: string): ReadonlyArray<A> => {
  let text: string
  try {
    text = readFileSync(path, "utf8")
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
  lines<Event>(join(store.runs, run, "events.jsonl"))

/** What became of the nodes of a run; of one that was cut off, those that it had finished. */
export const nodes = (store: Store, run: string): ReadonlyArray<NodeLine> => {
  const closed = lines<NodeLine>(join(store.runs, run, "nodes.jsonl"))
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
