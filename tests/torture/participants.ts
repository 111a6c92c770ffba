// Starts participants of the torture and hears what they say.
import { fork } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { EventEmitter, once } from "node:events"
import path from "node:path"
import type { Job, Report } from "./participant.ts"

export interface Participant {
  readonly process: ChildProcess
  /** Resolves once it has started or ended so many more nodes, or has ended itself. */
  readonly steps: (count: number) => Promise<void>
  /** What it did; undefined where it was killed. Fails where it ended badly by itself. */
  readonly reports: Promise<ReadonlyArray<Report> | undefined>
}

const script = path.join(import.meta.dirname, "participant.ts")

export const participant = (store: string, job: Job, env: NodeJS.ProcessEnv = {}): Participant => {
  const child = fork(script, [store, JSON.stringify(job)], {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, ...env }
  })
  const steps = new EventEmitter()
  const after = async (count: number): Promise<void> => {
    const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
    for (let left = count; left > 0 && isRunning(); left -= 1) await once(steps, "step")
  }
  const reports = Promise.withResolvers<ReadonlyArray<Report> | undefined>()
  let said: ReadonlyArray<Report> | undefined
  let complained = ""
  child.stderr?.on("data", (chunk: Buffer) => (complained += chunk.toString("utf8")))
  child.on("message", (message: "step" | ReadonlyArray<Report>) => {
    if (message === "step") steps.emit("step")
    else said = message
  })
  child.on("error", reports.reject)
  child.on("close", (code, signal) => {
    steps.emit("step")
    if (signal === "SIGKILL") reports.resolve(undefined)
    else if (code === 0) reports.resolve(said)
    else reports.reject(new Error(`a participant ended with ${code ?? signal}:\n${complained}`))
  })
  return { process: child, steps: after, reports: reports.promise }
}
