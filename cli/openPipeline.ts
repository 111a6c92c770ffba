// From the words of a command line to a pipeline with its graph built and its store open.
import { resolve } from "node:path"
import * as launch from "../pipeline/launch.ts"
import { loadPipeline } from "./loadPipeline.ts"
import type { Loaded } from "./loadPipeline.ts"
import { readParams } from "./readParams.ts"
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
  only: { help: "only this target, stage or node and what it needs", takes: "TARGET", many: true },
  until: { help: "the same as --only", takes: "TARGET", many: true },
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
  readonly retryFailed: boolean
}

/** Loads the pipeline that the first word names and opens the store. Throws whatever is wrong with either. */
export const openPipeline = async ({
  words,
  options
}: Words<typeof pipelineOptions>): Promise<OpenedPipeline> => {
  const params = readParams(options.params, options.set)
  const loaded = await loadPipeline(words[0])
  const opened = await launch.open({
    pipeline: loaded.pipeline,
    file: loaded.file,
    params,
    store: storeFolder(options.store),
    until: [...options.only, ...options.until]
  })
  return { ...loaded, opened, retryFailed: options["retry-failed"] }
}
