// The workspace of an attempt: the one folder that a running stage sees, and the programs it may start there.
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StageFailure } from "./outcome.ts"

/** How a program that was started has ended. */
export interface Ended {
  readonly code: number
  /** The last lines of its standard output and standard error. */
  readonly tail: string
}

/** How much of something is done, in a unit whose rate people ask for: a simulation's nanoseconds a day. */
export interface Amount {
  readonly done: number
  readonly unit: string
}

/** Takes how far an attempt is: 0 to 1, a few words such as `step 3000 of 20000`, and an amount whose rate counts. */
export type Tell = (fraction: number, words: string, amount?: Amount) => void

/** The folder of an earlier attempt, to go on from. */
export interface Earlier {
  readonly names: ReadonlyArray<string>
  /** Copies a file of it to this attempt's folder. */
  readonly take: (name: string) => Effect.Effect<void, StageFailure>
}

/** What a running stage may touch: files of its own folder, declared tools, the progress line. */
export class Workspace extends Context.Service<
  Workspace,
  {
    /** The attempt's folder, absolute. Each attempt has another one, so that nothing of it may go into an output. */
    readonly folder: string
    /** Writes a file of the attempt's folder. */
    readonly write: (name: string, content: string | Uint8Array) => Effect.Effect<void, StageFailure>
    /** Reads a file of the attempt's folder; fails with `ToolFailed` where a program should have left it. */
    readonly read: (name: string) => Effect.Effect<Uint8Array, StageFailure>
    readonly readText: (name: string) => Effect.Effect<string, StageFailure>
    /** The bytes of a file of the folder, in chunks, for what is large. */
    readonly stream: (name: string) => AsyncIterable<Uint8Array>
    readonly exists: (name: string) => Effect.Effect<boolean>
    /** Deletes a file of the folder, if it is there. */
    readonly remove: (name: string) => Effect.Effect<void>
    /**
     * Runs a declared tool in the folder to its end. Its standard output and error are kept as `NAME.out` and
     * `NAME.err`; `onOutput` sees the text as it comes. A non-zero exit is returned, not failed with: what it means is
     * the stage's to say.
     */
    readonly run: (
      tool: string,
      args: ReadonlyArray<string>,
      options?: { readonly name?: string; readonly onOutput?: (text: string) => void }
    ) => Effect.Effect<Ended, StageFailure>
    /** What a declared tool said it is. */
    readonly identity: (tool: string) => string
    /** The folder of an npm package that the project depends on, for packages that ship data beside their code. */
    readonly packageFolder: (name: string) => string
    /** Tells those who watch the run how far this attempt is. */
    readonly progress: Tell
    /** How many cores this attempt may use. */
    readonly cores: number
    /** What an earlier attempt at this node was killed over; undefined where there is nothing to go on from. */
    readonly earlier: Earlier | undefined
    /** Says that another attempt can go on from the files that are now in this folder. */
    readonly leaveCheckpoint: () => void
  }
>()("largo/Workspace") {}
