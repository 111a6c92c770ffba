// `largo diff`: two runs compared node by node, from the same manifests that made their keys.
import { outputsDigest } from "../cache/ActionCache.ts"
import * as Manifest from "../cache/Manifest.ts"
import type { Store } from "../cache/Store.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { findRun, openStore } from "./openStore.ts"
import * as words from "./view/words.ts"

interface Change {
  readonly node: string
  readonly keys: readonly [before: string, after: string]
  /** Whether both gave the same bytes all the same; null where one of them has no result. */
  readonly sameOutputs: boolean | null
  readonly differences: ReadonlyArray<{
    readonly name: string
    readonly before: string | null
    readonly after: string | null
  }>
}

export const command = Command.make(
  {
    name: "diff",
    summary: "Compares two runs node by node.",
    words: ["RUN", "RUN"],
    options: storeOptions,
    notes: "RUN is an id, the start of one, or latest."
  },
  (given, out) => {
    const store = openStore(given.options.store)
    const [before, after] = [findRun(store, given.words[0]), findRun(store, given.words[1])]
    const old = keysOf(store, before)
    const now = keysOf(store, after)
    const removed = [...old.keys()].filter((node) => !now.has(node))
    const added = [...now.keys()].filter((node) => !old.has(node))
    const common = [...now].filter(([node]) => old.has(node))
    const changed = common
      .filter(([node, key]) => old.get(node) !== key)
      .map(([node, key]) => change(store, node, old.get(node)!, key))
    const same = common.length - changed.length
    out.answer({ before, after, same, added, removed, changed }, () => {
      const lines = [
        `${before} -> ${after}: ${words.count(same)} the same, ${words.count(changed.length)} changed, ` +
          `${words.count(added.length)} added, ${words.count(removed.length)} removed`
      ]
      for (const { differences, node, sameOutputs } of changed) {
        lines.push(`~ ${node}${sameOutputs === true ? " (same outputs)" : ""}`)
        lines.push(
          words.columns(
            differences.map(({ name, before: was, after: is }) => [
              `    ${name}`,
              brief(was),
              "->",
              brief(is)
            ])
          )
        )
      }
      for (const node of added) lines.push(`+ ${node}`)
      for (const node of removed) lines.push(`- ${node}`)
      return lines.join("\n")
    })
    return 0
  }
)

const keysOf = (store: Store, run: string): ReadonlyMap<string, string> =>
  new Map(Ledger.nodes(store, run).map(({ key, node }) => [node, key]))

const change = (store: Store, node: string, before: string, after: string): Change => {
  const old = store.actions.lookup(before)
  const now = store.actions.lookup(after)
  const both = old !== undefined && now !== undefined
  const differences = both ? Manifest.diff(old.manifest, now.manifest).flatMap(Manifest.fields) : []
  return {
    node,
    keys: [before, after],
    sameOutputs: both ? outputsDigest(old) === outputsDigest(now) : null,
    differences: differences.map(({ name, before: was, after: is }) => ({
      name,
      before: was ?? null,
      after: is ?? null
    }))
  }
}

const brief = (value: string | null): string =>
  value === null ? "(none)" : value.length > 60 ? `${value.slice(0, 57)}...` : value
