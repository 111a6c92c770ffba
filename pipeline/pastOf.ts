// What earlier runs of a pipeline left: the entries of its nodes by name, and what its stages cost.
import type { Store } from "../cache/Store.ts"
import * as Ledger from "./Ledger.ts"
import type { Past } from "./Plan.ts"

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
  /** Node -> key, of those that have a result. */
  readonly keys: ReadonlyMap<string, string>
  /** Node -> key, of those that failed. */
  readonly failed: ReadonlyMap<string, string>
  readonly costs: ReadonlyMap<string, Cost>
}

const earlierOf = (lines: Iterable<Ledger.NodeLine>): Earlier => {
  const keys = new Map<string, string>()
  const failed = new Map<string, string>()
  const costs = new Map<string, Cost>()
  for (const { cpu, key, node, stage, state } of lines) {
    if (state === "failed") {
      failed.set(node, key)
      continue
    }
    keys.set(node, key)
    const { count, sum } = costs.get(stage) ?? { sum: 0, count: 0 }
    costs.set(stage, { sum: sum + cpu, count: count + 1 })
  }
  return { keys, failed, costs }
}

/** Earlier runs of a pipeline that say something new, the latest first; each is read when it is first asked for. */
const earlierRuns = function* (store: Store, pipeline: string): Iterable<Earlier> {
  const seen = new Set<number>()
  let [runs, bytes] = [0, 0]
  for (const run of Ledger.list(store)) {
    if (runs === reach.runs || bytes > reach.bytes) return
    if (Ledger.pipelineOf(store, run) !== pipeline) continue
    runs += 1
    const file = Ledger.nodesFile(store, run)
    if (file !== undefined && seen.has(file.ino)) continue
    seen.add(file?.ino ?? -1)
    bytes += file?.size ?? 0
    yield earlierOf(Ledger.nodes(store, run))
  }
}

/** What earlier runs of a pipeline left, read when it is first asked for, and no further back than an answer needs. */
export const pastOf = (store: Store, pipeline: string): Past => {
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
    entryOf: (node) => {
      for (const { keys } of runs()) {
        const key = keys.get(node)
        if (key !== undefined) return store.actions.lookup(key)
      }
      return undefined
    },
    lastOf: (node) => {
      for (const { failed, keys } of runs()) {
        const key = keys.get(node) ?? failed.get(node)
        if (key !== undefined) return { key, failed: failed.has(node) }
      }
      return undefined
    },
    costOf: (stage) => {
      if (!costs.has(stage)) costs.set(stage, meanCost(stage))
      return costs.get(stage)
    }
  }
}
