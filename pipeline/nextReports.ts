// Waits for what an executor reports.
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Executor, Report } from "./Executor.ts"

/** The reports that have come; waits for the first one, but no longer than `patience`, in ms. */
export const nextReports = (
  { reports }: Executor,
  patience: number | undefined
): Effect.Effect<ReadonlyArray<Report>> =>
  patience === undefined
    ? Queue.takeAll(reports)
    : // Looking takes nothing away, so that no report is lost where the time is up at the same moment.
      Queue.peek(reports).pipe(
        Effect.raceFirst(Effect.sleep(patience)),
        Effect.andThen(Queue.clear(reports)),
        Effect.orDie
      )
