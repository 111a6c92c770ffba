// Judges an attempt in a job by all that is known of it: its own record, its exit, its words, and the scheduler's.
import type { FailureClass, Outcome } from "../../pipeline/outcome.ts"

export interface Evidence {
  /** What the job wrote down; undefined where it did not come to it. */
  readonly recorded: Outcome | undefined
  /** Whether the job was told to end and wrote that down. */
  readonly told: boolean
  /** Exit status of the agent, as its shell saw it; undefined where the shell was killed too. */
  readonly exit: number | undefined
  /** The last that the job and the agent printed. */
  readonly words: string
  /** Slurm's state and reason; undefined for a job that Slurm knows no more. */
  readonly state: string | undefined
  readonly reason: string
  readonly job: string
  readonly node: string
}

export interface Verdict {
  readonly outcome: FailureClass
  readonly message: string
  readonly fix: string
  readonly futile: boolean
}

const ranOutOfMemory = /exceeded (job )?memory limit|oom[-_ ]?kill|out of memory|heap out of memory/i

/** What the word of a job may be mistaken for when the kernel or Slurm kills one of its programs. */
const mayBeMemory = (outcome: Outcome): boolean =>
  outcome._tag === "failed" &&
  (outcome.outcome === "ToolFailed" || outcome.outcome === "NodeFailed" || outcome.outcome === "BrokenOutput")

const memory = (job: string): Verdict => ({
  outcome: "OutOfMemory",
  message: `job ${job} used more memory than it had asked for`,
  fix: "it is tried again with more; give the stage more memory in largo.config.ts to save the tries",
  futile: false
})

/** The failure behind the evidence; undefined where the job's own record says it all. */
export const judge = (evidence: Evidence): Verdict | undefined => {
  const { exit, job, node, reason, recorded, state, told, words } = evidence
  const killedForMemory = state === "OUT_OF_MEMORY" || ranOutOfMemory.test(words)
  if (recorded !== undefined) return killedForMemory && mayBeMemory(recorded) ? memory(job) : undefined
  if (killedForMemory) return memory(job)
  const where = node === "" ? "" : ` on ${node}`
  const said = words.trim() === "" ? "" : `: ${words.trim().split("\n").slice(-5).join("\n")}`
  switch (state) {
    case "TIMEOUT":
    case "DEADLINE":
      return {
        outcome: "TimeLimit",
        message: `job ${job} reached its time limit${where}`,
        fix: "give the stage a longer walltime in largo.config.ts",
        futile: false
      }
    case "PREEMPTED":
      return preempted(`job ${job} was preempted${where}`)
    case "CANCELLED":
      return {
        outcome: "Preempted",
        message: `job ${job} was cancelled${where}, not by largo${reason === "" || reason === "None" ? "" : ` (${reason})`}`,
        fix: "run again to go on",
        futile: true
      }
    case "NODE_FAIL":
    case "BOOT_FAIL":
      return failed(`node ${node} failed under job ${job}`)
    case undefined:
      return told
        ? preempted(`job ${job} was told to end${where}`)
        : failed(`job ${job} is gone${where} without a word${said}`)
    default:
      if (told) return preempted(`job ${job} was told to end${where}`)
      // 128 + 9: killed, and nobody but the kernel does that to a process that is not told to end before.
      if (exit === 137) return memory(job)
      return failed(
        `job ${job} ended${where} without a result (${state}${exit === undefined ? "" : `, exit status ${exit}`})${said}`
      )
  }
}

const preempted = (message: string): Verdict => ({
  outcome: "Preempted",
  message,
  fix: "run again",
  futile: false
})

const failed = (message: string): Verdict => ({
  outcome: "NodeFailed",
  message,
  fix: "see largo logs; largo doctor --executor slurm checks the site",
  futile: false
})

const active = new Set([
  "PENDING",
  "RUNNING",
  "CONFIGURING",
  "COMPLETING",
  "SUSPENDED",
  "REQUEUED",
  "REQUEUE_HOLD",
  "REQUEUE_FED",
  "RESIZING",
  "SIGNALING",
  "STAGE_OUT",
  "STOPPED",
  "RESV_DEL_HOLD",
  "SPECIAL_EXIT"
])

/** Whether a job in this state may still do something. */
export const isActive = (state: string): boolean => active.has(state)
