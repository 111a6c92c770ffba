// Runs the command line as a user does: a process of its own, with a store of its own.
import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import * as Schema from "effect/Schema"
import { expect } from "vitest"
import { answers } from "../../cli/answers.ts"

export const root = path.join(import.meta.dirname, "..", "..")
export const pipeline = (name: string): string => path.join(import.meta.dirname, "pipelines", name)
export const hello = path.join(root, "examples", "hello.ts")

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Place {
  readonly folder: string
  readonly store: string
  readonly largo: (...args: ReadonlyArray<string>) => Promise<Ended>
  readonly start: (...args: ReadonlyArray<string>) => {
    readonly child: ChildProcess
    readonly ended: Promise<Ended>
  }
  /** The answer to `args --json`, held against its schema. */
  readonly ask: (
    schema: keyof typeof answers,
    ...args: ReadonlyArray<string>
  ) => Promise<Ended & { readonly answer: Answer }>
  readonly remove: () => void
}

/** Decoded JSON, to be looked at with `toMatchObject`. */
export type Answer = Readonly<Record<string, unknown>>

/** A folder to work in, with a store in it. */
export const place = (env: NodeJS.ProcessEnv = {}): Place => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-cli-"))
  const store = path.join(folder, ".largo")

  const start: Place["start"] = (...args) => {
    const child = spawn(process.execPath, [path.join(root, "bin/largo.js"), ...args], {
      cwd: folder,
      env: { ...process.env, LARGO_STORE: "", NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    const ended = once(child, "close").then(([status, signal]) => ({
      status: status as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr
    }))
    return { child, ended }
  }
  const largo: Place["largo"] = (...args) => start(...args).ended

  return {
    folder,
    store,
    start,
    largo,
    ask: async (schema, ...args) => {
      const ended = await largo(...args, "--json")
      expect(ended.stdout.endsWith("\n"), ended.stderr).toBe(true)
      expect(ended.stdout.trimEnd().split("\n"), "standard output is one line").toHaveLength(1)
      const answer = JSON.parse(ended.stdout) as Answer
      Schema.decodeUnknownSync(answers[schema], { onExcessProperty: "error" })(answer)
      return { ...ended, answer }
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Resolves once a file is there. */
export const appears = async (file: string): Promise<void> => {
  while (!fs.existsSync(file)) await new Promise((done) => setTimeout(done, 10))
}

/** Resolves once none of the processes is left. */
export const gone = async (pids: ReadonlyArray<number>): Promise<void> => {
  while (pids.some(isRunning)) await new Promise((done) => setTimeout(done, 10))
}

/** Whether a process runs; one that has ended and waits for its parent does not. */
export const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/s.test(fs.readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}
