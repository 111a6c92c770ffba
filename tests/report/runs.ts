// Runs for the report's tests: pipelines in a throwaway store, carried out by real workers.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll } from "vitest"
import * as Store from "../../cache/Store.ts"
import * as Local from "../../executors/Local.ts"
import * as launch from "../../pipeline/launch.ts"
import type { Pipeline } from "../../pipeline/Pipeline.ts"

const file = join(import.meta.dirname, "pipelines.ts")

/** A folder that is deleted when the tests of the file end. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "largo-report-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a pipeline; the id of the run, and the store that holds it. */
export const runOf = async (pipeline: Pipeline, folder: string, params: object = {}) => {
  const opened = await launch.open({ pipeline, file, params, store: folder })
  const executor = Local.make({ cores: 2, memory: 4096 })
  const { run } = await Effect.runPromise(launch.run(opened, { file, executor }))
  return { run, store: Store.open(folder) }
}
