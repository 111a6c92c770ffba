// A process that takes part in the torture of a store: STORE, then a job as JSON. It sends "step" where a node starts or ends, then what it did.
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Disk from "../../cache/Disk.ts"
import * as gc from "../../cache/gc.ts"
import * as Store from "../../cache/Store.ts"
import * as Local from "../../executors/Local.ts"
import { stream } from "../../kernels/random.ts"
import type { Event, Summary } from "../../pipeline/Event.ts"
import * as launch from "../../pipeline/launch.ts"
import * as inProcess from "../oracle/inProcess.ts"
import { intercepted } from "./points.ts"
import { part, trial } from "./trial.ts"

/** What a participant does. */
export interface Job {
  /** Params of its runs, one after another. */
  readonly runs: ReadonlyArray<object>
  readonly seed: number
  /** Carries nodes out in processes of their own, as in real life, or in this one, which takes less time to start. */
  readonly workers: boolean
  /** Collects all that may be collected, before each run. */
  readonly collects: boolean
  /** Runs the other pipeline. */
  readonly part?: boolean
}

/** What one run of it did. */
export interface Report {
  readonly summary: Summary
  readonly events: ReadonlyArray<Event>
}

const [folder = "", job = "{}"] = process.argv.slice(2)
const { collects, part: isPart = false, runs, seed, workers } = JSON.parse(job) as Job
const random = stream(seed, "participant")

/** The disk that dies where `LARGO_CRASH_AT=POINT:N` says: before the n-th call of a point, counted from 1. */
const crashing = (): Disk.Disk => {
  const [point, n] = (process.env["LARGO_CRASH_AT"] ?? "").split(":")
  if (point === "") return Disk.real
  let count = 0
  return intercepted(Disk.real, folder, (passed) => {
    if (passed === point && (count += 1) === Number(n)) process.kill(process.pid, "SIGKILL")
    return undefined
  })
}

const disk = crashing()
const file = path.join(import.meta.dirname, "trial.ts")
const reports: Array<Report> = []
for (const params of runs) {
  if (collects) {
    const store = Store.open(folder, disk)
    gc.collect(store, gc.choose(store, 0, new Set()))
  }
  const opened = await launch.open({ pipeline: isPart ? part : trial, file, params, store: folder, disk })
  const executor = workers
    ? Local.make({ cores: 2, memory: 8192 })
    : inProcess.make(opened.session.store, random, 1 + random.below(4))
  const events: Array<Event> = []
  const listen = (event: Event): void => {
    events.push(event)
    if (event._tag === "Started" || event._tag === "Done") process.send?.("step")
  }
  const { summary } = await Effect.runPromise(launch.run(opened, { file, executor, listen }))
  reports.push({ summary, events })
}
process.send?.(reports, () => process.exit(0))
