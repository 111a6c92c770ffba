// Garbage collection: frees bytes of large intermediates. Entries stay, so that hits remain hits; bytes that somebody
// needs later are made again.
import { join } from "node:path"
import * as Lease from "./Lease.ts"
import type { Store } from "./Store.ts"

/** A blob that may go, and what made it. */
export interface Candidate {
  readonly digest: string
  readonly size: number
  readonly node: string
  readonly output: string
  readonly run: string
  /** CPU seconds of the attempt that made it, which making it again would take. */
  readonly cpuSeconds: number
}

/** What a collection would do, as plain data. */
export interface Collection {
  /** Bytes of all contents now. */
  readonly before: number
  /** Bytes of all contents after it. */
  readonly after: number
  readonly remove: ReadonlyArray<Candidate>
  /** Bytes that may not go: tables, JSON, logs, and what is kept. */
  readonly kept: number
}

/**
 * Chooses what goes until the contents are at most `maxSize` bytes: outputs of big kinds only, those first that take the
 * fewest CPU seconds a byte to make again, of equals those of the oldest run. What is pinned stays.
 * @param keep further digests that stay whatever the size
 */
export const choose = (store: Store, maxSize: number, keep: ReadonlySet<string>): Collection => {
  const sizes = contentSizes(store)
  let before = 0
  for (const size of sizes.values()) before += size

  const candidates = new Map<string, Candidate>()
  const small = new Set<string>(keep)
  const pinned = new Set(store.pins.list().flatMap(({ keys }) => keys))
  for (const key of store.actions.list()) {
    const first = store.actions.lookup(key)
    if (first === undefined) continue
    for (const { big, codeFiles, logs, node, outputs, record } of [
      first,
      ...store.actions.realisations(key)
    ]) {
      small.add(codeFiles)
      for (const { digest } of Object.values(logs)) small.add(digest)
      for (const [output, { digest }] of Object.entries(outputs)) {
        if (!big.includes(output) || pinned.has(key)) {
          small.add(digest)
          continue
        }
        const size = sizes.get(digest)
        if (size === undefined) continue
        const known = candidates.get(digest)
        // Made twice: it is as cheap as the cheaper one.
        if (known === undefined || known.cpuSeconds > record.cpuSeconds)
          candidates.set(digest, {
            digest,
            size,
            node,
            output,
            run: record.run,
            cpuSeconds: record.cpuSeconds
          })
      }
    }
  }

  const order = [...candidates.values()]
    .filter(({ digest }) => !small.has(digest))
    .sort((a, b) => a.cpuSeconds / a.size - b.cpuSeconds / b.size || (a.run < b.run ? -1 : 1))
  const remove: Array<Candidate> = []
  let after = before
  for (const candidate of order) {
    if (after <= maxSize) break
    remove.push(candidate)
    after -= candidate.size
  }
  const free = order.reduce((sum, { size }) => sum + size, 0)
  return { before, after, remove, kept: before - free }
}

/** Carries out a collection, and deletes the leases and temporary files of processes that are dead. */
export const collect = (store: Store, { remove }: Collection): void => {
  for (const { digest } of remove) store.contents.remove(digest)
  const leases = Lease.open(store.disk, store.root)
  leases.sweep()
  leases.close()
  sweepDrafts(store)
}

/** Milliseconds without a write after which a temporary file is litter: nobody is that slow. */
const stale = 24 * 3_600_000

const sweepDrafts = ({ disk, root }: Store): void => {
  const folder = join(root, "tmp")
  for (const name of disk.readdir(folder)) {
    const path = join(folder, name)
    const status = disk.stat(path)
    if (status !== undefined && status.mtimeMs < Date.now() - stale) disk.remove(path)
  }
}

/** Whether all outputs of a key have their bytes. */
export const isComplete = (store: Store, key: string): boolean =>
  Object.values(store.actions.lookup(key)?.outputs ?? {}).every(({ digest }) => store.contents.has(digest))

/** Digest -> bytes on disk, of all contents. */
export const contentSizes = (store: Store): ReadonlyMap<string, number> => {
  const sizes = new Map<string, number>()
  for (const digest of store.contents.list()) sizes.set(digest, store.contents.sizeOf(digest) ?? 0)
  return sizes
}
