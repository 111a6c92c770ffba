// The workspace of a real attempt: a folder on disk and child processes in it.
import { createReadStream, createWriteStream, existsSync, rmSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, resolve, sep } from "node:path"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { Attempt } from "./Attempt.ts"
import { badInput, StageFailure, toolFailed } from "./outcome.ts"
import { mark, markOf } from "./processes.ts"
import type { Found } from "./Tool.ts"
import type { Workspace } from "./Workspace.ts"

const tailLength = 4000

/** Variables that programs need to start at all. Nothing else of the environment reaches them. */
const inherited = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"]

/** Makes the workspace of an attempt; `driver` is the process whose end ends the attempt. */
export const make = (
  attempt: Attempt,
  driver: number,
  progress: Workspace["Service"]["progress"]
): Effect.Effect<Workspace["Service"], never, ChildProcessSpawner> =>
  Effect.gen(function* () {
    const spawner = yield* ChildProcessSpawner
    const { folder } = attempt

    const pathOf = (name: string): string => {
      const path = resolve(folder, name)
      if (!path.startsWith(folder + sep))
        throw new RangeError(`"${name}" is not a file of the attempt's folder`)
      return path
    }
    const toolOf = (name: string): Found => {
      const tool = attempt.tools[name]
      if (tool === undefined) {
        throw new RangeError(`stage ${attempt.manifest.stage} did not declare the tool "${name}"`)
      }
      return tool
    }
    const read = (name: string): Effect.Effect<Uint8Array, StageFailure> =>
      Effect.tryPromise({
        try: () => readFile(pathOf(name)),
        catch: () =>
          toolFailed(`${name} was not left in the attempt's folder`, `see largo logs ${attempt.node}`)
      })

    return {
      folder,
      write: (name, content) =>
        Effect.try({
          try: () => writeFileSync(pathOf(name), content),
          catch: (cause) => unwritable(name, cause)
        }),
      read,
      readText: (name) => Effect.map(read(name), (bytes) => Buffer.from(bytes).toString("utf8")),
      stream: (name) => createReadStream(pathOf(name), { highWaterMark: 1 << 20 }),
      exists: (name) => Effect.sync(() => existsSync(pathOf(name))),
      remove: (name) => Effect.sync(() => rmSync(pathOf(name), { force: true })),
      run: (tool, args, options = {}) =>
        Effect.scoped(
          Effect.gen(function* () {
            const name = options.name ?? tool
            const env: Record<string, string> = {
              ...toolOf(tool).environment,
              LC_ALL: "C",
              TZ: "UTC",
              OMP_NUM_THREADS: String(attempt.cores),
              ...attempt.environment,
              [mark]: markOf(attempt.id, driver, attempt.store)
            }
            for (const variable of inherited) {
              const value = process.env[variable]
              if (value !== undefined) env[variable] = value
            }
            const child = yield* spawner.spawn(
              ChildProcess.make(toolOf(tool).path, args, {
                cwd: folder,
                env,
                extendEnv: false,
                stdin: "ignore",
                forceKillAfter: "2 seconds"
              })
            )
            let tail = ""
            const keep = (file: string, stream: typeof child.stdout) => {
              const log = createWriteStream(pathOf(file))
              return Stream.runForEach(Stream.decodeText(stream), (text) =>
                Effect.sync(() => {
                  tail = (tail + text).slice(-tailLength)
                  options.onOutput?.(text)
                  log.write(text)
                })
              ).pipe(Effect.andThen(Effect.promise(() => new Promise<void>((done) => log.end(done)))))
            }
            yield* Effect.all([keep(`${name}.out`, child.stdout), keep(`${name}.err`, child.stderr)], {
              concurrency: 2
            })
            const code = yield* child.exitCode
            return { code, tail }
          })
        ).pipe(
          Effect.mapError((cause) =>
            cause instanceof StageFailure
              ? cause
              : toolFailed(
                  `${tool} (${toolOf(tool).path}) did not end by itself: ${cause.message}`,
                  `see largo logs ${attempt.node}; if it ran out of memory, give the stage more`
                )
          )
        ),
      identity: (tool) => toolOf(tool).identity,
      packageFolder: (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      progress,
      cores: attempt.cores
    }
  })

const unwritable = (name: string, cause: unknown): StageFailure => {
  const problem = cause instanceof Error ? cause.message : String(cause)
  return problem.includes("ENOSPC")
    ? new StageFailure(
        "NodeFailed",
        `the disk is full: ${problem}`,
        "free space, or choose another disk with --store DIR"
      )
    : badInput(`${name} cannot be written: ${problem}`, "check the folder of the store")
}
