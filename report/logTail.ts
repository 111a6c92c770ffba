// The last lines of a log that is kept in a store.
import type { Store } from "../cache/Store.ts"

const length = 700

/** Null where its bytes are gone. Escape codes and other control characters are left out. */
export const logTail = (store: Store, digest: string): string | null => {
  if (!store.contents.has(digest)) return null
  const text = Buffer.from(store.contents.read(digest)).toString("utf8").trimEnd()
  if (text.length <= length) return clean(text)
  const end = text.slice(-length)
  return clean(`…${end.slice(end.indexOf("\n"))}`)
}

// oxlint-disable-next-line no-control-regex
const clean = (text: string): string => text.replaceAll(/\u001B\[[0-9;]*m|[\u0000-\u0008\u000B-\u001F]/g, "")
