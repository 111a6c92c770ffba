// Starts participants of the torture and reads what they say.
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import path from "node:path"
import type { Job, Report } from "./participant.ts"

export interface Participant {
  readonly process: ChildProcess
  /** What it did; undefined where it was killed. Fails where it ended badly by itself. */
  readonly reports: Promise<ReadonlyArray<Report> | undefined>
}

const script = path.join(import.meta.dirname, "participant.ts")

export const participant = (store: string, job: Job, env: NodeJS.ProcessEnv = {}): Participant => {
  const child = spawn(process.execPath, ["--no-warnings", script, store, JSON.stringify(job)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env }
  })
  let said = ""
  let complained = ""
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")))
  child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString("utf8")))
  const reports = new Promise<ReadonlyArray<Report> | undefined>((done, fail) => {
    child.on("error", fail)
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") done(undefined)
      else if (code === 0) done(JSON.parse(said) as ReadonlyArray<Report>)
      else fail(new Error(`a participant ended with ${code ?? signal}:\n${complained}`))
    })
  })
  return { process: child, reports }
}
