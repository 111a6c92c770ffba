// Performing an attempt: decode the inputs, run the stage, check and publish the outputs, say how it ended.
import { createReadStream, linkSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { open } from "node:fs/promises"
import { hostname } from "node:os"
import { dirname, join, resolve } from "node:path"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { CorruptBlob, MissingBlob } from "../cache/ContentStore.ts"
import type { Blob } from "../cache/ContentStore.ts"
import { errorCode } from "../cache/Disk.ts"
import type * as Manifest from "../cache/Manifest.ts"
import type { Store } from "../cache/Store.ts"
import { BadValue, extensionOf } from "../schemas/Kind.ts"
import type { Source } from "../schemas/Kind.ts"
import type { ErasedKind } from "./Artifact.ts"
import type { Attempt } from "./Attempt.ts"
import * as Checkpoints from "./Checkpoints.ts"
import { checkTools } from "./checkTools.ts"
import { loadStage } from "./loadStage.ts"
import { keepLogs } from "./keepLogs.ts"
import { defect, repeats, StageFailure } from "./outcome.ts"
import type { Outcome } from "./outcome.ts"
import type { ErasedStage, Slot } from "./Stage.ts"
import { Workspace } from "./Workspace.ts"
import type { Tell } from "./Workspace.ts"
import * as workspaceLive from "./workspaceLive.ts"

/** Seconds of work that may be lost with the power. */
const cheap = 1

/**
 * Carries out an attempt in this process.
 * @param driver the process id whose end ends the attempt
 */
export const perform = (
  store: Store,
  attempt: Attempt,
  driver: number,
  progress: Tell
): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const startedAt = new Date()
    const cpuStart = cpuSeconds()
    const programsOf = Object.keys(attempt.tools).length > 0 ? childSeconds : () => 0

    const lost = lostInputs(store, attempt.manifest)
    if (lost.length > 0) return { _tag: "lost", digests: lost } as const

    const stage = yield* attempted(attempt, "BadInput", () => loadStage(store, attempt))
    if (attempt.elsewhere === true) yield* attempted(attempt, "BadInput", () => checkTools(stage, attempt))
    const workspace = workspaceLive.make(attempt, driver, progress, {
      latest: () => Checkpoints.latest(store, attempt.key),
      leave: () => Checkpoints.leave(store, attempt)
    })
    const params = yield* attempted(attempt, "BadInput", () => stage.decodeParams(attempt.manifest.params))
    const inputs = yield* decodeInputs(store, attempt, stage)

    const runStart = cpuSeconds()
    const programsStart = programsOf()
    const values = yield* stage
      .run({ params, inputs } as never)
      .pipe(Effect.provideService(Workspace, workspace))
    const programs = programsOf() - programsStart
    let ownSeconds = cpuSeconds() - runStart

    const outputs: Record<string, Blob> = {}
    for (const [name, kind] of Object.entries(stage.outputs)) {
      const encodeStart = cpuSeconds()
      outputs[name] = yield* encodeOutput(store, attempt, name, kind, values[name])
      // Big outputs are lazy: what computes them runs while they are written, and is the stage's own work.
      if (kind.big) ownSeconds += cpuSeconds() - encodeStart
    }
    const logs = keepLogs(store, attempt.folder)
    const engineSeconds = cpuSeconds() - cpuStart - ownSeconds
    const record = {
      run: attempt.run,
      attempt: attempt.id,
      host: hostname(),
      startedAt: startedAt.toISOString(),
      wallSeconds: (Date.now() - startedAt.getTime()) / 1000,
      cpuSeconds: ownSeconds + programs,
      engineSeconds
    }
    const { key, node, manifest, codeFiles } = attempt
    const big = Object.keys(outputs).filter((name) => stage.outputs[name].big)
    const { wallSeconds } = record
    // Cheap results are flushed by name in groups: a power loss may cost the last few of them.
    const flush = wallSeconds < cheap ? () => {} : store.flush
    flush()
    const published = store.actions.publish({ key, node, manifest, codeFiles, outputs, big, logs, record })
    flush()
    tidy(() => {
      rmSync(attempt.folder, { recursive: true, force: true })
      Checkpoints.clear(store, key)
    })
    return {
      _tag: "done",
      outputs: published._tag === "Realisation" ? consumed(store, published.first.outputs, outputs) : outputs,
      published: published._tag,
      wallSeconds,
      cpuSeconds: record.cpuSeconds,
      engineSeconds: cpuSeconds() - cpuStart - ownSeconds
    } as const
  }).pipe(
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.failCause(cause as Cause.Cause<never>)
        : Effect.sync(() => failed(store, attempt, cause))
    )
  )

/** What readers go on from after a second realisation: the first one, unless bytes of it were lost. */
const consumed = (
  store: Store,
  first: Readonly<Record<string, Blob>>,
  second: Readonly<Record<string, Blob>>
): Readonly<Record<string, Blob>> =>
  Object.values(first).every(({ digest }) => store.contents.has(digest)) ? first : second

/** CPU seconds of this process. */
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** CPU seconds of the children that it has waited for: from /proc, in clock ticks of 1/100 s; 0 where there is no /proc. */
const childSeconds = (): number => {
  try {
    const fields = readFileSync("/proc/self/stat", "latin1").split(") ")[1].split(" ")
    return (Number(fields[13]) + Number(fields[14])) / 100
  } catch {
    return 0
  }
}

