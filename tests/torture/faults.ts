// Faults: each call of a life and of a collection fails once, with each error, or writes only a part.
import path from "node:path"
import type { Disk } from "../../cache/Disk.ts"
import * as gc from "../../cache/gc.ts"
import * as Store from "../../cache/Store.ts"
import { verify } from "../../cache/verify.ts"
import { stream } from "../../kernels/random.ts"
import { problemsOf, reference } from "./crash.ts"
import { emptied, entriesOf, faultsOf, live, quick } from "./life.ts"
import { failure, intercepted } from "./points.ts"
import type { Torture } from "./Torture.ts"

export type Count = {
  faults: number
  /** Lives that ended with an error. */
  errors: number
  /** Lives that went on to the right result. */
  wentOn: number
  /** Lives in which a node failed, and that said so. */
  nodesFailed: number
}

export const noCount = (): Count => ({ faults: 0, errors: 0, wentOn: 0, nodesFailed: 0 })

export const codes = ["ENOSPC", "EIO", "EDQUOT", "EMFILE", "ESTALE", "short"] as const
export type Code = (typeof codes)[number]

/** A disk whose n-th call (from 0) fails once, or is short; `hit` is its point. */
const failing = (store: string, n: number, code: Code) => {
  let count = 0
  let hit: string | undefined
  const disk: Disk = intercepted(quick, store, (point) => {
    count += 1
    if (count !== n + 1) return undefined
    hit = point
    return code === "short" ? "short" : failure(code)
  })
  return { disk, hit: () => hit }
}

/** Whether an error or a failed node says what the disk did. */
const isClear = (message: string, code: Code): boolean => message.includes(code) || /disk/.test(message)

/**
 * A life, or a life and a collection, whose n-th call goes wrong, and a life after it.
 * @returns the point that went wrong, or undefined where there are no more
 */
export const fault = async (
  folder: string,
  seed: number,
  what: "life" | "second life" | "collection",
  n: number,
  code: Code,
  count: Count
): Promise<string | undefined> => {
  const store = emptied(path.join(folder, "store"))
  const params = what === "life" ? {} : { count: 3 }
  if (what !== "life") await live(store, quick, {}, seed)
  const { disk, hit } = failing(store, n, code)
  const problems: Array<string> = []
  const expected = await reference(folder, params)
  try {
    if (what === "collection") collect(store, disk)
    else {
      const lived = await live(store, disk, params, seed)
      const failures = lived.events.flatMap((event) =>
        event._tag === "Failed" && event.stage !== "torture-doomed" && !event.retried ? [event.message] : []
      )
      for (const message of failures) if (!isClear(message, code)) problems.push(`not clear: ${message}`)
      if (failures.length > 0) count.nodesFailed += 1
      else {
        problems.push(...problemsOf(lived, expected))
        count.wentOn += 1
      }
    }
  } catch (error) {
    count.errors += 1
    if (!isClear(String(error), code))
      problems.push(`not clear: ${error instanceof Error ? error.stack : String(error)}`)
  }
  const point = hit()
  if (point !== undefined) count.faults += 1
  const mayLack = (output: string): boolean => what === "collection" && output === "bytes"
  problems.push(...faultsOf(store, mayLack))
  const finished = entriesOf(store)
  const last = await live(store, quick, params, seed + 1)
  problems.push(...problemsOf(last, expected), ...faultsOf(store, mayLack))
  for (const key of last.ran) if (finished.has(key)) problems.push(`did ${key} again`)
  if (problems.length > 0)
    throw new Error(`${code} at call ${n} (${point}) of a ${what}:\n  ${problems.join("\n  ")}`)
  return point
}

const collect = (store: string, disk: Disk): void => {
  const opened = Store.open(store, disk)
  verify(opened)
  gc.collect(opened, gc.choose(opened, 0, new Set()))
}

/** How many calls there are. */
export const callsOf = async (
  folder: string,
  what: "life" | "second life" | "collection"
): Promise<number> => {
  const store = emptied(path.join(folder, "store"))
  if (what !== "life") await live(store, quick, {}, 0)
  let count = 0
  const disk = intercepted(quick, store, () => {
    count += 1
    return undefined
  })
  if (what === "collection") collect(store, disk)
  else await live(store, disk, what === "life" ? {} : { count: 3 }, 0)
  return count
}

/** Cases of the torture: call after call, each with each error. */
export const begin: Torture["begin"] = async (folder) => {
  const count = noCount()
  const whats = ["life", "second life", "collection"] as const
  const calls = { life: 0, "second life": 0, collection: 0 }
  for (const what of whats) calls[what] = await callsOf(folder, what)
  const all = whats.flatMap((what) => Array.from({ length: calls[what] }, (_, n) => ({ what, n })))
  const one = async (index: number): Promise<void> => {
    const code = codes[index % codes.length]
    // Every call comes once before one comes twice.
    const { n, what } = all[(Math.floor(index / codes.length) * 619) % all.length]
    await fault(folder, stream(index, "fault").below(1000), what, n, code, count)
  }
  return { one, counts: () => ({ ...count }) }
}
