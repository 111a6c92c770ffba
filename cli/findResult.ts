// Finds the result that a word names: a node of the latest run that has it, or the start of a key.
import type { Entry } from "../cache/ActionCache.ts"
import type { Store } from "../cache/Store.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import { entriesByKey, names } from "./openStore.ts"
import { UsageError } from "./Usage.ts"

export interface Result {
  /** The name that it has in that run. */
  readonly node: string
  /** The latest run that used it; that of its making where no run is left that did. */
  readonly run: string
  readonly entry: Entry
}

/** Throws `UsageError` where nothing, or more than one thing, is named. */
export const findResult = (store: Store, word: string): Result => {
  for (const run of Ledger.list(store)) {
    const found = Ledger.nodes(store, run).filter(
      ({ key, node, state }) => state !== "failed" && names(word, node, key)
    )
    const keys = new Set(found.map(({ key }) => key))
    if (keys.size > 1) {
      throw new UsageError([`NODE: "${word}" is the start of ${keys.size} keys`], "give more of the key")
    }
    const [line] = found
    const entry = line === undefined ? undefined : store.actions.lookup(line.key)
    if (line !== undefined && entry !== undefined) return { node: line.node, run, entry }
  }
  const [entry, ...others] = entriesByKey(store, word)
  if (entry !== undefined && others.length === 0) return { node: entry.node, run: entry.record.run, entry }
  const problem = entry === undefined ? "there is no result of" : "several keys start with"
  throw new UsageError([`NODE: ${problem} "${word}" in ${store.root}`], "type: largo show latest --nodes")
}
