// Slurm's commands: sbatch, squeue, sacct, scancel, scontrol, and what their answers say.
import { execFile } from "node:child_process"

/** A job, or an element of an array, as the scheduler knows it. */
export interface JobRow {
  readonly name: string
  /** `RUN:KEY:ATTEMPT`; "" where accounting does not keep comments. */
  readonly comment: string
  /** Of the job, or of the whole array. */
  readonly id: string
  /** Element of the array; undefined for a job that is none. */
  readonly element: number | undefined
  /** In Slurm's words: PENDING, RUNNING, COMPLETED, NODE_FAIL, ... */
  readonly state: string
  readonly reason: string
  readonly node: string
}

/** How a submission ended: accepted, refused for good, or unknown (it may have been accepted all the same). */
export type Submitted =
  | { readonly _tag: "accepted"; readonly id: string }
  | { readonly _tag: "refused"; readonly words: string }
  | { readonly _tag: "unknown"; readonly words: string }

export interface Commands {
  readonly submit: (script: string, cwd: string) => Promise<Submitted>
  /** All jobs of these names, ended ones that are still remembered included; undefined where nobody answers. */
  readonly queue: (names: ReadonlyArray<string>) => Promise<ReadonlyArray<JobRow> | undefined>
  /** What accounting says of jobs; undefined where there is none. */
  readonly accounts: (ids: ReadonlyArray<string>) => Promise<ReadonlyArray<JobRow> | undefined>
  readonly cancel: (jobs: ReadonlyArray<string>) => Promise<boolean>
  /** What the scheduler would say to a script; nothing is submitted. */
  readonly test: (script: string) => Promise<{ readonly ok: boolean; readonly words: string }>
  /** A setting of the controller. */
  readonly setting: (name: string) => Promise<string | undefined>
}

interface Said {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Milliseconds that a command may take. */
const patience = 60_000

const call = (
  env: NodeJS.ProcessEnv,
  program: string,
  args: ReadonlyArray<string>,
  options: { readonly input?: string; readonly cwd?: string } = {}
): Promise<Said> =>
  new Promise((done) => {
    const settings = {
      env,
      timeout: patience,
      maxBuffer: 1 << 28,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd })
    }
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === "number" ? error.code : 1
      const words = error === null || stderr !== "" ? stderr : error.message
      done({ status, stdout, stderr: words })
    })
    child.stdin?.on("error", () => {}) // It ended before it had read all.
    child.stdin?.end(options.input ?? "")
  })

/** Answers to a submission after which it may be tried again, once it is sure that no job came of it. */
const passing =
  /timed out|Unable to contact|Connection refused|try again|temporarily|Zero Bytes|Transport endpoint|Communication|controller.*busy|Job submit limit|MaxSubmitJob|Slurm backup|credential|Protocol authentication|ETIMEDOUT|SIGTERM/i

/** Whether a refusal may pass by itself. */
export const isPassing = (words: string): boolean => passing.test(words)

const separator = "|"
const columns = ["%F", "%K", "%T", "%r", "%N", "%j", "%k"].join(separator)

/** Reads the answer of squeue. */
export const parseQueue = (text: string): ReadonlyArray<JobRow> =>
  text.split("\n").flatMap((line) => {
    const [id, element, state, reason, node, name, ...comment] = line.split(separator)
    if (name === undefined) return []
    return [{ id, element: elementOf(element), state, reason, node, name, comment: comment.join(separator) }]
  })

const elementOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

/** Reads the answer of sacct: `JobID|State|NodeList|JobName|Comment`. */
export const parseAccounts = (text: string): ReadonlyArray<JobRow> =>
  text.split("\n").flatMap((line) => {
    const [job = "", words = "", node = "", name, ...comment] = line.split(separator)
    const [, id, element] = /^(\d+)(?:_(\d+))?$/.exec(job) ?? []
    if (id === undefined || name === undefined) return []
    const [state, ...reason] = words.split(" ") // "CANCELLED by 1000"
    return [
      {
        id,
        element: elementOf(element),
        state,
        reason: reason.join(" "),
        node,
        name,
        comment: comment.join(separator)
      }
    ]
  })

/**
 * The commands of the Slurm that is on the PATH.
 * @param environment variables that differ from those of this process
 */
export const make = (environment: Readonly<Record<string, string>> = {}): Commands => {
  const env = { ...process.env, ...environment, SLURM_TIME_FORMAT: "standard" }
  let accounting = true
  return {
    submit: async (script, cwd) => {
      const { status, stderr, stdout } = await call(env, "sbatch", ["--parsable"], { input: script, cwd })
      const [, id] = /^(\d+)(?:;\S+)?\s*$/m.exec(stdout) ?? []
      if (status === 0 && id !== undefined) return { _tag: "accepted", id }
      const words = stderr.trim() || stdout.trim() || `sbatch ended with status ${status}`
      return isPassing(words) || status === 0 ? { _tag: "unknown", words } : { _tag: "refused", words }
    },
    queue: async (names) => {
      const args = [
        "--me",
        "--noheader",
        "--array",
        "--states=all",
        `--name=${names.join(",")}`,
        `--format=${columns}`
      ]
      const { status, stdout } = await call(env, "squeue", args)
      return status === 0 ? parseQueue(stdout) : undefined
    },
    accounts: async (ids) => {
      if (!accounting) return undefined
      const args = [
        "--noheader",
        "--parsable2",
        "--allocations",
        `--jobs=${ids.join(",")}`,
        "--format=JobID,State,NodeList,JobName%200,Comment%200"
      ]
      const { status, stderr, stdout } = await call(env, "sacct", args)
      if (/disabled|not found|ENOENT/i.test(stderr)) accounting = false
      return status === 0 && accounting ? parseAccounts(stdout) : undefined
    },
    cancel: async (jobs) => (await call(env, "scancel", jobs)).status === 0,
    test: async (script) => {
      const { status, stderr, stdout } = await call(env, "sbatch", ["--test-only"], { input: script })
      return { ok: status === 0, words: (stderr.trim() || stdout.trim()).replaceAll(/^sbatch: /gm, "") }
    },
    setting: async (name) => {
      const { stdout } = await call(env, "scontrol", ["show", "config"])
      return new RegExp(`^${name}\\s*=\\s*(\\S+)`, "m").exec(stdout)?.[1]
    }
  }
}
