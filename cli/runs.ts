// `largo runs`: the runs of a store, the latest first.
import * as Ledger from "../pipeline/Ledger.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { openStore } from "./openStore.ts"
import * as RunState from "./RunState.ts"
import { UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "runs",
    summary: "Lists the runs of a store, the latest first.",
    words: [],
    options: { ...storeOptions, last: { help: "only so many of them (default 20)", takes: "N" } }
  },
  ({ options }, out) => {
    const last = Number(options.last ?? 20)
    if (!Number.isInteger(last) || last < 1) {
      throw new UsageError(
        [`--last: needs a whole number from 1 on, got "${options.last}"`],
        "type: largo runs --help"
      )
    }
    const store = openStore(options.store)
    const runs = Ledger.list(store)
      .slice(0, last)
      .map((run) => RunState.facts(RunState.of(store, run)))
    out.answer({ runs }, () => {
      if (runs.length === 0) return `${store.root} holds no run yet`
      const rows = runs.map(({ cached, done, failed, pipeline, run, seconds, state }) => [
        run,
        pipeline,
        state,
        seconds === null ? "" : words.duration(seconds),
        words.count(done),
        words.count(cached),
        words.count(failed)
      ])
      return words.columns(
        [["run", "pipeline", "state", "time", "done", "cached", "failed"], ...rows],
        [3, 4, 5, 6]
      )
    })
    return 0
  }
)
