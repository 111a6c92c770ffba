// The Slurm executor: attempts run in jobs of a cluster, and go on when this process ends.
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Scope } from "effect/Scope"
import * as Lease from "../cache/Lease.ts"
import type { Store } from "../cache/Store.ts"
import type { Executor, Report } from "../pipeline/Executor.ts"
import type { Site } from "./Site.ts"
import * as commands from "./slurm/commands.ts"
import { Dispatcher } from "./slurm/Dispatcher.ts"

/**
 * Starts the executor on a store that all nodes of the cluster see under the same path. Closing its scope leaves what
 * runs to the next one that is started on that store, which goes on from there.
 *
 * @param environment variables of Slurm's commands that differ from those of this process
 */
export const make = (
  store: Store,
  site: Site,
  environment: Readonly<Record<string, string>> = {}
): Effect.Effect<Executor, never, Scope> =>
  Effect.gen(function* () {
    const reports = yield* Queue.unbounded<Report>()
    const leases = yield* Effect.acquireRelease(
      Effect.sync(() => Lease.open(store.disk, store.root)),
      ({ close }) => Effect.sync(close)
    )
    const dispatcher = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new Dispatcher({
            store,
            site,
            leases,
            commands: commands.make(environment),
            report: (report) => Queue.offerUnsafe(reports, report),
            cwd: process.cwd()
          })
      ),
      (dispatcher) => Effect.promise(() => dispatcher.close())
    )
    return {
      reports,
      submit: (attempts) => Effect.sync(() => dispatcher.submit(attempts)),
      cancel: (ids) => Effect.promise(() => dispatcher.cancel(new Set(ids)))
    }
  })
