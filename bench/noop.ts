// What a run costs that has nothing to do: plan, and run, of a cached graph of N nodes. Usage: noop.ts [N]...
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as Store from "../cache/Store.ts"
import * as Kind from "../schemas/Kind.ts"
import { each, pick, range } from "../pipeline/combinators.ts"
import type { Attempt } from "../pipeline/Attempt.ts"
import type { Executor, Report } from "../pipeline/Executor.ts"
import * as launch from "../pipeline/launch.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import * as Stage from "../pipeline/Stage.ts"

const Value = Kind.json("bench-value", Schema.Struct({ value: Schema.Finite }))

const first = Stage.make("bench-first", {
  module: import.meta.url,
  params: Schema.Struct({ index: Schema.Int }),
  inputs: {},
  outputs: { value: Value },
  run: ({ params: { index } }) => Effect.succeed({ value: { value: index } })
})

const next = Stage.make("bench-next", {
  module: import.meta.url,
  params: Schema.Struct({ depth: Schema.Int }),
  inputs: { value: Value },
  outputs: { value: Value },
  run: ({ inputs: { value } }) => Effect.succeed({ value })
})

const gather = Stage.make("bench-gather", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { rows: Stage.list({ value: Value }) },
  outputs: { value: Value },
  run: () => Effect.succeed({ value: { value: 0 } })
})

/** Chains of ten nodes, gathered by one. */
const chains = Pipeline.make("bench", { params: Schema.Struct({ nodes: Schema.Int }) }, ({ nodes }) => {
  const rows = each("chain", range(Math.floor((nodes - 1) / 10)), (index) => {
    let { value } = first({ index }, {})
    for (const depth of range(9)) value = next({ depth }, { value }).value
    return { value }
  })
  return gather({}, { rows: rows.map(pick("value")) })
})

/** Publishes what each attempt would have made, without a process. */
const pretend = (store: Store.Store): Effect.Effect<Executor> =>
  Effect.map(Queue.unbounded<Report>(), (reports) => ({
    reports,
    cancel: () => Effect.void,
    submit: (attempts) => Effect.sync(() => attempts.forEach((attempt) => publish(store, reports, attempt)))
  }))

const publish = (store: Store.Store, reports: Queue.Queue<Report>, attempt: Attempt): void => {
  const { codeFiles, key, manifest, node, run } = attempt
  const outputs = { value: store.contents.put(Buffer.from(JSON.stringify({ value: node }))) }
  const times = { wallSeconds: 0, cpuSeconds: 0, engineSeconds: 0 }
  const record = { run, attempt: attempt.id, host: "", startedAt: "", ...times }
  store.actions.publish({ key, node, manifest, codeFiles, outputs, big: [], logs: {}, record })
  const outcome = { _tag: "done", outputs, published: "First", ...times } as const
  Queue.offerUnsafe(reports, { _tag: "ended", attempt: attempt.id, outcome })
}

const file = import.meta.filename

const timed = async <A>(what: string, body: () => Promise<A>): Promise<A> => {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  const result = await body()
  const { system, user } = process.cpuUsage(cpu)
  const wall = (performance.now() - start).toFixed(0)
  console.log(
    `  ${what.padEnd(24)} ${wall.padStart(7)} ms  ${((user + system) / 1e3).toFixed(0).padStart(7)} ms of CPU`
  )
  return result
}

for (const nodes of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 10_000]) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-noop-"))
  const request = { pipeline: chains, file, params: { nodes }, store: folder }
  const executor = pretend(Store.open(folder))
  console.log(`${nodes} nodes`)
  const opened = await launch.open(request)
  await timed("first run, no processes", () => Effect.runPromise(launch.run(opened, { file, executor })))
  for (const round of ["", ", again"]) {
    await timed(`plan${round}`, () => launch.plan(request))
    const again = await timed(`open${round}`, () => launch.open(request))
    const did = await timed(`run${round}`, () => Effect.runPromise(launch.run(again, { file, executor })))
    if (did.summary.ran !== 0) throw new Error(`${did.summary.ran} nodes ran`)
  }
  console.log(`  memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`)
  fs.rmSync(folder, { recursive: true })
}
