// Fills a store with what a run of the chains would leave, without a process or a flush: fill.ts STORE NODES [salt].
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Disk from "../../cache/Disk.ts"
import * as Store from "../../cache/Store.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import type { Executor, Report } from "../../pipeline/Executor.ts"
import * as launch from "../../pipeline/launch.ts"
import { chains } from "./graphs.ts"

/** Outputs repeat after so many, so that a million entries do not need a million blobs. */
const distinct = 200_000

/** Publishes what each attempt would have made. */
const pretend = (store: Store.Store): Effect.Effect<Executor> =>
  Effect.map(Queue.unbounded<Report>(), (reports) => ({
    reports,
    cancel: () => Effect.void,
    submit: (attempts) => Effect.sync(() => attempts.forEach((attempt) => publish(store, reports, attempt)))
  }))

let count = 0

const publish = (store: Store.Store, reports: Queue.Queue<Report>, attempt: Attempt): void => {
  const { codeFiles, key, manifest, node, run } = attempt
  count += 1
  const outputs = { value: store.contents.put(Buffer.from(`{"value":${count % distinct}}`)) }
  const times = { wallSeconds: 0.1, cpuSeconds: 0.1, engineSeconds: 0 }
  const record = { run, attempt: attempt.id, host: "bench", startedAt: "2026-01-01T00:00:00.000Z", ...times }
  store.actions.publish({ key, node, manifest, codeFiles, outputs, big: [], logs: {}, record })
  const outcome = { _tag: "done", outputs, published: "First", ...times } as const
  Queue.offerUnsafe(reports, { _tag: "ended", attempt: attempt.id, outcome })
}

const file = new URL("graphs.ts", import.meta.url).pathname

/** Fills a store for the chains of so many nodes. Returns CPU seconds that the driver took. */
export const fill = async (folder: string, nodes: number, salt = 0): Promise<number> => {
  const opened = await launch.open({ pipeline: chains, file, params: { nodes, salt }, store: folder })
  const executor = pretend(Store.open(folder, { ...Disk.real, fsync: () => {} }))
  const { timings } = await Effect.runPromise(launch.run(opened, { file, executor }))
  return timings.engineSeconds
}

if (import.meta.main) {
  const [folder = "", nodes = "1001", salt = "0"] = process.argv.slice(2)
  const seconds = await fill(folder, Number(nodes), Number(salt))
  console.log(`${nodes} nodes filled, ${seconds.toFixed(1)} CPU s`)
}
