// What nodes of a stage take on the disk, from what earlier runs of a pipeline left.
import type { Store } from "../cache/Store.ts"
import * as Ledger from "../pipeline/Ledger.ts"

/** Entries that are looked at for each stage: they are much alike. */
const sample = 10

/** Mean bytes that a node of a stage publishes; undefined for a stage that has never run. */
export const diskCost = (store: Store, pipeline: string): ((stage: string) => number | undefined) => {
  const found = new Map<string, { count: number; bytes: number }>()
  const [latest] = Ledger.list(store).filter((run) => Ledger.pipelineOf(store, run) === pipeline)
  for (const { key, stage, state } of latest === undefined ? [] : Ledger.nodes(store, latest)) {
    const known = found.get(stage) ?? { count: 0, bytes: 0 }
    if (state === "failed" || known.count >= sample) continue
    const entry = store.actions.lookup(key)
    if (entry === undefined) continue
    const bytes = Object.values(entry.outputs).reduce((sum, { size }) => sum + size, 0)
    found.set(stage, { count: known.count + 1, bytes: known.bytes + bytes })
  }
  return (stage) => {
    const known = found.get(stage)
    return known === undefined ? undefined : known.bytes / known.count
  }
}
