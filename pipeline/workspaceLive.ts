// The workspace of a real attempt: a folder on disk and child processes in it.
import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { copyFile, readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join, resolve, sep } from "node:path"
import * as Effect from "effect/Effect"
import type { Attempt } from "./Attempt.ts"
import { followFiles } from "./followFiles.ts"
import { badInput, diskFailure, StageFailure, toolFailed } from "./outcome.ts"
import { mark, markOf } from "./processes.ts"
import { runProgram } from "./runProgram.ts"
import type { Found } from "./Tool.ts"
import type { Earlier, Workspace } from "./Workspace.ts"

const tailLength = 4000

/** Variables that programs need to start at all. Nothing else of the environment reaches them. */
const inherited = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"]

/**
 * Makes the workspace of an attempt. Its folder is made when it is first asked for: most stages of numbers never do.
 * @param driver the process whose end ends the attempt
 * @param checkpoint the folder of an attempt to go on from, and how to say that there is one now
 */
export const make = (
  attempt: Attempt,
  driver: number,
  progress: Workspace["Service"]["progress"],
  checkpoint: { readonly latest: () => string | undefined; readonly leave: () => void }
): Workspace["Service"] => {
  let isMade = false
  const folderOf = (): string => {
    if (!isMade) mkdirSync(attempt.folder, { recursive: true })
    isMade = true
    return attempt.folder
  }
  const pathOf = (name: string): string => {
    const folder = folderOf()
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
  const environmentOf = (tool: Found): Record<string, string> => {
    const env: Record<string, string> = {
      ...tool.environment,
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
    return env
  }
  const read = (name: string): Effect.Effect<Uint8Array, StageFailure> =>
    Effect.tryPromise({
      try: () => readFile(pathOf(name)),
      catch: () =>
        toolFailed(`${name} was not left in the attempt's folder`, `see largo logs ${attempt.node}`)
    })

  return {
    get folder() {
      return folderOf()
    },
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
    run: (name, args, options = {}) =>
      Effect.suspend(() => {
        const tool = toolOf(name)
        const [out, err] = ["out", "err"].map((kind) => pathOf(`${options.name ?? name}.${kind}`))
        const { onOutput } = options
        const stop = onOutput === undefined ? () => {} : followFiles([out, err], onOutput)
        const program = { path: tool.path, args, cwd: attempt.folder, env: environmentOf(tool), out, err }
        return runProgram(program).pipe(
          Effect.ensuring(Effect.sync(stop)),
          Effect.map((code) => ({ code, tail: tailOf(out, err) })),
          Effect.mapError(({ message }) => unended(`${name} (${tool.path})`, message, attempt.node))
        )
      }),
    identity: (tool) => toolOf(tool).identity,
    packageFolder: (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
    progress,
    cores: attempt.cores,
    get earlier() {
      const folder = checkpoint.latest()
      return folder === undefined ? undefined : earlierIn(folder, pathOf)
    },
    leaveCheckpoint: checkpoint.leave
  }
}

/** The last of what a program wrote: standard output, then standard error, which keeps half of the room if it needs it. */
const tailOf = (out: string, err: string): string => {
  const said = endOf(err, tailLength)
  const room = tailLength - Math.min(said.length, tailLength / 2)
  return (endOf(out, room) + said).slice(-tailLength)
}

const endOf = (path: string, length: number): string => {
  const fd = openSync(path, "r")
  try {
    const { size } = fstatSync(fd)
    const buffer = Buffer.alloc(Math.min(size, length))
    const count = readSync(fd, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString("utf8", 0, count)
  } finally {
    closeSync(fd)
  }
}

const earlierIn = (folder: string, pathOf: (name: string) => string): Earlier => ({
  names: readdirSync(folder),
  take: (name) =>
    Effect.tryPromise({
      // A copy: whoever left the file may still run, and write to it.
      try: () => copyFile(join(folder, name), pathOf(name), constants.COPYFILE_FICLONE),
      catch: (cause) => unwritable(name, cause)
    })
})

/** Why a program has no exit status: it could not be started, or a signal ended it. */
const unended = (program: string, problem: string, node: string): StageFailure => {
  const message = `${program} did not end by itself: ${problem}`
  const signal = /signal (SIG\w+)/.exec(problem)?.[1] ?? ""
  // Nobody but a system that lacks memory kills so.
  if (signal === "SIGKILL")
    return new StageFailure("OutOfMemory", message, "give the stage more memory, or run fewer with --jobs")
  if (/^SIG(TERM|HUP|INT)$/.test(signal)) return new StageFailure("NodeFailed", message, "run again")
  return toolFailed(message, `see largo logs ${node}`)
}

const unwritable = (name: string, cause: unknown): StageFailure =>
  diskFailure(cause) ??
  badInput(
    `${name} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    "check the folder of the store"
  )
