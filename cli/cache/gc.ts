// `largo cache gc`: frees space in a store; large intermediates that are cheap to make again go first.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { choose, collect } from "../../cache/gc.ts"
import type { Store } from "../../cache/Store.ts"
import { canonicalJson } from "../../formats/canonicalJson.ts"
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
    summary:
      "Frees space: large intermediates (trajectories) go first, the cheapest to make again before others.",
    words: [],
    options: {
      ...storeOptions,
      "max-size": { help: "what the contents may take afterwards, such as 20GB", takes: "SIZE" },
      "dry-run": { help: "only says what would go" }
    },
    notes:
      "Results stay known: a later run is a hit wherever it does not need the bytes that went, and makes them again\n" +
      "where it does. What goes first takes the fewest CPU seconds a byte to make again. Tables, logs, targets of each\n" +
      "pipeline's latest run, all that an unfinished run has made and what is pinned (largo cache pin) stay."
  },
  ({ options }, out) => {
    const given = options["max-size"]
    const maxSize = given === undefined ? undefined : words.parseSize(given)
    if (maxSize === undefined) {
      const problem = given === undefined ? "is missing" : `"${given}" is no size`
      throw new UsageError([`--max-size: ${problem}`], "type: largo cache gc --max-size 20GB")
    }
    const store = openStore(options.store)
    const { keep, leftovers, running, unfinished } = survey(store)
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
    out.answer({ dryRun: dry, maxSize, before, after, kept, unfinished, removed: remove }, () => {
      const rows = remove.map(({ cpuSeconds, node, output, run, size }) => [
        `  ${node}`,
        output,
        words.size(size),
        words.duration(cpuSeconds),
        run
      ])
      const lines = rows.length === 0 ? [] : [words.columns(rows, [2, 3])]
      const cost = remove.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
      const freed = `${words.size(before - after)}, ${words.duration(cost)} of CPU time to make again`
      lines.push(
        `${words.plural(remove.length, "blob")} ${dry ? "would go" : "gone"}, ${freed}; ${words.size(after)} ${dry ? "would stay" : "stay"}`
      )
      if (after > maxSize)
        lines.push(`that is more than ${words.size(maxSize)}: the rest is small, or still needed`)
      if (after > maxSize && unfinished.length > 0)
        lines.push(
          `unfinished, so theirs stays: ${unfinished.join(", ")} (finish them, or delete their folders in runs/)`
        )
      return lines.join("\n")
    })
    return 0
  }
)

/**
 * What stays: targets of the latest run of each pipeline, and what unfinished runs have made. A run is finished as well
 * where a later one of the same pipeline and params is.
 */
const survey = (store: Store) => {
  const keep = new Set<string>()
  const pipelines = new Set<string>()
  const finished = new Set<string>()
  const leftovers: Array<string> = []
  const unfinished: Array<string> = []
  const [latest] = Ledger.list(store)
  for (const run of Ledger.list(store)) {
    const { state, view } = RunState.of(store, run)
    if (state === "running") return { keep, leftovers, unfinished, running: run }
    const { params, pipeline = "" } = view.started ?? {}
    if (!pipelines.has(pipeline)) {
      pipelines.add(pipeline)
      for (const digest of Object.values(view.ended?.summary.targets ?? {}))
        if (digest !== null) keep.add(digest)
    }
    const campaign = `${pipeline} ${canonicalJson(params ?? {})}`
    if (state === "finished") finished.add(campaign)
    const isOpen = !finished.has(campaign)
    if (run !== latest && (!isOpen || state === "failed")) leftovers.push(...attemptsOf(store, run))
    if (!isOpen) continue
    unfinished.push(run)
    for (const { key } of Ledger.nodes(store, run)) {
      for (const { digest } of Object.values(store.actions.lookup(key)?.outputs ?? {})) keep.add(digest)
    }
  }
  return { keep, leftovers, unfinished, running: undefined }
}

/** Folders that failed attempts of an old run left for a look. */
const attemptsOf = (store: Store, run: string): ReadonlyArray<string> =>
  Ledger.events(store, run).flatMap((event) =>
    event._tag === "Queued" ? [join(store.attempts, event.attempt)] : []
  )
