// How an attempt at a node ends: done, or one of the failures of infrastructure and bugs.
import type { Published } from "../cache/ActionCache.ts"
import type { Blob } from "../cache/ContentStore.ts"
import { errorCode } from "../cache/Disk.ts"

/** The classes of failure. A verdict of the science is none of them: it is a value that a stage publishes. */
export type FailureClass =
  | "OutOfMemory"
  | "TimeLimit"
  | "NodeFailed"
  | "Preempted"
  | "ToolFailed"
  | "BadInput"
  | "BrokenOutput"

/** What a stage fails with: the class, what happened with its numbers, and what to do or type next. */
export class StageFailure extends Error {
  readonly outcome: FailureClass
  readonly fix: string
  /** Whether another try in the same run is bound to fail as well. */
  readonly futile: boolean
  constructor(outcome: FailureClass, message: string, fix: string, futile = false) {
    super(message)
    this.name = outcome
    this.outcome = outcome
    this.fix = fix
    this.futile = futile
  }
}

/** A program ended badly or wrote what cannot be used. */
export const toolFailed = (message: string, fix: string): StageFailure =>
  new StageFailure("ToolFailed", message, fix)

/** An input or param that this stage cannot work on. */
export const badInput = (message: string, fix: string): StageFailure =>
  new StageFailure("BadInput", message, fix)

/** The failure where an error is trouble of the disk, of which the node knows nothing; else undefined. */
export const diskFailure = (error: unknown): StageFailure | undefined => {
  const code = errorCode(error)
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new StageFailure(
      "NodeFailed",
      `the disk is full (${code})`,
      "free space or run largo cache gc, or choose another disk with --store DIR, then run again"
    )
  }
  if (code === "EFBIG") {
    const message = "a file became larger than this shell or disk allows (EFBIG)"
    return new StageFailure("NodeFailed", message, "raise the limit (ulimit -f), then run again")
  }
  return code !== undefined && /^(EIO|EMFILE|ENFILE|ESTALE|EROFS|EACCES)$/.test(code)
    ? new StageFailure("NodeFailed", String(error), "look at the disk of the store, then run again")
    : undefined
}

/** What code threw instead of failing with: a bug of it, or the disk. `what` names the code. */
export const defect = (what: string, error: unknown, fix: string): StageFailure => {
  const failure = diskFailure(error)
  if (failure !== undefined) return failure
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new StageFailure("BrokenOutput", `${what} threw: ${text}`, fix)
}

/** The end of an attempt, as data. */
export type Outcome =
  | {
      readonly _tag: "done"
      readonly outputs: Readonly<Record<string, Blob>>
      readonly published: Published["_tag"]
      readonly wallSeconds: number
      readonly cpuSeconds: number
      readonly engineSeconds: number
    }
  | {
      /** Inputs whose bytes were missing or damaged: their producers have to run again first. */
      readonly _tag: "lost"
      readonly digests: ReadonlyArray<string>
    }
  | {
      readonly _tag: "failed"
      readonly outcome: FailureClass
      readonly message: string
      readonly fix: string
      /** Set where another try in the same run is bound to fail as well. */
      readonly futile?: true
      readonly logs: Readonly<Record<string, Blob>>
      /** The attempt's folder, kept for a look. */
      readonly folder: string
      /** The machine that it failed on, where there are several. */
      readonly node?: string
    }

/** Failures that depend on the node alone and would only repeat. */
export const repeats = (outcome: FailureClass): boolean =>
  outcome === "ToolFailed" || outcome === "BadInput" || outcome === "BrokenOutput"
