// A tool: a program outside largo, found on this machine and known by what it says it is.
import { execFile } from "node:child_process"
import { accessSync, constants, statSync } from "node:fs"
import { delimiter, isAbsolute, join, resolve } from "node:path"
import { promisify } from "node:util"

/** A tool as found: where it is, and the identity that goes into keys. */
export interface Found {
  readonly path: string
  /** Version, build and packages, in the tool's own words: another identity gives other numbers. */
  readonly identity: string
  /** Variables that it needs to run well; they change no result. */
  readonly environment: Readonly<Record<string, string>>
}

/** A program that stages start by name. */
export interface Tool {
  readonly name: string
  /** What it is needed for, in the words of `largo doctor`. */
  readonly purpose: string
  /** Where the program is, or undefined. It must not start the program. */
  readonly locate: () => string | undefined
  /** Why there is none, where more can be said than "not found". */
  readonly problem?: () => string | undefined
  /** Asks the program at a path what it is. Costs up to 0.5 s: the answer is remembered by path, size, mtime and inode. */
  readonly identify: (path: string) => Promise<string>
  /** What `identify` asks: the answer to another question is not remembered for this one. */
  readonly question?: string
  /**
   * Files and folders that decide what it is besides the program itself, such as the folder of a Python's packages:
   * when one of them changes, it is asked again.
   */
  readonly watch?: (path: string) => ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  /** What to type when it is missing. */
  readonly install: string
  /** Set where it is needed for a choice that is not the default: to lack it is no defect of a machine. */
  readonly optional?: true
}

/**
 * A program as a tool: found on the PATH, known by what it prints about itself.
 * The text has to name all that decides its results: the version of an interpreter does not tell those of its packages.
 */
export const program = (spec: {
  readonly name: string
  /** Its name on the PATH, or a path (something with a slash) to it; its own name where it is left out. */
  readonly locate?: string
  /** What makes it print its version, on standard output or standard error. */
  readonly versionArgs?: ReadonlyArray<string>
  readonly purpose?: string
  readonly install?: string
  readonly watch?: Tool["watch"]
  readonly environment?: Tool["environment"]
}): Tool => {
  const { environment = {}, install, locate = spec.name, name, purpose, watch } = spec
  const args = spec.versionArgs ?? ["--version"]
  const file = locate.includes("/") ? resolve(locate) : undefined
  return {
    name,
    purpose: purpose ?? "stages that run it",
    locate: () => (file === undefined ? onPath(locate) : isProgram(file) ? file : undefined),
    problem: () => (file === undefined ? `no ${locate} is on the PATH` : `there is no program ${file}`),
    identify: async (path) => {
      const env = { ...process.env, LC_ALL: "C", ...environment }
      const { stderr, stdout } = await execute(path, args, { env, maxBuffer: 1 << 24 })
      const said = stdout.trim() || stderr.trim()
      if (said === "") throw new Error(`it printed nothing when asked with ${args.join(" ")}`)
      return said
    },
    question: args.join(" "),
    ...(watch === undefined ? {} : { watch }),
    environment,
    install: install ?? "Install it."
  }
}

const execute = promisify(execFile)

const onPath = (name: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isProgram)

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** A tool that is not on this machine, or that does not say what it is. */
export class MissingTool extends Error {
  readonly tool: string
  constructor(tool: Tool, problem = tool.problem?.() ?? "it was not found") {
    super(`${tool.name}: ${problem}; it is needed for ${tool.purpose}. ${tool.install}`)
    this.name = "MissingTool"
    this.tool = tool.name
  }
}
