// `largo cache ls`: the cached results, the latest first.
import * as Command from "../Command.ts"
import { storeOptions } from "../openPipeline.ts"
import { openStore } from "../openStore.ts"
import * as words from "../view/words.ts"

export const command = Command.make(
  {
    name: "cache ls",
    summary: "Lists the cached results, the latest first.",
    words: ["[STAGE]"],
    options: storeOptions
  },
  (given, out) => {
    const store = openStore(given.options.store)
    const [wanted] = given.words
    const entries = [...store.actions.list()]
      .flatMap((key) => store.actions.lookup(key) ?? [])
      .filter(({ manifest }) => wanted === undefined || manifest.stage === wanted)
      .map(({ key, manifest, node, outputs, record }) => ({
        key,
        node,
        stage: manifest.stage,
        run: record.run,
        bytes: Object.values(outputs).reduce((sum, { size }) => sum + size, 0),
        cpuSeconds: record.cpuSeconds,
        /** Whether all its bytes are still there. */
        complete: Object.values(outputs).every(({ digest }) => store.contents.has(digest))
      }))
      .sort((a, b) => (a.run === b.run ? 0 : a.run < b.run ? 1 : -1))
    out.answer({ entries }, () => {
      const rows = entries.map(({ bytes, complete, cpuSeconds, key, node, run }) => [
        key.slice(0, 12),
        node,
        words.size(bytes),
        words.duration(cpuSeconds),
        run,
        complete ? "" : "bytes collected"
      ])
      return rows.length === 0
        ? "no results"
        : words.columns([["key", "node", "size", "CPU", "run", ""], ...rows], [2, 3])
    })
    return 0
  }
)
