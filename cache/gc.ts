// Garbage collection: frees bytes of large intermediates. Entries stay, so that hits remain hits; bytes that somebody
// needs later are made again.
import * as Lease from "./Lease.ts"
import type { Store } from "./Store.ts"

/** A blob that may go, and what made it. */
export interface Candidate {
  readonly digest: string
  readonly size: number
  readonly node: string
  readonly output: string
  readonly run: string
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
 * Chooses what goes until the contents are at most `maxSize` bytes: outputs of big kinds only, those of the oldest run
 * first, within a run the largest first. What is pinned stays.
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
        // Made twice: it is as young as the younger one.
        if (known === undefined || known.run < record.run)
          candidates.set(digest, { digest, size, node, output, run: record.run })
      }
    }
  }

  const order = [...candidates.values()]
    .filter(({ digest }) => !small.has(digest))
    .sort((a, b) => (a.run === b.run ? b.size - a.size : a.run < b.run ? -1 : 1))
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

/** Carries out a collection, and deletes the leases of processes that are dead. */
export const collect = (store: Store, { remove }: Collection): void => {
  for (const { digest } of remove) store.contents.remove(digest)
  const leases = Lease.open(store.disk, store.root)
  leases.sweep()
  leases.close()
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
