// Whether a failed node is tried again, and with what: a pure function of the history of its attempts.
import type { FailureClass } from "./outcome.ts"

/** One failed try. */
export interface Try {
  readonly outcome: FailureClass
  /** Mebibytes that it had. */
  readonly memory: number
  /** Whether trying again in the same run is in vain, whatever the class. */
  readonly futile: boolean
  /** The machine that it ran on, where there are several. */
  readonly node?: string | undefined
  /** Whether it left a checkpoint that is further than the one it began with. */
  readonly further?: boolean
}

/** The next try, or none. */
export type Next = { readonly _tag: "stop" } | Again

export interface Again {
  readonly _tag: "again"
  /** Mebibytes. */
  readonly memory: number
  /** Machines to stay away from. */
  readonly avoid: ReadonlyArray<string>
}

const mostTries = 3

/**
 * On from the checkpoint for as long as each try comes further; where none does, three tries in all: more memory after `OutOfMemory`,
 * elsewhere after `NodeFailed`, the same again after `Preempted`, never again after what would only repeat. A walltime that was too short is the user's to change.
 * @param history all tries so far, the latest last
 */
export const next = (history: ReadonlyArray<Try>): Next => {
  const last = history.at(-1)
  const inVain = history.filter(({ further }) => further !== true).length
  if (last === undefined || last.futile || inVain >= mostTries) return { _tag: "stop" }
  const failed = history.flatMap(({ node, outcome }) =>
    outcome === "NodeFailed" && node !== undefined && node !== "" ? [node] : []
  )
  const avoid = [...new Set(failed)]
  switch (last.outcome) {
    case "OutOfMemory":
      return { _tag: "again", memory: last.memory * 2, avoid }
    case "NodeFailed":
    case "Preempted":
      return { _tag: "again", memory: last.memory, avoid }
    case "TimeLimit":
      return last.further === true ? { _tag: "again", memory: last.memory, avoid } : { _tag: "stop" }
    default:
      return { _tag: "stop" }
  }
}
