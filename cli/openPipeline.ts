// From the words of a command line to a pipeline with its graph built and its store open.
import { resolve } from "node:path"
import * as launch from "../pipeline/launch.ts"
import * as Plan from "../pipeline/Plan.ts"
import { loadPipeline } from "./loadPipeline.ts"
import type { Loaded } from "./loadPipeline.ts"
import { reachable } from "./reachable.ts"
import { readParams } from "./readParams.ts"
import { UsageError } from "./Usage.ts"
import type { Options, Words } from "./Usage.ts"

/** What every subcommand takes that looks at a store. */
export const storeOptions = {
  store: { help: "the folder of the store (default LARGO_STORE, else .largo)", takes: "DIR" }
} satisfies Options

/** What every subcommand takes that builds a pipeline. */
export const paramOptions = {
  set: { help: "sets a param; a dot goes into a record: fit.start=4", takes: "NAME=VALUE", many: true },
  params: { help: "reads params from a JSON file; --set goes on top", takes: "FILE", many: true }
} satisfies Options

/** What every subcommand takes that plans a pipeline. */
export const pipelineOptions = {
  ...paramOptions,
  only: {
    help: "only this target, stage or node; refused where what it needs is not cached",
    takes: "TARGET",
    many: true
  },
  until: { help: "this target, stage or node and all that it needs", takes: "TARGET", many: true },
  ...storeOptions,
  "retry-failed": { help: "tries again what is remembered to have failed" }
} satisfies Options

/** The folder of the store. */
export const storeFolder = (store: string | undefined): string => {
  const named = process.env["LARGO_STORE"]
  return resolve(store ?? (named === undefined || named === "" ? ".largo" : named))
}

export interface OpenedPipeline extends Loaded {
  readonly opened: launch.Opened
  /** What was opened: planning grows a graph, and who plans before a run opens another one. */
  readonly request: launch.Request
  readonly retryFailed: boolean
}

/** Loads the pipeline that the first word names and opens the store. Throws whatever is wrong with either. */
export const openPipeline = async ({
  words,
  options
}: Words<typeof pipelineOptions>): Promise<OpenedPipeline> => {
  const params = readParams(options.params, options.set)
  const loaded = await loadPipeline(words[0])
  const request = {
    pipeline: loaded.pipeline,
    file: loaded.file,
    params,
    store: storeFolder(options.store),
    until: [...options.only, ...options.until]
  }
  const retryFailed = options["retry-failed"]
  // Planning grows a graph: the one that is checked is not the one that runs.
  if (options.only.length > 0) await refuseOthers(await launch.open(request), options, retryFailed)
  return { ...loaded, opened: await launch.open(request), request, retryFailed }
}

/** Throws UsageError where anything but the nodes of `only`, and what `until` asks for, is not cached. */
const refuseOthers = async (
  { built, past, session, targets }: launch.Opened,
  { only, until }: { readonly only: ReadonlyArray<string>; readonly until: ReadonlyArray<string> },
  retryFailed: boolean
): Promise<void> => {
  const asked = new Set(Object.values(launch.select(built, only)).map(({ node }) => node.name))
  const free = until.length === 0 ? [] : reachable(Object.values(launch.select(built, until)))
  for (const { name } of free) asked.add(name)
  const { nodes } = await Plan.make(session, Object.values(targets), past, { retryFailed })
  const missing = nodes.filter(({ id, state }) => state !== "hit" && !asked.has(id))
  if (missing.length === 0) return
  const [first] = missing
  const rest = missing.length === 1 ? "" : ` and ${missing.length - 1} more`
  throw new UsageError(
    [`--only ${only.join(" ")}: it needs ${first.id}${rest}, not cached`],
    "use --until, which computes them too"
  )
}
