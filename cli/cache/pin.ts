// `largo cache pin`: keeps the bytes of a run or a node, whatever size the store is to shrink to.
import type { Pin } from "../../cache/Pins.ts"
import { isComplete } from "../../cache/gc.ts"
import type { Store } from "../../cache/Store.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import * as Command from "../Command.ts"
import { findResult } from "../findResult.ts"
import { storeOptions } from "../openPipeline.ts"
import { findRun, openStore } from "../openStore.ts"
import * as words from "../view/words.ts"

export const command = Command.make(
  {
    name: "cache pin",
    summary: "Keeps the bytes of a run, or of a node, whatever size the store is to shrink to.",
    words: ["RUN|NODE"],
    options: storeOptions,
    notes:
      "RUN is an id, the start of one, or latest: all that the run used stays. NODE is a name, or the start of a key.\n" +
      "largo cache ls --pins lists what is pinned."
  },
  (given, out) => {
    const store = openStore(given.options.store)
    const pin = pinOf(store, given.words[0])
    const added = store.pins.add(pin)
    const { id, keys, name, what } = pin
    const collected = keys.filter((key) => !isComplete(store, key)).length
    out.answer({ id, what, name, results: keys.length, collected, added }, () => {
      const title = what === "run" ? `run ${id} of ${name}` : `${name} (${id.slice(0, 12)})`
      const stay = what === "run" ? `: ${words.plural(keys.length, "result")}` : ""
      const lines = [`${added ? "pinned" : "pinned already:"} ${title}${stay}`]
      if (collected > 0) {
        lines.push(
          `bytes of ${words.count(collected)} were collected before; a run that needs them makes them again`
        )
      }
      return lines.join("\n")
    })
    return 0
  }
)

const pinOf = (store: Store, word: string): Pin => {
  const at = new Date().toISOString()
  if (namesRun(store, word)) {
    const run = findRun(store, word)
    const lines = Ledger.nodes(store, run).filter(({ state }) => state !== "failed")
    const keys = [...new Set(lines.map(({ key }) => key))]
    return { id: run, what: "run", name: Ledger.pipelineOf(store, run) ?? "", keys, at }
  }
  const { entry, node } = findResult(store, word)
  return { id: entry.key, what: "node", name: node, keys: [entry.key], at }
}

/** Ids of runs begin with a date, which the start of a key may do as well: whole runs are looked for first. */
const namesRun = (store: Store, word: string): boolean =>
  word === "latest" || Ledger.list(store).some((run) => run.startsWith(word))