const failed = (store: Store, attempt: Attempt, cause: Cause.Cause<unknown>): Outcome => {
  const error = Cause.squash(cause)
  if (isLoss(error)) {
    rmSync(attempt.folder, { recursive: true, force: true })
    return { _tag: "lost", digests: [error.digest] }
  }
  const failure = error instanceof StageFailure ? error : thrown(attempt, error)
  let logs: Readonly<Record<string, Blob>> = {}
  try {
    logs = keepLogs(store, attempt.folder)
  } catch {
    // A full disk: the message itself still reaches the run.
  }
  const { fix, futile, message, outcome } = failure
  if (repeats(outcome)) tidy(() => Checkpoints.forget(store, attempt.key))
  const base = { _tag: "failed", outcome, message, fix, logs, folder: attempt.folder } as const
  return futile ? { ...base, futile } : base
}

/** Removes what nobody needs any more. What stays where the disk is in trouble changes no outcome. */
const tidy = (body: () => void): void => {
  try {
    body()
  } catch {
    // Litter.
  }
}

/** What a stage threw instead of failing with: a bug of the stage, or the disk. */
const thrown = ({ manifest }: Attempt, error: unknown): StageFailure =>
  defect(`stage ${manifest.stage}`, error, "mend the stage")

/** Runs what may throw an error of the input, and names the class of that failure. */
const attempted = <A>(
  attempt: Attempt,
  outcome: "BadInput" | "BrokenOutput",
  body: () => A | Promise<A>
): Effect.Effect<A, StageFailure | CorruptBlob | MissingBlob> =>
  Effect.tryPromise({
    try: async () => body(),
    catch: (error) => {
      if (error instanceof StageFailure || isLoss(error)) return error
      const code = errorCode(error)
      if (code !== undefined && /^E[A-Z]+$/.test(code)) return thrown(attempt, error)
      const message = error instanceof Error ? error.message : String(error)
      return new StageFailure(outcome, message, outcome === "BadInput" ? "mend the input" : "mend the stage")
    }
  })

/** Bytes of an input that went away or bad after they had been looked at. */
const isLoss = (error: unknown): error is CorruptBlob | MissingBlob =>
  error instanceof CorruptBlob || error instanceof MissingBlob

/** The digests of all inputs, as often as they are used. */
export function* digestsOf(manifest: Manifest.Manifest): Iterable<string> {
  for (const slot of Object.values(manifest.inputs)) {
    if ("digest" in slot) yield slot.digest
    else for (const row of slot.rows) for (const field of row.fields) yield field.digest
  }
}

/** Inputs whose bytes are missing or damaged; damaged ones are set aside, so that they are made again. */
const lostInputs = (store: Store, manifest: Manifest.Manifest): ReadonlyArray<string> =>
  [...new Set(digestsOf(manifest))].filter((digest) => store.contents.verify(digest) !== "ok")

const decodeInputs = (store: Store, attempt: Attempt, stage: ErasedStage) =>
  attempted(attempt, "BadInput", async () => {
    const values: Record<string, unknown> = {}
    for (const [name, spec] of Object.entries(stage.inputs)) {
      const slot = attempt.manifest.inputs[name]
      values[name] = slot === undefined ? undefined : await decodeSlot(store, attempt, name, spec, slot)
    }
    return values
  })

const decodeSlot = async (
  store: Store,
  attempt: Attempt,
  name: string,
  spec: Slot,
  slot: Manifest.Slot
): Promise<unknown> => {
  const decode = (kind: ErasedKind, place: string, digest: string): Promise<unknown> =>
    kind.decode(sourceOf(store, attempt, `${place}${extensionOf(kind.media)}`, digest))
  if ("digest" in slot) {
    const kind = "_tag" in spec ? (spec._tag === "optional" ? spec.kind : undefined) : spec
    return decode(kind!, name, slot.digest)
  }
  const fields = "_tag" in spec && spec._tag === "list" ? spec.fields : {}
  return Promise.all(
    slot.rows.map(async (row, index) => {
      const value: Record<string, unknown> = { label: row.label }
      for (const { field, digest } of row.fields) {
        value[field] = await decode(fields[field], join(name, String(index), field), digest)
      }
      return value
    })
  )
}

/** A stored artifact as a source; its path is a read-only link in the attempt's folder, made when it is asked for. */
const sourceOf = (store: Store, attempt: Attempt, place: string, digest: string): Source => ({
  get path() {
    const path = join(attempt.folder, "inputs", place)
    mkdirSync(dirname(path), { recursive: true })
    try {
      linkSync(store.contents.pathOf(digest), path)
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error
    }
    return path
  },
  bytes: () => store.contents.read(digest),
  chunks: () => createReadStream(store.contents.pathOf(digest), { highWaterMark: 1 << 20 })
})

const encodeOutput = (store: Store, attempt: Attempt, name: string, kind: ErasedKind, value: unknown) =>
  attempted(attempt, "BrokenOutput", async () => {
    if (value === undefined) throw new Error(`the stage did not return its output "${name}"`)
    const writer = store.contents.writer()
    try {
      await kind.encode(value as never, {
        write: writer.write,
        file: async (path) => {
          const handle = await open(resolve(attempt.folder, path)).catch((error: unknown) => {
            throw errorCode(error) === "ENOENT"
              ? new Error(`the stage did not leave the file ${path}`)
              : error
          })
          for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20 })) {
            writer.write(chunk as Uint8Array)
          }
        }
      })
      return writer.finish()
    } catch (error) {
      writer.discard()
      if (error instanceof BadValue || !(error instanceof Error)) throw error
      throw Object.assign(error, { message: `output "${name}": ${error.message}` })
    }
  })
