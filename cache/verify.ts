// Verification of a store: every blob against its digest, every entry against its own. What is bad is set aside.
import type { Store } from "./Store.ts"

export interface Verified {
  readonly blobs: number
  readonly bytes: number
  readonly entries: number
  /** Blobs that did not hold the bytes of their name. */
  readonly corruptBlobs: ReadonlyArray<string>
  /** Keys of entries that were damaged; their nodes run again. */
  readonly damagedEntries: ReadonlyArray<string>
  /** Keys of entries with bytes that are not there (collected, or set aside just now), which is no fault. */
  readonly incomplete: ReadonlyArray<string>
}

/** Checks everything, in bounded memory. `progress` is told of the bytes done so far. */
export const verify = (store: Store, progress: (bytes: number) => void = () => {}): Verified => {
  const corruptBlobs: Array<string> = []
  let blobs = 0
  let bytes = 0
  for (const digest of store.contents.list()) {
    blobs += 1
    bytes += store.contents.sizeOf(digest) ?? 0
    if (store.contents.verify(digest) === "corrupt") corruptBlobs.push(digest)
    progress(bytes)
  }
  const damagedEntries: Array<string> = []
  const incomplete: Array<string> = []
  let entries = 0
  for (const key of store.actions.list()) {
    entries += 1
    const entry = store.actions.lookup(key)
    if (entry === undefined) {
      damagedEntries.push(key)
      continue
    }
    const found = [entry, ...store.actions.realisations(key)]
    if (
      found.some(({ outputs }) => Object.values(outputs).some(({ digest }) => !store.contents.has(digest)))
    ) {
      incomplete.push(key)
    }
  }
  return { blobs, bytes, entries, corruptBlobs, damagedEntries, incomplete }
}
