// `largo vouch`: records that the new code of a stage gives the same results as the code of its latest ones.
import type { Entry } from "../cache/ActionCache.ts"
import type { Store } from "../cache/Store.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import * as registry from "../pipeline/registry.ts"
import * as Session from "../pipeline/Session.ts"
import * as StagesLock from "../pipeline/StagesLock.ts"
import { changedFiles } from "../pipeline/Why.ts"
import * as Command from "./Command.ts"
import { loadPipeline } from "./loadPipeline.ts"
import { storeOptions } from "./openPipeline.ts"
import { openStore } from "./openStore.ts"
import { suggestion, UsageError } from "./Usage.ts"

export const command = Command.make(
  {
    name: "vouch",
    summary: "Records that a stage's new code gives the same results as the code of its latest ones.",
    words: ["STAGE"],
    options: {
      ...storeOptions,
      pipeline: {
        help: "the pipeline that uses the stage (default: that of the latest run that did)",
        takes: "PIPELINE"
      }
    },
    notes:
      "It writes stages.lock.json beside the pipeline: commit that file, so that a reviewer sees what you vouch for."
  },
  async ({ options, words: [stage = ""] }, out) => {
    const store = openStore(options.store)
    const latest = latestOf(store, stage)
    if (latest === undefined) throw nothing(stage, `no run of ${store.root} has a result of it`)
    const file = options.pipeline === undefined ? latest.file : (await loadPipeline(options.pipeline)).file
    await import(file)
    const made = registry.find(stage)
    if (made === undefined) {
      const known = [...registry.all()].map(({ name }) => name)
      throw new UsageError(
        [`STAGE: ${file} uses no stage "${stage}"${suggestion(stage, known)}`],
        `it uses: ${known.join(", ")}`
      )
    }
    const session = await Session.open(store, file)
    const { digest, files } = session.codeOf(made)
    const { entry } = latest
    const before = entry.manifest.code
    if (StagesLock.representative(session.lock, stage, digest) === before) {
      throw nothing(
        stage,
        `its latest result, ${entry.node} of run ${entry.record.run}, counts for the code of now already`
      )
    }
    const changed = changedFiles({ before: filesOf(store, entry), after: files })
    StagesLock.write(StagesLock.vouch(session.lock, stage, before, digest))
    out.answer({ stage, before, after: digest, changed, lock: session.lock.path }, () =>
      [
        `vouched: ${stage} gives the same results as before although this changed:`,
        ...(changed.length === 0
          ? ["  (the files of before are not known any more)"]
          : changed.map((name) => `  ${name}`)),
        `recorded in ${session.lock.path}; commit it`
      ].join("\n")
    )
    return 0
  }
)

const nothing = (stage: string, why: string): UsageError =>
  new UsageError(
    [`there is nothing to vouch for: stage "${stage}": ${why}`],
    "largo plan PIPELINE says what changed"
  )

/** The entry of a stage in the latest run that used it, and the pipeline's module of that run. */
const latestOf = (
  store: Store,
  stage: string
): { readonly entry: Entry; readonly file: string } | undefined => {
  for (const run of Ledger.list(store)) {
    const [first] = Ledger.events(store, run)
    if (first?._tag !== "RunStarted") continue
    for (const line of Ledger.nodes(store, run)) {
      if (line.stage !== stage || line.state === "failed") continue
      const entry = store.actions.lookup(line.key)
      if (entry !== undefined) return { entry, file: first.file }
    }
  }
  return undefined
}

const filesOf = (store: Store, entry: Entry): Readonly<Record<string, string>> =>
  store.contents.has(entry.codeFiles)
    ? (JSON.parse(store.contents.read(entry.codeFiles).toString("utf8")) as Record<string, string>)
    : {}
