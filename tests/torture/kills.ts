// Kill -9 at random moments: of the driver, of workers, of programs and their helpers, or of all, then a run that goes on.
import path from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Store from "../../cache/Store.ts"
import { stream } from "../../kernels/random.ts"
import type { Random } from "../../kernels/random.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import * as processes from "../../pipeline/processes.ts"
import { problemsOf, reference } from "./crash.ts"
import { emptied, entriesOf, faultsOf, quick, ranOf } from "./life.ts"
import { participant } from "./participants.ts"
import type { Torture } from "./Torture.ts"

export type Count = {
  kills: number
  drivers: number
  workers: number
  programs: number
  moments: number
  runs: number
  lost: number
  doneTwice: number
  orphans: number
}

export const noCount = (): Count => ({
  kills: 0,
  drivers: 0,
  workers: 0,
  programs: 0,
  moments: 0,
  runs: 0,
  lost: 0,
  doneTwice: 0,
  orphans: 0
})

/** Each round has more to do than the one before. */
const paramsOf = (round: number) => ({ count: 2 + round, programs: 4 + 4 * round })

const kill = (pid: number): boolean => {
  try {
    process.kill(pid, "SIGKILL")
    return true
  } catch {
    return false // It was faster.
  }
}

/** Who is killed at a moment; the driver now and then, so that a run is mostly killed more than once. */
const fates = [
  ...(["driver", "all", "worker", "workers", "program"] as const),
  ...(["program", "programs", "programs", "programs", "programs"] as const)
]

/** Kills some of what works for a driver on a store. Returns whether the driver is dead. */
const strike = (store: string, driver: number, random: Random, count: Count): boolean => {
  const fate = fates[random.below(fates.length)]
  const its = processes.marked().filter((marked) => marked.store === store && marked.driver === driver)
  const [workers, programs] = [true, false].map((is) =>
    its.filter(({ attempt }) => (attempt === "worker") === is).map(({ pid }) => pid)
  )
  const someOf = (pids: ReadonlyArray<number>) => (pids.length === 0 ? [] : [pids[random.below(pids.length)]])
  const victims = {
    driver: { drivers: [driver], workers: [], programs: [] },
    all: { drivers: [driver], workers, programs },
    worker: { drivers: [], workers: someOf(workers), programs: [] },
    workers: { drivers: [], workers, programs: [] },
    program: { drivers: [], workers: [], programs: someOf(programs) },
    programs: { drivers: [], workers: [], programs }
  }[fate]
  count.moments += 1
  for (const kind of ["drivers", "workers", "programs"] as const) {
    const killed = victims[kind].filter(kill).length
    count[kind] += killed
    count.kills += killed
  }
  return victims.drivers.length > 0
}

/** How long a driver may do nothing, in ms, until it is struck all the same. */
const patience = 60_000

/** One run, into which it strikes until the driver is dead, or until the run has come to its end all the same. */
const killOne = async (store: string, round: number, random: Random, count: Count): Promise<void> => {
  const job = { runs: [paramsOf(round)], seed: 0, workers: true, collects: false }
  const { process: driver, reports, steps } = participant(store, job)
  for (let dead = false; !dead;) {
    // Most often between two nodes or in one, now and then while the driver itself is starting.
    await Promise.race([steps(random.below(6)), setTimeout(random.uniform() < 0.02 ? 300 : patience)])
    await Promise.race([setTimeout(random.uniform() ** 2 * 200), reports])
    if (driver.exitCode !== null || driver.signalCode !== null) break
    dead = strike(store, driver.pid!, random, count)
  }
  await reports
  count.runs += 1
}

/** Keys that more than one run has done. */
const doneTwice = (store: string): ReadonlyArray<string> => {
  const opened = Store.open(store, quick)
  const times = new Map<string, number>()
  for (const run of Ledger.list(opened)) {
    for (const key of ranOf(Ledger.events(opened, run))) times.set(key, (times.get(key) ?? 0) + 1)
  }
  return [...times].flatMap(([key, n]) => (n > 1 ? [key] : []))
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
    const lost = [...finished].filter((key) => !now.has(key))
    count.lost += lost.length
    problems.push(...lost.map((key) => `lost ${key}`), ...faultsOf(store, () => false))
    finished = now
  }
  const params = paramsOf(rounds)
  const last = participant(store, { runs: [params], seed: 0, workers: true, collects: false })
  const [report] = (await last.reports)!
  count.runs += 1
  // What the programs give is known without running them.
  const expected = await reference(folder, { count: params.count })
  problems.push(...problemsOf(report, expected))
  const unreached = Object.entries(report.summary.targets).filter(([, digest]) => digest === null)
  if (unreached.length !== 1) problems.push(`not reached: ${unreached.map(([target]) => target).join(", ")}`)
  const again = [...ranOf(report.events).filter((key) => finished.has(key)), ...doneTwice(store)]
  count.doneTwice += again.length
  problems.push(...again.map((key) => `did ${key} again`), ...faultsOf(store, () => false))
  for (const { attempt, pid } of processes.marked().filter((marked) => marked.store === store)) {
    count.orphans += 1
    problems.push(`process ${pid} of ${attempt} was left behind`)
    kill(pid)
  }
  if (problems.length > 0) throw new Error(`kills of seed ${seed}:\n  ${problems.join("\n  ")}`)
}

/** Cases of the torture: stores on which twelve runs each are killed. */
export const begin: Torture["begin"] = async (folder) => {
  const count = noCount()
  return { one: (seed) => killRuns(folder, seed, 12, count), counts: () => ({ ...count }) }
}
