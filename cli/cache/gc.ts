// `largo cache gc`: frees space in a store; large intermediates of old runs go first.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { choose, collect } from "../../cache/gc.ts"
import type { Store } from "../../cache/Store.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import * as Command from "../Command.ts"
import { storeOptions } from "../openPipeline.ts"
import { openStore } from "../openStore.ts"
import * as RunState from "../RunState.ts"
import { UsageError } from "../Usage.ts"
import * as words from "../view/words.ts"

export const command = Command.make(
  {
    name: "cache gc",
    summary: "Frees space: large intermediates (trajectories) of old runs go first.",
    words: [],
    options: {
      ...storeOptions,
      "max-size": { help: "what the contents may take afterwards, such as 20GB", takes: "SIZE" },
      "dry-run": { help: "only says what would go" }
    },
    notes:
      "Results stay known: a later run is a hit wherever it does not need the bytes that went, and makes them again\n" +
      "where it does. Tables, logs, targets of each pipeline's latest run, all that an unfinished run has made\n" +
      "and what is pinned (largo cache pin) stay."
  },
  ({ options }, out) => {
    const given = options["max-size"]
    const maxSize = given === undefined ? undefined : words.parseSize(given)
    if (maxSize === undefined) {
      const problem = given === undefined ? "is missing" : `"${given}" is no size`
      throw new UsageError([`--max-size: ${problem}`], "type: largo cache gc --max-size 20GB")
    }
    const store = openStore(options.store)
    const { keep, leftovers, running } = survey(store)
    if (running !== undefined) {
      throw new UsageError([`run ${running} is going on in this store`], "wait for its end, see largo status")
    }
    const collection = choose(store, maxSize, keep)
    const dry = options["dry-run"]
    if (!dry) {
      collect(store, collection)
      for (const folder of leftovers) rmSync(folder, { recursive: true, force: true })
    }
    const { after, before, kept, remove } = collection
    out.answer({ dryRun: dry, maxSize, before, after, kept, removed: remove }, () => {
      const rows = remove.map(({ node, output, run, size }) => [`  ${node}`, output, words.size(size), run])
      const lines = rows.length === 0 ? [] : [words.columns(rows, [2])]
      const freed = words.size(before - after)
      lines.push(
        `${words.plural(remove.length, "blob")} ${dry ? "would go" : "gone"}, ${freed}; ${words.size(after)} ${dry ? "would stay" : "stay"}`
      )
      if (after > maxSize)
        lines.push(`that is more than ${words.size(maxSize)}: the rest is small, or still needed`)
      return lines.join("\n")
    })
    return 0
  }
)

/** How many runs are looked at. */
const reach = 50

/** What stays: targets of the latest run of each pipeline, and what an unfinished one has made. */
const survey = (store: Store) => {
  const keep = new Set<string>()
  const seen = new Set<string>()
  const leftovers: Array<string> = []
  const [latest] = Ledger.list(store)
  for (const run of Ledger.list(store).slice(0, reach)) {
    const { state, view } = RunState.of(store, run)
    if (state === "running") return { keep, leftovers, running: run }
    if (run !== latest) leftovers.push(...attemptsOf(store, run))
    const pipeline = view.started?.pipeline ?? ""
    if (seen.has(pipeline)) continue
    seen.add(pipeline)
    for (const digest of Object.values(view.ended?.summary.targets ?? {}))
      if (digest !== null) keep.add(digest)
    if (state === "finished") continue
    for (const { key } of Ledger.nodes(store, run)) {
      for (const { digest } of Object.values(store.actions.lookup(key)?.outputs ?? {})) keep.add(digest)
    }
  }
  return { keep, leftovers, running: undefined }
}

/** Folders that failed attempts of an old run left for a look. */
const attemptsOf = (store: Store, run: string): ReadonlyArray<string> =>
  Ledger.events(store, run).flatMap((event) =>
    event._tag === "Queued" ? [join(store.attempts, event.attempt)] : []
  )
