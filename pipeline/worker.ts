// The entry point of worker processes: takes attempts one after another and reports how they end.
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Store from "../cache/Store.ts"
import type { Attempt } from "./Attempt.ts"
import type { Report } from "./Executor.ts"
import type { Outcome } from "./outcome.ts"
import { perform } from "./perform.ts"
import { killMarked, ownDriver } from "./processes.ts"
import type { Tell } from "./Workspace.ts"

/** What the driver says to a worker. */
export type Order = { readonly _tag: "perform"; readonly attempt: Attempt } | { readonly _tag: "cancel" }

/** What a worker says to the driver. */
export type Answer =
  | Extract<Report, { readonly _tag: "progress" }>
  | { readonly _tag: "ended"; readonly attempt: string; readonly outcome: Outcome }

const stores = new Map<string, Store.Store>()
const driver = ownDriver()
let running: AbortController | undefined
let idle: NodeJS.Timeout | undefined

const say = (answer: Answer): void => void process.send?.(answer)

const storeAt = (root: string): Store.Store => {
  let store = stores.get(root)
  if (store === undefined) stores.set(root, (store = Store.open(root)))
  return store
}

const carryOut = async (attempt: Attempt): Promise<void> => {
  running = new AbortController()
  let told = 0
  const progress: Tell = (fraction, words, amount) => {
    const now = performance.now()
    if (now - told < 100) return
    told = now
    say({
      _tag: "progress",
      attempt: attempt.id,
      fraction,
      words,
      ...(amount === undefined ? {} : { amount })
    })
  }
  const exit = await Effect.runPromiseExit(
    Effect.suspend(() => perform(storeAt(attempt.store), attempt, driver, progress)),
    { signal: running.signal }
  )
  running = undefined
  if (Exit.isSuccess(exit)) {
    clearTimeout(idle)
    idle = setTimeout(flush, 500)
    say({ _tag: "ended", attempt: attempt.id, outcome: exit.value })
  } else {
    // Programs that moved to a session of their own did not get the signal to their group.
    killMarked(({ attempt: id }) => id === attempt.id)
    leave() // Cancelled: nobody waits for this worker any more.
  }
}

/** Results of the last seconds, by name; whoever is killed before has lost none, unless the power goes too. */
const flush = (): void => {
  try {
    for (const store of stores.values()) store.flush()
  } catch {
    // The disk is in trouble, of which the next attempt will tell.
  }
}

const leave = (): void => {
  flush()
  process.exit(0)
}

/** Ends the attempt, its programs included, and then this process. */
const stop = (): void => {
  if (running === undefined) leave()
  else running.abort()
}

process.on("message", (order: Order) => {
  if (order._tag === "cancel") stop()
  else void carryOut(order.attempt)
})
// The driver has ended, however suddenly.
process.on("disconnect", stop)
process.on("SIGTERM", stop)
// Ctrl-C reaches the whole terminal group; the driver decides what it means.
process.on("SIGINT", () => {})
