// Crashes at every named point: the disk stops for ever before the n-th call, and a later life goes on from what is there.
import path from "node:path"
import type { Disk } from "../../cache/Disk.ts"
import * as gc from "../../cache/gc.ts"
import * as Store from "../../cache/Store.ts"
import { stream } from "../../kernels/random.ts"
import { emptied, entriesOf, faultsOf, live, quick, steady } from "./life.ts"
import type { Done, Lived } from "./life.ts"
import { intercepted } from "./points.ts"
import type { Torture } from "./Torture.ts"

export type Count = {
  crashes: number
  lives: number
}

/** A disk that stops before its n-th call, and the points that it has passed. */
export const stopping = (
  store: string,
  n: number
): { readonly disk: Disk; readonly passed: Array<string> } => {
  const passed: Array<string> = []
  const disk = intercepted(quick, store, (point) => {
    if (passed.length >= n) return new Error(`the process died before ${point}`)
    passed.push(point)
    return undefined
  })
  return { disk, passed }
}

/** All points of a life that nothing stops, in order. */
export const pointsOf = async (folder: string): Promise<ReadonlyArray<string>> => {
  const store = emptied(path.join(folder, "store"))
  const { disk, passed } = stopping(store, Infinity)
  await live(store, disk, {}, 0)
  return passed
}

const dies = async (body: () => Promise<unknown>): Promise<void> => {
  try {
    await body()
  } catch {
    // As dead as it may be.
  }
}

/** A life that is cut off after `n` calls, a second one cut off after `m`, then one that ends. */
export const crashTwice = async (
  folder: string,
  seed: number,
  n: number,
  m: number,
  count: Count
): Promise<void> => {
  const store = emptied(path.join(folder, "store"))
  const problems: Array<string> = []
  let finished: ReadonlySet<string> = new Set()
  for (const [index, calls] of [n, m].entries()) {
    const { disk, passed } = stopping(store, calls)
    await dies(() => live(store, disk, {}, seed + index))
    if (passed.length >= calls) count.crashes += 1
    problems.push(...faultsOf(store, () => false))
    const now = entriesOf(store)
    for (const key of finished) if (!now.has(key)) problems.push(`lost ${key}`)
    finished = now
  }
  const last = await live(store, quick, {}, seed + 2)
  count.lives += 3
  problems.push(...problemsOf(last, await reference(folder)), ...faultsOf(store, () => false))
  for (const key of last.ran) if (finished.has(key)) problems.push(`did ${key} again`)
  if (problems.length > 0)
    throw new Error(`crashes after ${n} and ${m} calls, seed ${seed}:\n  ${problems.join("\n  ")}`)
}

/** A collection that is cut off after `n` calls, then a life that needs what it has removed. */
export const crashCollection = async (
  folder: string,
  seed: number,
  n: number,
  count: Count
): Promise<boolean> => {
  const store = emptied(path.join(folder, "store"))
  await live(store, quick, {}, seed)
  const { disk, passed } = stopping(store, n)
  await dies(async () => {
    const opened = Store.open(store, disk)
    gc.collect(opened, gc.choose(opened, 0, new Set()))
  })
  const stopped = passed.length >= n
  if (stopped) count.crashes += 1
  const problems = [...faultsOf(store, (output) => output === "bytes")]
  const last = await live(store, quick, { count: 3 }, seed)
  count.lives += 2
  problems.push(
    ...problemsOf(last, await reference(folder, { count: 3 })),
    ...faultsOf(store, (output) => output === "bytes")
  )
  if (problems.length > 0) throw new Error(`collection cut off after ${n} calls:\n  ${problems.join("\n  ")}`)
  return stopped
}

const references = new Map<string, Promise<Lived>>()

/** The trial in a store of its own that nothing has gone wrong in. */
export const reference = (folder: string, params: object = {}): Promise<Lived> => {
  const name = `${folder} ${JSON.stringify(params)}`
  let lived = references.get(name)
  if (lived === undefined) {
    lived = live(emptied(path.join(folder, `reference ${references.size}`)), quick, params, 0)
    references.set(name, lived)
  }
  return lived
}

/** How a life that nothing stood in the way of differs from what it should be. */
export const problemsOf = (lived: Done, expected: Done): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const [have, want] = [steady(lived), steady(expected)]
  for (const [target, digest] of Object.entries(want)) {
    if (have[target] !== digest) problems.push(`target ${target} is ${have[target]}, not ${digest}`)
  }
  if (lived.summary.failed !== expected.summary.failed) {
    const failures = lived.events.flatMap((event) => (event._tag === "Failed" ? [event.message] : []))
    problems.push(`${lived.summary.failed} failed: ${failures.join("; ")}`)
  }
  return problems
}

/** Cases of the torture: random points of both lives, and of a collection every tenth time. */
export const begin: Torture["begin"] = async (folder) => {
  const count = { crashes: 0, lives: 0 }
  const all = (await pointsOf(folder)).length
  const one = async (seed: number): Promise<void> => {
    const random = stream(seed, "crash")
    await crashTwice(folder, seed, random.below(all), random.below(all), count)
    if (seed % 10 === 0) await crashCollection(folder, seed, random.below(300), count)
  }
  return { one, counts: () => ({ ...count }) }
}
