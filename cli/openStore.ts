// Opens a store that must be there, and finds in it what a word names: a run, a node, a key.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Entry } from "../cache/ActionCache.ts"
import * as Store from "../cache/Store.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import { storeFolder } from "./openPipeline.ts"
import { UsageError } from "./Usage.ts"

/** Opens the store of the options. Throws `UsageError` where there is none: looking makes no folder. */
export const openStore = (option: string | undefined): Store.Store => {
  const folder = storeFolder(option)
  if (!existsSync(join(folder, "format"))) {
    throw new UsageError(
      [`there is no store in ${folder}`],
      "name one with --store DIR or LARGO_STORE, or run a pipeline first"
    )
  }
  return Store.open(folder)
}

/** The id of the run that a word names: an id, the start of one, or `latest`. */
export const findRun = (store: Store.Store, word: string): string => {
  const runs = Ledger.list(store)
  const [latest] = runs
  if (latest === undefined)
    throw new UsageError([`${store.root} holds no run yet`], "type: largo run PIPELINE")
  if (word === "latest") return latest
  const found = runs.filter((run) => run.startsWith(word))
  if (found.length === 1) return found[0]
  const problem =
    found.length === 0 ? `there is no run "${word}"` : `"${word}" is the start of ${found.length} runs`
  throw new UsageError([`RUN: ${problem}`], "type: largo runs")
}

const isKeyPrefix = (word: string): boolean => /^[0-9a-f]{4,64}$/.test(word)

/** Whether a word names a node: by its name, or by the start of its key. */
export const names = (word: string, node: string, key: string | null): boolean =>
  word === node || (key !== null && isKeyPrefix(word) && key.startsWith(word))

/** Entries whose key starts like this, at most a few; none where the word is no start of a key. */
export const entriesByKey = (store: Store.Store, word: string): ReadonlyArray<Entry> => {
  if (!isKeyPrefix(word)) return []
  const found: Array<Entry> = []
  for (const key of store.actions.list()) {
    if (!key.startsWith(word)) continue
    const entry = store.actions.lookup(key)
    if (entry !== undefined) found.push(entry)
    if (found.length > 5) break
  }
  return found
}
