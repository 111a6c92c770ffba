// `largo logs`: what the programs of a node said, whether it ended well or not.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Blob } from "../cache/ContentStore.ts"
import type { Store } from "../cache/Store.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { entriesByKey, findRun, names, openStore } from "./openStore.ts"
import { UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

interface Found {
  readonly node: string
  readonly key: string
  readonly state: "done" | "failed"
  readonly run: string
  readonly message: string
  readonly logs: Readonly<Record<string, Blob>>
  /** What a failed attempt left behind, where it is still there. */
  readonly folder: string | null
}

export const command = Command.make(
  {
    name: "logs",
    summary: "Prints the logs of a node, from its result or from its failure.",
    words: ["NODE", "[LOG]"],
    options: {
      ...storeOptions,
      run: { help: "as of this run (default: the latest that has the node)", takes: "RUN" },
      list: { help: "only lists them" }
    },
    notes: "NODE is a name such as all-atom-md@sample=3, or the start of a key. LOG is one of its logs."
  },
  (given, out) => {
    const store = openStore(given.options.store)
    const [word = "", wanted] = given.words
    const runs = given.options.run === undefined ? Ledger.list(store) : [findRun(store, given.options.run)]
    const found = find(store, word, runs)
    if (found === undefined) {
      throw new UsageError(
        [`NODE: no run of ${store.root} knows a node "${word}"`],
        "type: largo show latest --nodes"
      )
    }
    const { folder, key, logs, message, node, run, state } = found
    const known = Object.keys(logs)
    if (wanted !== undefined && !known.includes(wanted)) {
      throw new UsageError(
        [`LOG: ${node} has no log "${wanted}"`],
        known.length === 0 ? "it has none" : `it has: ${known.join(", ")}`
      )
    }
    const shown = wanted === undefined ? known : [wanted]
    const listed = shown.map((name) => ({
      name,
      ...logs[name],
      path: store.contents.pathOf(logs[name].digest)
    }))
    out.answer({ node, key, state, run, message, folder, logs: listed }, () => {
      if (wanted !== undefined) return text(store, logs[wanted])
      const lines = [`${node}: ${state} in run ${run}`]
      if (message !== "") lines.push(message.trim())
      if (folder !== null) lines.push(`its folder: ${folder}`)
      if (known.length === 0) lines.push("it left no logs")
      for (const { name, size } of listed) {
        lines.push(
          given.options.list
            ? `  ${name}  ${words.size(size)}`
            : `==> ${name} <==\n${text(store, logs[name])}`
        )
      }
      return lines.join("\n")
    })
    return 0
  }
)

const text = (store: Store, blob: Blob): string =>
  store.contents.has(blob.digest)
    ? store.contents.read(blob.digest).toString("utf8")
    : "(its bytes were collected)"

/** The latest that is known of a node in some runs; by key alone where no run has it. */
const find = (store: Store, word: string, runs: ReadonlyArray<string>): Found | undefined => {
  for (const run of runs) {
    const attempts = new Map<string, string>()
    let found: Found | undefined
    for (const event of Ledger.events(store, run)) {
      if (event._tag === "Started") attempts.set(event.node, event.attempt)
      if (event._tag === "Failed" && names(word, event.node, event.key)) {
        const folder = join(store.attempts, attempts.get(event.node) ?? "none")
        const { key, logs, message, node } = event
        found = { node, key, state: "failed", run, message, logs, folder: existsSync(folder) ? folder : null }
      }
      if (event._tag === "Done" && names(word, event.node, event.key))
        found = fromEntry(store, event.node, event.key, run)
    }
    const cached = Ledger.nodes(store, run).find(({ key, node }) => names(word, node, key))
    found ??= cached === undefined ? undefined : fromEntry(store, cached.node, cached.key, run)
    if (found !== undefined) return found
  }
  const [entry] = entriesByKey(store, word)
  return entry === undefined ? undefined : fromEntry(store, entry.node, entry.key, entry.record.run)
}

const fromEntry = (store: Store, node: string, key: string, run: string): Found | undefined => {
  const entry = store.actions.lookup(key)
  if (entry === undefined) return undefined
  return { node, key, state: "done", run, message: "", logs: entry.logs, folder: null }
}
