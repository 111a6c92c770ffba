// An audit: runs cached nodes again in another place and compares what comes out, without touching what consumers read.
import { linkSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Scope } from "effect/Scope"
import type { Entry } from "../cache/ActionCache.ts"
import * as Manifest from "../cache/Manifest.ts"
import * as Store from "../cache/Store.ts"
import type { Attempt } from "./Attempt.ts"
import { compareOutputs } from "./compareOutputs.ts"
import type { Compared } from "./compareOutputs.ts"
import type { Executor } from "./Executor.ts"
import type { Outcome } from "./outcome.ts"
import { digestsOf } from "./perform.ts"
import * as registry from "./registry.ts"
import * as Ledger from "./Ledger.ts"
import { granted } from "./makeAttempt.ts"
import type { Session } from "./Session.ts"
import type { ErasedStage } from "./Stage.ts"

/** What of an audit differs from the run that made a result, besides the folder. */
export interface Conditions {
  /** `LC_ALL`, `TZ` and the like, of workers and programs. */
  readonly environment: Readonly<Record<string, string>>
  /** The cores of an attempt whose stage asks for so many. */
  readonly cores: (usual: number) => number
}

/** What became of one node. */
export interface Audited {
  readonly node: string
  readonly key: string
  readonly stage: string
  readonly state: Compared["state"] | "failed" | "not audited"
  /** Why it failed or was not audited, or "". */
  readonly reason: string
  readonly cores: number
  /** Whether the stage promises the same bytes everywhere. */
  readonly deterministic: boolean
  readonly outputs: ReadonlyArray<Compared & { readonly name: string }>
}

/** A result to audit, under the name that it has in a run. */
export interface Result {
  readonly node: string
  readonly entry: Entry
}

interface Ready extends Result {
  readonly stage: ErasedStage
  readonly attempt: Attempt
}

/**
 * Audits results. Each runs in a store of its own that holds links to its inputs. Outputs with other bytes are recorded
 * as a finding; their bytes are not kept, so that no consumer ever gets them.
 * @param tolerance largest relative difference of two numbers that counts as the same
 */
export const audit = (
  session: Session,
  results: ReadonlyArray<Result>,
  conditions: Conditions,
  tolerance: number,
  executor: Effect.Effect<Executor, never, Scope>,
  listen: (audited: Audited) => void = () => {}
): Effect.Effect<ReadonlyArray<Audited>> =>
  Effect.scoped(
    Effect.gen(function* () {
      const scratch = yield* Effect.acquireRelease(
        Effect.sync(() => openScratch(session.store)),
        ({ root }) => Effect.sync(() => rmSync(root, { recursive: true, force: true }))
      )
      const run = Ledger.newId(new Date())
      const audited = new Map<Result, Audited>()
      const tell = (result: Result, found: Audited): void => {
        audited.set(result, found)
        listen(found)
      }
      const ready = new Map<string, Ready>()
      for (const [index, result] of results.entries()) {
        const id = `${run}-${index + 1}`
        const prepared = prepare(session, scratch, conditions, result, { run, id })
        if (typeof prepared !== "string") ready.set(id, prepared)
        else tell(result, { ...factsOf(result), state: "not audited", reason: prepared })
      }
      const pool = yield* executor
      yield* pool.submit([...ready.values()].map(({ attempt }) => attempt))
      while (ready.size > 0) {
        for (const report of yield* Queue.takeAll(pool.reports)) {
          const done = report._tag === "ended" ? ready.get(report.attempt) : undefined
          if (report._tag !== "ended" || done === undefined) continue
          ready.delete(report.attempt)
          const found = yield* Effect.promise(() => judge(session, scratch, done, report.outcome, tolerance))
          tell(results.find(({ entry }) => entry === done.entry) ?? done, found)
        }
      }
      return results.flatMap((result) => audited.get(result) ?? [])
    })
  )

/** A store in a folder of its own, on the disk of the other so that inputs can be linked. */
const openScratch = (store: Store.Store): Store.Store => {
  const base = join(store.root, "tmp")
  mkdirSync(base, { recursive: true })
  return Store.open(mkdtempSync(join(base, "audit-")))
}

const factsOf = ({ entry, node }: Result) => ({
  node,
  key: entry.key,
  stage: entry.manifest.stage,
  cores: 0,
  deterministic: registry.find(entry.manifest.stage)?.deterministic ?? false,
  outputs: []
})

/** The attempt at a result, or why there can be none. */
const prepare = (
  session: Session,
  scratch: Store.Store,
  { cores, environment }: Conditions,
  result: Result,
  ids: { readonly run: string; readonly id: string }
): Ready | string => {
  const { entry, node } = result
  const { manifest } = entry
  const stage = registry.find(manifest.stage)
  if (stage === undefined) return `the pipeline makes no stage ${manifest.stage} any more`
  if (!takes(stage, manifest.params)) return "its params are refused now; run it first"
  const now = session.manifestOf(
    { _tag: "stage", index: 0, name: node, stage, params: manifest.params, inputs: [] },
    () => ""
  )
  const [change] = Manifest.diff(manifest, { ...now, inputs: manifest.inputs })
  if (change !== undefined) return `${change.name} is another one now; run it first`
  const codeFiles = session.codeFilesOf(stage)
  for (const digest of new Set([codeFiles, ...digestsOf(manifest)])) {
    if (session.store.contents.verify(digest) !== "ok") return "bytes of an input were collected"
    const path = scratch.contents.pathOf(digest)
    mkdirSync(dirname(path), { recursive: true })
    if (!scratch.contents.has(digest)) linkSync(session.store.contents.pathOf(digest), path)
  }
  const asked = stage.resources(stage.decodeParams(manifest.params) as never)
  const attempt: Attempt = {
    ...ids,
    ...granted(asked),
    n: 1,
    node,
    key: entry.key,
    module: stage.module,
    manifest,
    codeFiles,
    tools: session.toolsOf(stage, manifest.params),
    store: scratch.root,
    folder: join(scratch.attempts, ids.id),
    cores: cores(asked.cores ?? 1),
    priority: 0,
    environment
  }
  return { ...result, stage, attempt }
}

const takes = (stage: ErasedStage, params: unknown): boolean => {
  try {
    stage.decodeParams(params)
    return true
  } catch {
    return false
  }
}

const judge = async (
  { store }: Session,
  scratch: Store.Store,
  { attempt, entry, node, stage }: Ready,
  outcome: Outcome,
  tolerance: number
): Promise<Audited> => {
  const facts = { ...factsOf({ entry, node }), cores: attempt.cores }
  const second = scratch.actions.lookup(entry.key)
  if (outcome._tag !== "done" || second === undefined) {
    const reason = outcome._tag === "failed" ? outcome.message : "its inputs were lost"
    return { ...facts, state: "failed", reason }
  }
  const outputs: Array<Audited["outputs"][number]> = []
  for (const [name, { digest }] of Object.entries(entry.outputs)) {
    const compared = await compareOutputs(
      stage.outputs[name],
      { contents: store.contents, digest },
      { contents: scratch.contents, digest: second.outputs[name].digest },
      tolerance
    )
    outputs.push({ name, ...compared })
  }
  // The bytes are not there, and nobody will be given them; but that they differed is a finding about the stage.
  if (outputs.some(({ state }) => state !== "bitwise")) store.actions.publish({ ...second, logs: {} })
  return { ...facts, state: worst(outputs), reason: "", outputs }
}

const worst = (outputs: ReadonlyArray<Compared>): Compared["state"] =>
  (["different", "within tolerance"] as const).find((state) =>
    outputs.some((output) => output.state === state)
  ) ?? "bitwise"
