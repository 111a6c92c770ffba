// Kill -9 at random moments: of the driver, of its workers and programs, or of both, then a run that goes on.
import type { ChildProcess } from "node:child_process"
import path from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Ledger from "../../pipeline/Ledger.ts"
import * as processes from "../../pipeline/processes.ts"
import * as Store from "../../cache/Store.ts"
import { stream } from "../../kernels/random.ts"
import type { Random } from "../../kernels/random.ts"
import { emptied, entriesOf, faultsOf, live, quick, ranOf } from "./life.ts"
import { participant } from "./participants.ts"

export type Count = {
  kills: number
  driversKilled: number
  othersKilled: number
  runs: number
}

/** Each round has more to do than the one before. */
const paramsOf = (round: number) => ({ count: 2 + 2 * round, programs: 1 + round })

/** The processes that work for a driver on a store. */
const ofDriver = (store: string, driver: number): ReadonlyArray<number> =>
  processes
    .marked()
    .filter((marked) => marked.store === store && marked.driver === driver)
    .map(({ pid }) => pid)

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It was faster.
  }
}

/** How long a run goes on after its first worker was started, in ms: a kill comes at any moment of that. */
let span = 1000

/** Waits until a driver has a worker, or has ended. */
const firstWorker = async (store: string, driver: ChildProcess): Promise<void> => {
  while (driver.exitCode === null && driver.signalCode === null && ofDriver(store, driver.pid!).length === 0)
    await setTimeout(10)
}

/** Starts a run and kills what `random` says, when it says. */
const killOne = async (store: string, round: number, random: Random, count: Count): Promise<void> => {
  const job = { runs: [paramsOf(round)], seed: 0, workers: true, collects: false }
  const { process: driver, reports } = participant(store, job)
  const early = random.uniform() < 0.2
  if (!early) await firstWorker(store, driver)
  const began = performance.now()
  const waits = random.uniform() * span
  const what = random.below(3)
  await Promise.race([setTimeout(waits), reports])
  if (driver.exitCode === null && driver.signalCode === null) {
    const others = what === 0 ? [] : ofDriver(store, driver.pid!)
    const chosen = what === 1 && others.length > 0 ? [others[random.below(others.length)]] : others
    if (what !== 1) driver.kill("SIGKILL")
    for (const pid of chosen) kill(pid)
    if (what !== 1) count.driversKilled += 1
    count.othersKilled += chosen.length
    count.kills += 1
  }
  const ended = await reports
  count.runs += 1
  if (ended !== undefined && !early) span = 0.5 * span + 0.5 * (performance.now() - began)
}

/** A store on which run after run is killed, until one is left alone. */
export const killRuns = async (folder: string, seed: number, rounds: number, count: Count): Promise<void> => {
  const random = stream(seed, "kills")
  const store = emptied(path.join(folder, "store"))
  const problems: Array<string> = []
  let finished: ReadonlySet<string> = new Set()
  for (let round = 0; round < rounds; round += 1) {
    await killOne(store, round, random, count)
    const now = entriesOf(store)
    for (const key of finished) if (!now.has(key)) problems.push(`lost ${key}`)
    problems.push(...faultsOf(store, () => false))
    finished = now
  }
  const last = participant(store, { runs: [paramsOf(rounds)], seed: 0, workers: true, collects: false })
  const [report] = (await last.reports)!
  count.runs += 1
  const alone = await live(emptied(path.join(folder, "alone")), quick, { count: paramsOf(rounds).count }, 0)
  for (const [target, digest] of Object.entries(alone.summary.targets)) {
    if (target !== "loud" && report.targets[target] !== digest)
      problems.push(`${target} is ${report.targets[target]}`)
  }
  const unreached = Object.entries(report.targets).filter(([, digest]) => digest === null)
  if (unreached.length !== 1) problems.push(`not reached: ${unreached.map(([target]) => target).join(", ")}`)
  for (const key of ranOf(report.events)) if (finished.has(key)) problems.push(`did ${key} again`)
  const opened = Store.open(store, quick)
  const times = new Map<string, number>()
  for (const run of Ledger.list(opened)) {
    for (const key of ranOf(Ledger.events(opened, run))) times.set(key, (times.get(key) ?? 0) + 1)
  }
  for (const [key, n] of times) if (n > 1) problems.push(`${key} was done ${n} times`)
  problems.push(...faultsOf(store, () => false))
  const left = processes.marked().filter((marked) => marked.store === store)
  for (const { attempt, pid } of left) {
    problems.push(`process ${pid} of ${attempt} was left behind`)
    kill(pid)
  }
  if (problems.length > 0) throw new Error(`kills of seed ${seed}:\n  ${problems.join("\n  ")}`)
}

/** Cases of the torture: stores on which eight runs each are killed. */
export const run = async (
  from: number,
  to: number,
  folder: string,
  tell: (count: Count) => void
): Promise<Count> => {
  const count = { kills: 0, driversKilled: 0, othersKilled: 0, runs: 0 }
  for (let seed = from; seed < to; seed += 1) {
    await killRuns(folder, seed, 8, count)
    tell(count)
  }
  return count
}
