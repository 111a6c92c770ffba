// The value of an artifact in a store, by its kind and digest.
import { createReadStream } from "node:fs"
import type { Store } from "../cache/Store.ts"
import type { Kind } from "../schemas/Kind.ts"

/** Decodes a stored artifact; what is big is read as far as it is asked for. Throws MissingBlob or CorruptBlob. */
export const storedValue = <A>(store: Store, kind: Kind<A>, digest: string): Promise<A> => {
  const path = store.contents.pathOf(digest)
  return kind.decode({
    path,
    bytes: () => store.contents.read(digest),
    chunks: () => createReadStream(path, { highWaterMark: 1 << 20 })
  })
}
