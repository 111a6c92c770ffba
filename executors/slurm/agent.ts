// The agent of a job: performs the attempts of an array's element, or pulls attempts until there are none left.
import { randomUUID } from "node:crypto"
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Disk from "../../cache/Disk.ts"
import * as Store from "../../cache/Store.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import { keepLogs } from "../../pipeline/keepLogs.ts"
import type { Outcome } from "../../pipeline/outcome.ts"
import * as Local from "../Local.ts"
import * as JobFolder from "./JobFolder.ts"
import { pull } from "./pull.ts"
import { minutesOf } from "./script.ts"

const env = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === "")
    throw new Error(`${name} is not set: agents are started by their job`)
  return value
}

/** Seconds before the end of the job at which an attempt is ended, so that what it did is written down. */
const margin = 30

const path = env("LARGO_JOB")
const agent = env("LARGO_AGENT")
const node = process.env["SLURMD_NODENAME"] ?? ""
const job = JobFolder.at(Disk.real, path, basename(path))
const intent = job.intent()
if (intent === undefined) throw new Error(`${path} is no job folder, or ${node} does not see it`)
const { shape, ...spec } = intent.spec
const ends = Number(env("LARGO_JOB_START")) * 1000 + minutesOf(spec) * 60_000

const scope = Scope.makeUnsafe()
const executor = await Effect.runPromise(
  Scope.provide(Local.make({ cores: spec.cores, memory: spec.memory }), scope)
)
let current: { readonly attempt: Attempt; readonly as: string } | undefined

/** Seconds that are left for an attempt. */
const left = (): number => (ends - Date.now()) / 1000 - margin

/** The attempt as this agent performs it: copies of a job may meet on one disk, and on one machine. */
const copyOf = (attempt: Attempt): Attempt => {
  const copy = `${agent}.${randomUUID().slice(0, 8)}`
  return { ...attempt, id: `${attempt.id}.${copy}`, folder: `${attempt.folder}.${copy}`, elsewhere: true }
}

/** Takes an attempt for this agent; false where another one has it. */
const claim = (as: string, { folder }: Attempt): boolean =>
  job.claim(as, { agent, node, at: Date.now(), folder })

const perform = async (as: string, attempt: Attempt): Promise<void> => {
  current = { attempt, as }
  const walltime = Math.max(1, Math.min(attempt.walltime, left()))
  await Effect.runPromise(executor.submit([{ ...attempt, walltime }]))
  const outcome = await ending()
  current = undefined
  const cut = shape._tag === "workers" && walltime < attempt.walltime
  job.end(as, { agent, node, outcome: cut ? cutShort(outcome) : outcome, logs: {} })
}

const ending = async (): Promise<Outcome> => {
  for (;;) {
    const report = await Effect.runPromise(Queue.take(executor.reports))
    if (report._tag === "ended") return report.outcome
  }
}

/** Workers end with their allocation, which says nothing of the attempt that they were at. */
const cutShort = (outcome: Outcome): Outcome =>
  outcome._tag === "failed" && outcome.outcome === "TimeLimit"
    ? { ...outcome, outcome: "Preempted", message: "the workers came to the end of their allocation" }
    : outcome

let stopping = false
/** Told to end: the programs end, and what they had written is kept. */
const stop = async (): Promise<void> => {
  if (stopping) return
  stopping = true
  const interrupted = current
  await Effect.runPromise(Scope.close(scope, Exit.void))
  if (interrupted !== undefined) {
    const { as, attempt } = interrupted
    job.end(as, { agent, node, outcome: undefined, logs: logsOf(attempt) })
  }
  process.exit(143)
}
process.on("SIGTERM", () => void stop())

const logsOf = ({ folder, store }: Attempt): JobFolder.Ended["logs"] => {
  try {
    return keepLogs(Store.open(store), folder)
  } catch {
    return {}
  }
}

if (shape._tag === "array") {
  const attempt = intent.attempts[Number(process.env["SLURM_ARRAY_TASK_ID"] ?? "0")]
  // Slurm starts a job again that has ended, where it was killed and forgot.
  if (!job.ended.names().includes(attempt.id)) {
    const copy = copyOf(attempt)
    claim(attempt.id, copy)
    await perform(attempt.id, copy)
  }
} else {
  await pull({
    job,
    idle: intent.idle,
    left,
    take: async (attempt) => {
      const copy = copyOf(attempt)
      if (!claim(attempt.id, copy)) return false
      await perform(attempt.id, copy)
      return true
    }
  })
}
if (!stopping) {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  process.exit(0)
}
