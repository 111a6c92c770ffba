// An executor that carries attempts out in this process, in random order: fast enough for thousands of runs a minute.
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Store } from "../../cache/Store.ts"
import type { Random } from "../../kernels/random.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import type { Executor, Report } from "../../pipeline/Executor.ts"
import { perform } from "../../pipeline/perform.ts"

/** Makes the executor. `atOnce` attempts interleave; which of those that wait is next, `random` decides. */
export const make = (store: Store, random: Random, atOnce: number): Effect.Effect<Executor> =>
  Effect.map(Queue.unbounded<Report>(), (reports) => {
    const waiting: Array<Attempt> = []
    const cancelled = new Set<string>()
    let running = 0
    const carryOut = async (attempt: Attempt): Promise<void> => {
      Queue.offerUnsafe(reports, { _tag: "started", attempt: attempt.id, at: 0 })
      const outcome = await Effect.runPromise(perform(store, attempt, process.pid, () => {}))
      running -= 1
      if (!cancelled.has(attempt.id))
        Queue.offerUnsafe(reports, { _tag: "ended", attempt: attempt.id, outcome })
      fill()
    }
    const fill = (): void => {
      while (running < atOnce && waiting.length > 0) {
        running += 1
        const [attempt] = waiting.splice(random.below(waiting.length), 1)
        void carryOut(attempt)
      }
    }
    return {
      reports,
      submit: (attempts) =>
        Effect.sync(() => {
          waiting.push(...attempts)
          fill()
        }),
      cancel: (ids) =>
        Effect.sync(() => {
          for (const id of ids) cancelled.add(id)
          waiting.splice(0, waiting.length, ...waiting.filter(({ id }) => !cancelled.has(id)))
        })
    }
  })
