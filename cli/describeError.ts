// What to tell a person about an error: what happened, what to type next, and the exit status.

/** An error in words. */
export interface Described {
  /** The name of the error's class. */
  readonly name: string
  readonly message: string
  /** Every problem with its path, where there are several. */
  readonly problems: ReadonlyArray<string>
  /** What to type or change next, or "". */
  readonly fix: string
  /** 2 for what the user has to mend before anything can run, 1 for what broke on the way. */
  readonly status: 1 | 2
  /** Where in the code it came from; only for errors that nobody foresaw. */
  readonly stack: string
}

/** Errors whose own message says what is wrong, and what to do about them where they do not say it themselves. */
const foreseen: Readonly<Record<string, string>> = {
  BadParams: "correct these params (--set NAME=VALUE or --params FILE), and type the command again",
  DamagedPin: "type: largo cache ls --pins",
  BadLock: "mend that file, or take it from version control again, and type the command again",
  BadSite: "mend largo.config.ts; docs/cluster.md has an example",
  DuplicateStage: "rename one of them, and type the command again",
  GraphError: "correct the name or the pipeline; largo graph PIPELINE draws what there is",
  MissingTool: "type: largo doctor",
  OpaqueCode: "mend that file, and type the command again",
  UnknownCode: "mend that file, and type the command again",
  UnknownStore: "choose another folder with --store DIR",
  UsageError: ""
}

/** Whether an error is one that largo itself raises and explains. */
export const isForeseen = (error: unknown): boolean =>
  error instanceof Error && Object.hasOwn(foreseen, error.name)

const disk: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  ENOSPC: [
    "the disk is full",
    "free space, run largo cache gc --max-size SIZE, or choose another disk with --store DIR"
  ],
  EDQUOT: ["your quota on this disk is used up", "free space, or choose another disk with --store DIR"],
  ESTALE: [
    "the file server lost a file that was open",
    "run again; if it stays, look at the disk of the store"
  ],
  EROFS: ["the disk is read-only", "choose another folder with --store DIR"],
  EACCES: [
    "a file or folder may not be used",
    "mend its permissions, or choose another folder with --store DIR"
  ],
  EPERM: [
    "a file or folder may not be used",
    "mend its permissions, or choose another folder with --store DIR"
  ],
  ENOTDIR: ["a file stands where a folder is needed", "choose another folder with --store DIR"],
  EIO: ["the disk failed", "look at the disk of the store, then run again"],
  EMFILE: ["too many files are open", "raise the limit with ulimit -n, then run again"]
}

export const describeError = (error: unknown): Described => {
  const none = { problems: [], fix: "", stack: "" }
  if (!(error instanceof Error)) return { ...none, name: "Error", message: String(error), status: 1 }
  const { message, name } = error
  const fix = foreseen[name]
  if (fix !== undefined) {
    const problems = "problems" in error && Array.isArray(error.problems) ? error.problems.map(String) : []
    const said = "fix" in error && typeof error.fix === "string" && error.fix !== "" ? error.fix : fix
    return { name, message, problems, fix: said, status: 2, stack: "" }
  }
  const known = disk[codeOf(error)]
  if (known !== undefined) {
    return { ...none, name, message: `${known[0]}: ${message}`, fix: known[1], status: 1 }
  }
  return { ...none, name, message, status: 1, stack: error.stack ?? "" }
}

const codeOf = (error: Error): string => {
  if ("code" in error && typeof error.code === "string") return error.code
  return "errno" in error ? String(error.errno) : ""
}
