// The local executor: a pool of worker processes on this machine, within its cores and memory.
import { fork } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { availableParallelism, totalmem } from "node:os"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Scope } from "effect/Scope"
import type { Blob } from "../cache/ContentStore.ts"
import * as Store from "../cache/Store.ts"
import type { Attempt } from "../pipeline/Attempt.ts"
import type { Executor, Report } from "../pipeline/Executor.ts"
import { keepLogs } from "../pipeline/keepLogs.ts"
import type { Outcome } from "../pipeline/outcome.ts"
import { killMarked, mark, markOf } from "../pipeline/processes.ts"
import type { Answer, Order } from "../pipeline/worker.ts"

/** What of this machine may be used. */
export interface Limits {
  readonly cores: number
  /** Mebibytes. */
  readonly memory: number
}

/** All cores and nine tenths of the memory. */
export const machine = (): Limits => ({
  cores: availableParallelism(),
  memory: Math.floor((totalmem() / 2 ** 20) * 0.9)
})

/** How long a cancelled worker may take to end its programs, in ms. */
const grace = 4000

interface Worker {
  readonly process: ChildProcess
  attempt: Attempt | undefined
  timer: NodeJS.Timeout | undefined
}

const entry = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "../pipeline/worker.ts" : "../pipeline/worker.js",
    import.meta.url
  )
)

/**
 * Starts the executor; closing its scope ends every process that it started.
 * @param environment variables of the workers that differ from those of this process
 */
export const make = (
  limits: Limits,
  environment: Readonly<Record<string, string>> = {}
): Effect.Effect<Executor, never, Scope> =>
  Effect.gen(function* () {
    const reports = yield* Queue.unbounded<Report>()
    const pool = new Pool(limits, environment, (report) => Queue.offerUnsafe(reports, report))
    yield* Effect.addFinalizer(() => Effect.promise(() => pool.close()))
    return {
      reports,
      submit: (attempts) => Effect.sync(() => pool.submit(attempts)),
      cancel: (ids) => Effect.promise(() => pool.cancel(new Set(ids)))
    }
  })

class Pool {
  private readonly limits: Limits
  private readonly environment: Readonly<Record<string, string>>
  private readonly report: (report: Report) => void
  /** Waiting attempts, the most urgent one last. */
  private waiting: Array<Attempt> = []
  private readonly workers = new Set<Worker>()
  /** Attempts that may have started programs. */
  private readonly started = new Set<string>()
  private closing = false

  constructor(
    limits: Limits,
    environment: Readonly<Record<string, string>>,
    report: (report: Report) => void
  ) {
    this.limits = limits
    this.environment = environment
    this.report = report
  }

  submit(attempts: ReadonlyArray<Attempt>): void {
    this.waiting.push(...attempts)
    this.waiting.sort((a, b) => a.priority - b.priority)
    this.fill()
  }

  async cancel(ids: ReadonlySet<string>): Promise<void> {
    this.waiting = this.waiting.filter(({ id }) => !ids.has(id))
    const affected = [...this.workers].filter(({ attempt }) => attempt !== undefined && ids.has(attempt.id))
    await Promise.all(affected.map((worker) => this.end(worker)))
    this.fill()
  }

  async close(): Promise<void> {
    this.closing = true
    this.waiting = []
    await Promise.all([...this.workers].map((worker) => this.end(worker)))
    // Helpers that programs have left behind, in sessions of their own.
    if (this.started.size > 0) killMarked(({ attempt }) => this.started.has(attempt))
  }

  /** Starts waiting attempts while there is room; a smaller one may pass one that does not fit yet. */
  private fill(): void {
    if (this.closing) return
    for (let index = this.waiting.length - 1; index >= 0; index -= 1) {
      const free = this.free()
      if (free.cores < 1) return
      const attempt = this.waiting[index]
      const alone = free.cores === this.limits.cores
      const fits = attempt.cores <= free.cores && attempt.memory <= free.memory
      if (!fits && !alone) continue
      this.waiting.splice(index, 1)
      this.start(attempt)
    }
  }

  private free(): Limits {
    let { cores, memory } = this.limits
    for (const { attempt } of this.workers) {
      if (attempt === undefined) continue
      cores -= Math.min(attempt.cores, this.limits.cores)
      memory -= attempt.memory
    }
    return { cores, memory }
  }

