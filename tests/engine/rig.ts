// The test rig of the engine: throwaway stores, a shared pool of workers, and what a run did as plain lists.
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll, onTestFinished } from "vitest"
import * as Store from "../../cache/Store.ts"
import * as Local from "../../executors/Local.ts"
import type { Event } from "../../pipeline/Event.ts"
import type { Executor } from "../../pipeline/Executor.ts"
import * as launch from "../../pipeline/launch.ts"
import type { Pipeline } from "../../pipeline/Pipeline.ts"
import type { Plan, PlannedNode } from "../../pipeline/Plan.ts"
import type { Result } from "../../pipeline/Run.ts"

/** What a run did. */
export interface Did extends Result {
  readonly events: ReadonlyArray<Event>
  /** Names of the nodes that ran or were restored, in the order in which they ended. */
  readonly ran: ReadonlyArray<string>
  /** Node -> why it was queued. */
  readonly why: Readonly<Record<string, string>>
}

export interface Asked {
  readonly params?: Readonly<Record<string, unknown>>
  readonly store: string
  readonly until?: ReadonlyArray<string>
  readonly retryFailed?: boolean
  readonly failFast?: boolean
}

export interface Rig {
  readonly run: (pipeline: Pipeline, asked: Asked) => Promise<Did>
  readonly plan: (pipeline: Pipeline, asked: Asked) => Promise<Plan>
}

/** A folder that is deleted when the test ends. */
export const temporaryFolder = (): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-engine-"))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

const file = path.join(import.meta.dirname, "fixtures", "pipelines.ts")

/** Starts a pool of two workers for the tests of a file; a pool start costs more than most tests. */
export const useRig = (): Rig => {
  const scope = Scope.makeUnsafe()
  let executor: Executor
  beforeAll(async () => {
    executor = await Effect.runPromise(Scope.provide(Local.make({ cores: 2, memory: 8192 }), scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return {
    plan: (pipeline, asked) => launch.plan({ pipeline, file, params: {}, ...asked }),
    run: async (pipeline, asked) => {
      const opened = await launch.open({ pipeline, file, params: {}, ...asked })
      const events: Array<Event> = []
      const { failFast = false, retryFailed = false } = asked
      const listen = (event: Event): void => void events.push(event)
      const effect = launch.run(opened, {
        file,
        executor: Effect.succeed(executor),
        listen,
        retryFailed,
        failFast
      })
      return digest(await Effect.runPromise(effect), events)
    }
  }
}

const digest = (result: Result, events: ReadonlyArray<Event>): Did => {
  const why: Record<string, string> = {}
  for (const event of events) if (event._tag === "Queued") why[event.node] = event.why
  const ran = events.flatMap((event) => (event._tag === "Done" ? [event.node] : []))
  return { ...result, events, ran, why }
}

/** Events of one kind. */
export const only = <T extends Event["_tag"]>(did: Did, tag: T): ReadonlyArray<Extract<Event, { _tag: T }>> =>
  did.events.filter((event): event is Extract<Event, { _tag: T }> => event._tag === tag)

/** The counts of a summary that say what was done. */
export const counts = ({ summary: { ran, cached, restored, failed, skipped } }: Result) => ({
  ran,
  cached,
  restored,
  failed,
  skipped
})

/** The planned node of a name. */
export const planned = (plan: Plan, id: string): PlannedNode => {
  const node = plan.nodes.find((candidate) => candidate.id === id)
  if (node === undefined)
    throw new Error(`no node ${id} among ${plan.nodes.map((known) => known.id).join(", ")}`)
  return node
}

/** The JSON value behind a target of a run. */
export const valueOf = (store: string, did: Result, target: string): unknown => {
  const found = did.summary.targets[target]
  if (found === undefined || found === null) throw new Error(`target ${target} was not reached`)
  return JSON.parse(Store.open(store).contents.read(found).toString("utf8"))
}

/** Where a blob lies. */
export const blobPath = (store: string, digestOfBlob: string): string =>
  Store.open(store).contents.pathOf(digestOfBlob)

/** The digest of an output of a node of a run. */
export const outputOf = (store: string, did: Result, node: string, output: string): string => {
  const line = did.nodes.find((candidate) => candidate.node === node)
  const entry = line === undefined ? undefined : Store.open(store).actions.lookup(line.key)
  if (entry === undefined) throw new Error(`no entry of ${node}`)
  return entry.outputs[output].digest
}

/** Changes one byte of a file, read-only or not. */
export const flipByte = (target: string, offset: number): void => {
  const bytes = fs.readFileSync(target)
  bytes[offset] ^= 0xff
  fs.rmSync(target)
  fs.writeFileSync(target, bytes, { mode: 0o444 })
}
