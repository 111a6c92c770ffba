// An executor: where attempts are carried out. This machine is one, a cluster's scheduler another.
import type * as Effect from "effect/Effect"
import type * as Queue from "effect/Queue"
import type { Attempt } from "./Attempt.ts"
import type { Outcome } from "./outcome.ts"
import type { Amount } from "./Workspace.ts"

/** What becomes of attempts after they were submitted; a note is for the person who watches. */
export type Report =
  | { readonly _tag: "started"; readonly attempt: string; readonly at: number }
  | {
      readonly _tag: "progress"
      readonly attempt: string
      readonly fraction: number
      readonly words: string
      readonly amount?: Amount
    }
  | { readonly _tag: "note"; readonly words: string }
  | { readonly _tag: "ended"; readonly attempt: string; readonly outcome: Outcome }

export interface Executor {
  /**
   * Takes attempts in batches; it decides itself when each of them has room. An executor whose attempts outlive it may
   * find that one with the same key still runs, and report how that ends in place of starting another.
   */
  readonly submit: (attempts: ReadonlyArray<Attempt>) => Effect.Effect<void>
  readonly reports: Queue.Dequeue<Report>
  /** Ends attempts, their whole process trees included; ended ones send no report. */
  readonly cancel: (ids: ReadonlyArray<string>) => Effect.Effect<void>
}
