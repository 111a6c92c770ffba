// Reads values of a store by their kind and digest.
import { createReadStream } from "node:fs"
import type { Store } from "../cache/Store.ts"
import type { Kind } from "../schemas/Kind.ts"

/** Throws where the bytes are gone, damaged, or not of that kind. */
export type Reader = <A>(kind: Kind<A>, digest: string) => Promise<A>

export const readerOf =
  (store: Store): Reader =>
  (kind, digest) =>
    kind.decode({
      path: store.contents.pathOf(digest),
      bytes: () => store.contents.read(digest),
      chunks: () => createReadStream(store.contents.pathOf(digest), { highWaterMark: 1 << 20 })
    })
