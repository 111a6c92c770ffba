// `largo cache stats`: what a store holds, by stage.
import { contentSizes } from "../../cache/gc.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import * as Command from "../Command.ts"
import { freeSpace } from "../freeSpace.ts"
import { storeOptions } from "../openPipeline.ts"
import { openStore } from "../openStore.ts"
import * as words from "../view/words.ts"

export const command = Command.make(
  { name: "cache stats", summary: "Says what a store holds, by stage.", words: [], options: storeOptions },
  ({ options }, out) => {
    const store = openStore(options.store)
    const sizes = contentSizes(store)
    const seen = new Set<string>()
    const stages = new Map<
      string,
      {
        stage: string
        entries: number
        bytes: number
        bigBytes: number
        collected: number
        cpuSeconds: number
      }
    >()
    let entries = 0
    for (const key of store.actions.list()) {
      const entry = store.actions.lookup(key)
      if (entry === undefined) continue
      entries += 1
      const { stage } = entry.manifest
      const line = stages.get(stage) ?? {
        stage,
        entries: 0,
        bytes: 0,
        bigBytes: 0,
        collected: 0,
        cpuSeconds: 0
      }
      stages.set(stage, line)
      line.entries += 1
      line.cpuSeconds += entry.record.cpuSeconds
      for (const [output, { digest }] of Object.entries(entry.outputs)) {
        const size = sizes.get(digest)
        if (size === undefined) line.collected += 1
        // Equal bytes are stored once.
        if (size === undefined || seen.has(digest)) continue
        seen.add(digest)
        line.bytes += size
        if (entry.big.includes(output)) line.bigBytes += size
      }
    }
    let bytes = 0
    for (const size of sizes.values()) bytes += size
    const answer = {
      store: store.root,
      blobs: sizes.size,
      bytes,
      entries,
      runs: Ledger.list(store).length,
      freeBytes: freeSpace(store.root),
      stages: [...stages.values()].sort((a, b) => b.bytes - a.bytes)
    }
    out.answer(answer, () => {
      const rows = answer.stages.map((line) => [
        line.stage,
        words.count(line.entries),
        words.size(line.bytes),
        words.size(line.bigBytes),
        line.collected === 0 ? "" : words.count(line.collected),
        words.duration(line.cpuSeconds)
      ])
      const free = answer.freeBytes === null ? "" : `, ${words.size(answer.freeBytes)} free`
      return [
        `${store.root}: ${words.plural(sizes.size, "blob")} (${words.size(bytes)}), ${words.count(entries)} results, ${words.plural(answer.runs, "run")}${free}`,
        words.columns([["stage", "results", "size", "large", "collected", "CPU"], ...rows], [1, 2, 3, 4, 5])
      ].join("\n\n")
    })
    return 0
  }
)