  private start(attempt: Attempt): void {
    const worker = [...this.workers].find((idle) => idle.attempt === undefined) ?? this.spawn(attempt.store)
    worker.attempt = attempt
    if (Object.keys(attempt.tools).length > 0) this.started.add(attempt.id)
    worker.timer = setTimeout(
      () => {
        const message = `it ran longer than its wall time of ${attempt.walltime} s`
        void this.end(worker).then(() => {
          const fix = "if it was still going forward, give the stage a longer walltime"
          const outcome = failure("TimeLimit", message, fix, attempt)
          this.report({ _tag: "ended", attempt: attempt.id, outcome })
          this.fill()
        })
      },
      Math.min(attempt.walltime * 1000, 2 ** 31 - 1)
    )
    this.report({ _tag: "started", attempt: attempt.id, at: Date.now() })
    worker.process.send({ _tag: "perform", attempt } satisfies Order)
  }

  private spawn(store: string): Worker {
    // A session of its own: Ctrl-C in the terminal reaches the driver alone, which then ends the workers in order.
    // Marked, so that one which outlives a killed driver is found and ended at the next start.
    const env = { ...process.env, ...this.environment, [mark]: markOf("worker", process.pid, store) }
    const child = fork(entry, [], { detached: true, env, stdio: ["ignore", "ignore", "pipe", "ipc"] })
    const worker: Worker = { process: child, attempt: undefined, timer: undefined }
    let tail = ""
    child.stderr?.on("data", (chunk: Buffer) => {
      tail = (tail + chunk.toString("utf8")).slice(-2000)
    })
    child.on("message", (answer: Answer) => {
      if (answer._tag === "progress") this.report(answer)
      else this.finish(worker, answer.outcome)
    })
    child.on("error", () => {}) // An order that cannot be delivered: the exit that follows is what counts.
    child.on("exit", (code, signal) => {
      this.workers.delete(worker)
      const { attempt } = worker
      if (attempt === undefined || this.closing) return
      const memory = signal === "SIGKILL" || /heap out of memory/.test(tail)
      const how = signal === null ? `exit status ${code}` : `signal ${signal}`
      killMarked(({ attempt: id }) => id === attempt.id)
      this.finish(
        worker,
        failure(
          memory ? "OutOfMemory" : "NodeFailed",
          `its worker process ended with ${how}${tail === "" ? "" : `: ${tail.trim()}`}`,
          memory ? "give the stage more memory, or run fewer at once with --jobs" : "run again",
          attempt
        )
      )
    })
    this.workers.add(worker)
    return worker
  }

  private finish(worker: Worker, outcome: Outcome): void {
    const { attempt } = worker
    if (attempt === undefined) return
    worker.attempt = undefined
    clearTimeout(worker.timer)
    this.report({ _tag: "ended", attempt: attempt.id, outcome })
    this.fill()
  }

  /** Ends a worker and the programs that it has started; kills what does not end in time. */
  private async end(worker: Worker): Promise<void> {
    const { attempt, process: child } = worker
    clearTimeout(worker.timer)
    worker.attempt = undefined
    this.workers.delete(worker)
    if (child.exitCode === null && child.signalCode === null) {
      const exited = new Promise<void>((done) => child.once("exit", () => done()))
      if (child.connected) child.send({ _tag: "cancel" } satisfies Order)
      const timer = setTimeout(() => child.kill("SIGKILL"), grace)
      await exited
      clearTimeout(timer)
    }
    if (attempt !== undefined) killMarked(({ attempt: id }) => id === attempt.id)
  }
}

const failure = (
  outcome: "OutOfMemory" | "NodeFailed" | "TimeLimit",
  message: string,
  fix: string,
  attempt: Attempt
): Outcome => ({ _tag: "failed", outcome, message, fix, logs: logsOf(attempt), folder: attempt.folder })

/** What the attempt had written when it was ended from outside; nothing where it had not come to a folder. */
const logsOf = ({ folder, store }: Attempt): Readonly<Record<string, Blob>> => {
  try {
    return keepLogs(Store.open(store), folder)
  } catch {
    return {}
  }
}
