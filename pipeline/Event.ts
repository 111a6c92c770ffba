// The events of a run. Terminal, log, page and report only fold over them.
import type { Blob } from "../cache/ContentStore.ts"
import type { FailureClass } from "./outcome.ts"
import type { Amount } from "./Workspace.ts"

/** The closing count of a run. */
export interface Summary {
  readonly ran: number
  readonly cached: number
  readonly restored: number
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
  /** Target -> digest, or null where it was not reached. */
  readonly targets: Readonly<Record<string, string | null>>
}

/** Where the CPU seconds of a run went. */
export interface Timings {
  /** Inside `stage.run`, programs included. */
  readonly stageSeconds: number
  /** Workers around it, and the driver. */
  readonly engineSeconds: number
}

export type Event = { readonly at: string } & (
  | {
      readonly _tag: "RunStarted"
      readonly run: string
      readonly pipeline: string
      readonly file: string
      readonly params: Readonly<Record<string, unknown>>
      readonly host: string
      readonly pid: number
      readonly version: string
      /** The stages that are known from the start, in the order in which the pipeline calls them. */
      readonly stages?: ReadonlyArray<string>
      /** How many cores attempts may use at once, where the executor has a limit. */
      readonly cores?: number
    }
  | { readonly _tag: "Cached"; readonly stages: Readonly<Record<string, number>> }
  | {
      readonly _tag: "Planned"
      /** How many more nodes of a stage are to run than was known before; fewer where some turn out cached or skipped. */
      readonly stages: Readonly<Record<string, number>>
      /** Whether values that are still to come will add nodes of which nobody knows yet. */
      readonly grows?: boolean
    }
  | {
      readonly _tag: "Queued"
      readonly node: string
      readonly stage: string
      readonly key: string
      readonly why: string
      readonly attempt: string
      readonly n: number
      readonly cores?: number
    }
  | { readonly _tag: "Note"; readonly message: string }
  | { readonly _tag: "Started"; readonly node: string; readonly attempt: string }
  | {
      readonly _tag: "Progress"
      readonly node: string
      readonly fraction: number
      readonly words: string
      readonly amount?: Amount
    }
  | {
      readonly _tag: "Done"
      readonly node: string
      readonly stage: string
      readonly key: string
      readonly restored: boolean
      readonly wallSeconds: number
      readonly cpuSeconds: number
      readonly engineSeconds: number
    }
  | { readonly _tag: "Finding"; readonly node: string; readonly key: string; readonly message: string }
  | {
      readonly _tag: "Failed"
      readonly node: string
      readonly stage: string
      readonly key: string
      readonly outcome: FailureClass
      readonly message: string
      readonly fix: string
      readonly logs: Readonly<Record<string, Blob>>
      /** Whether it is tried again in this run. */
      readonly retried: boolean
      /** Remembered from an earlier run, not tried in this one. */
      readonly remembered: boolean
    }
  | { readonly _tag: "Skipped"; readonly node: string; readonly because: string }
  | {
      readonly _tag: "RunEnded"
      readonly how: "finished" | "interrupted"
      readonly summary: Summary
      readonly timings: Timings
    }
)

/** What of an event is progress, of which only the latest of each node counts. */
export type Progress = Extract<Event, { readonly _tag: "Progress" }>

/** An event before its time is written on it. */
export type Draft = Event extends infer E ? (E extends Event ? Omit<E, "at"> : never) : never
