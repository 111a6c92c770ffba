// Many processes at once on one store, with the same and with different pipelines, while others collect.
import path from "node:path"
import { ranOf, emptied, faultsOf, live, quick, steady } from "./life.ts"
import { participant } from "./participants.ts"
import type { Torture } from "./Torture.ts"

export type Count = {
  processes: number
  runs: number
  nodes: number
  restored: number
}

/** Which runs each of them does: overlapping trials, in another order in each process. */
const runsOf = (index: number, rounds: number): ReadonlyArray<object> =>
  Array.from({ length: rounds }, (_, round) => ({ count: 3, first: (index + round) % 3 }))

/** Every third one runs another pipeline, which shares nodes. */
const isPart = (index: number): boolean => index % 3 === 2

/**
 * Has some processes run on an empty store at once; every fourth one collects before each of its runs.
 * @throws where a result is wrong, a node was done twice, or a process ended badly
 */
export const share = async (
  folder: string,
  seed: number,
  processes: number,
  rounds: number,
  count: Count
): Promise<void> => {
  const store = emptied(path.join(folder, "store"))
  const all = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const job = {
        runs: runsOf(index, rounds),
        seed: seed + index,
        workers: false,
        collects: index % 4 === 3,
        part: isPart(index)
      }
      return participant(store, job).reports
    })
  )
  const problems: Array<string> = []
  const times = new Map<string, number>()
  const targets = new Map<string, string>()
  for (const [index, reports] of all.entries()) {
    for (const [round, report] of (reports ?? []).entries()) {
      count.runs += 1
      // The failure is one in each trial, by whichever process it was met first.
      if (report.summary.failed !== (isPart(index) ? 0 : 1))
        problems.push(`process ${index} had ${report.summary.failed} failures`)
      for (const key of ranOf(report.events)) times.set(key, (times.get(key) ?? 0) + 1)
      count.restored += report.events.filter((event) => event._tag === "Done" && event.restored).length
      for (const event of report.events) {
        if (event._tag === "Finding") problems.push(`${event.node}: ${event.message}`)
      }
      const params = JSON.stringify(runsOf(index, rounds)[round])
      for (const [target, digest] of Object.entries(report.summary.targets)) {
        const name = `${target} of ${params}`
        const known = targets.get(name)
        if (known !== undefined && known !== String(digest)) problems.push(`${name}: ${known} and ${digest}`)
        targets.set(name, String(digest))
      }
    }
  }
  for (const [key, n] of times) if (n > 1) problems.push(`${key} was done ${n} times`)
  count.processes += processes
  count.nodes += times.size
  for (const params of runsOf(0, 3)) {
    const alone = steady(await live(emptied(path.join(folder, "alone")), quick, params, 0))
    for (const [target, digest] of Object.entries(alone)) {
      const found = targets.get(`${target} of ${JSON.stringify(params)}`)
      if (found !== undefined && found !== String(digest)) problems.push(`${target}: ${found}, not ${digest}`)
    }
  }
  problems.push(...faultsOf(store, (output) => output === "bytes"))
  if (problems.length > 0)
    throw new Error(`${processes} processes, seed ${seed}:\n  ${problems.join("\n  ")}`)
}

/** Cases of the torture: 16 processes each. */
export const begin: Torture["begin"] = async (folder) => {
  const count = { processes: 0, runs: 0, nodes: 0, restored: 0 }
  return { one: (seed) => share(folder, 100 * seed, 16, 3, count), counts: () => ({ ...count }) }
}
