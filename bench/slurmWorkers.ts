// How much of their time the workers of a Slurm allocation are idle: COUNT tasks of SECONDS each, WORKERS at once.
//
// `node bench/slurmWorkers.ts [COUNT] [SECONDS] [WORKERS]`, with Slurm's commands on the PATH. The control beside it is the
// same tasks in as many shells that have nothing else to do.
import { spawn } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Site from "../executors/Site.ts"
import * as Slurm from "../executors/Slurm.ts"
import * as launch from "../pipeline/launch.ts"
import { naps } from "./naps.ts"

const [count = 1000, seconds = 1, workers = 4] = process.argv.slice(2).map(Number)
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-bench-"))
const idle = (from: number, to: number): string =>
  `${(100 * (1 - (count * seconds) / (workers * ((to - from) / 1000)))).toFixed(1)} % idle`
const begin = Date.now()
const loop = `for i in $(seq ${count / workers}); do sleep ${seconds}; done`
await Promise.all(Array.from({ length: workers }, () => once(spawn("sh", ["-c", loop]), "exit")))
console.log(`${workers} shells: ${idle(begin, Date.now())}`)

const site = Site.parse({ slurm: { poll: 2, workers: { count: workers, memory: "300 MB" } } }, "the bench")
const file = path.join(import.meta.dirname, "naps.ts")
const opened = await launch.open({
  pipeline: naps,
  file,
  params: { count, seconds },
  store: path.join(folder, "store")
})
const executor = Slurm.make(opened.session.store, site)
const { summary } = await Effect.runPromise(launch.run(opened, { file, executor }))
// What the workers themselves wrote down: the driver hears of it only now and then.
const { actions } = opened.session.store
const records = [...actions.list()].map((key) => actions.lookup(key)!.record)
const first = Math.min(...records.map(({ startedAt }) => Date.parse(startedAt)))
const last = Math.max(
  ...records.map(({ startedAt, wallSeconds }) => Date.parse(startedAt) + 1000 * wallSeconds)
)
console.log(
  `${workers} workers: ${idle(first, last)} (${summary.ran} of ${count} ran in ${((last - first) / 1000).toFixed(1)} s)`
)
fs.rmSync(folder, { recursive: true, force: true })
