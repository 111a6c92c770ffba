// A tool: a program outside largo, found on this machine and known by what it says it is.

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
  readonly environment?: Readonly<Record<string, string>>
  /** What to type when it is missing. */
  readonly install: string
}

/** A tool that is not on this machine. */
export class MissingTool extends Error {
  readonly tool: string
  constructor(tool: Tool) {
    const problem = tool.problem?.() ?? "it was not found"
    super(`${tool.name}: ${problem}; it is needed for ${tool.purpose}. ${tool.install}`)
    this.name = "MissingTool"
    this.tool = tool.name
  }
}
