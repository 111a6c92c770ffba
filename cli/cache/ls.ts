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
    options: { ...storeOptions, pins: { help: "only pins, and the results that they keep" } }
  },
  (given, out) => {
    const store = openStore(given.options.store)
    const [wanted] = given.words
    const pins = store.pins
      .list()
      .map(({ at, id, keys, name, what }) => ({ id, what, name, at, results: keys.length }))
    const pinned = new Set(store.pins.list().flatMap(({ keys }) => keys))
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
        complete: Object.values(outputs).every(({ digest }) => store.contents.has(digest)),
        pinned: pinned.has(key)
      }))
      .filter((entry) => entry.pinned || !given.options.pins)
      .sort((a, b) => (a.run === b.run ? 0 : a.run < b.run ? 1 : -1))
    out.answer({ pins, entries }, () => {
      const rows = entries.map(({ bytes, complete, cpuSeconds, key, node, pinned: isPinned, run }) => [
        key.slice(0, 12),
        node,
        words.size(bytes),
        words.duration(cpuSeconds),
        run,
        [complete ? "" : "bytes collected", isPinned ? "pinned" : ""].filter((word) => word !== "").join(", ")
      ])
      const parts =
        rows.length === 0
          ? ["no results"]
          : [words.columns([["key", "node", "size", "CPU", "run", ""], ...rows], [2, 3])]
      if (given.options.pins) {
        const lines = pins.map(({ at, id, name, results, what }) => [
          what === "run" ? id : id.slice(0, 12),
          name,
          words.plural(results, "result"),
          at
        ])
        parts.unshift(lines.length === 0 ? "no pins" : words.columns(lines, [2]))
      }
      return parts.join("\n\n")
    })
    return 0
  }
)
