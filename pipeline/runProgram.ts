// Runs a program to its end: a process group of its own, which ends as a whole, with its output straight in files.
import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import * as Effect from "effect/Effect"

/** What to start, and where its standard output and error go; both are absolute paths. */
export interface Program {
  readonly path: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly out: string
  readonly err: string
}

/** How long a group may take to end after SIGTERM, and then after SIGKILL, in ms. */
const grace = { term: 2000, kill: 1000 }

/** Time between two looks at a group that is ending, in ms. */
const period = 10

/**
 * Gives the exit status. Fails where the program cannot be started or was ended by a signal. However it ends, also by
 * interruption, nothing of its process group is left. No pipes: a pipe and its streams cost half as much as the start
 * of a program, and what is written to a file is there whatever becomes of this process.
 */
export const runProgram = (program: Program): Effect.Effect<number, Error> =>
  Effect.callback<number, Error>((resume) => {
    const { args, cwd, env, path } = program
    const files = [openSync(program.out, "w"), openSync(program.err, "w")]
    try {
      const child = spawn(path, args, { cwd, env, detached: true, stdio: ["ignore", ...files] })
      const { pid } = child
      child.once("error", (error) => resume(Effect.fail(error)))
      if (pid === undefined) return undefined
      child.once("exit", (code, signal) => {
        const ended =
          code === null ? Effect.fail(new Error(`it got the signal ${signal}`)) : Effect.succeed(code)
        resume(Effect.andThen(endGroup(pid), ended))
      })
      return endGroup(pid)
    } catch (error) {
      // An argument that no program can be given.
      resume(Effect.fail(error instanceof Error ? error : new Error(String(error))))
      return undefined
    } finally {
      for (const file of files) closeSync(file)
    }
  })

/** Ends what is left of a process group, and waits for that. */
const endGroup = (group: number): Effect.Effect<void> =>
  Effect.suspend(() => (isThere(group) ? Effect.promise(() => end(group)) : Effect.void))

const end = async (group: number): Promise<void> => {
  const start = performance.now()
  signal(group, "SIGTERM")
  while (isThere(group)) {
    const waited = performance.now() - start
    // What is left then are dead ones that their parent has not noticed yet.
    if (waited > grace.term + grace.kill) return
    if (waited > grace.term) signal(group, "SIGKILL")
    await sleep(period)
  }
}

const signal = (group: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-group, name)
  } catch {
    // Gone by itself.
  }
}

const isThere = (group: number): boolean => {
  try {
    return process.kill(-group, 0)
  } catch {
    return false
  }
}
