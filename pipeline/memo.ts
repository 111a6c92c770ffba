// A memo of this machine: a small file (a digest, then JSON) that saves work and that may be deleted at any time.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import * as Digest from "../cache/Digest.ts"

/** Text key -> plain JSON value. */
export interface Memo<A> {
  readonly get: (key: string) => A | undefined
  readonly set: (key: string, value: A) => void
  /** Writes it where something was set. A memo that cannot be written is only slower next time. */
  readonly save: () => void
}

/** Opens the memo in a file; a missing or damaged one is empty. */
export const open = <A>(path: string): Memo<A> => {
  let known: Record<string, A> = {}
  try {
    const [digest, text] = readFileSync(path, "utf8").split("\n")
    if (Digest.of(text) === digest) known = JSON.parse(text) as Record<string, A>
  } catch {
    // Nothing remembered: all is looked up afresh.
  }
  const entries = new Map(Object.entries(known))
  let changed = false
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.set(key, value)
      changed = true
    },
    save: () => {
      if (!changed) return
      changed = false
      try {
        mkdirSync(dirname(path), { recursive: true })
        const draft = `${path}.${process.pid}`
        const text = JSON.stringify(Object.fromEntries(entries))
        writeFileSync(draft, `${Digest.of(text)}\n${text}\n`)
        renameSync(draft, path)
      } catch {
        // A full or read-only disk: the run itself will say so where it matters.
      }
    }
  }
}
