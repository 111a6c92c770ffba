// Why a node has to run: one named reason, from the manifest that it had before and the one that it has now.
import type { Entry } from "../cache/ActionCache.ts"
import * as Manifest from "../cache/Manifest.ts"

/** The reasons, in the order in which they are looked for. */
export type Reason =
  | "never cached"
  | "new"
  | "bytes missing"
  | "earlier attempt failed"
  | "code changed"
  | "tool changed"
  | "params changed"
  | "input changed"
  | "output schema changed"
  | "salt changed"

export interface Why {
  readonly reason: Reason
  /** The particulars, such as `fitStart: 5 -> 4`. */
  readonly detail: string
}

const sections: ReadonlyArray<readonly [section: string, reason: Reason]> = [
  ["code", "code changed"],
  ["tool", "tool changed"],
  ["param", "params changed"],
  ["inputs", "input changed"],
  ["input", "input changed"],
  ["output", "output schema changed"],
  ["salt", "salt changed"]
]

/** What is known of the code on both sides: file -> digest. */
export interface Files {
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

/**
 * The reason why a node runs although its earlier namesake has an entry; `undefined` where they do not differ.
 * @param filesOf the source files behind both code ids, where they are known
 */
export const changed = (
  before: Manifest.Manifest,
  after: Manifest.Manifest,
  filesOf: () => Files
): Why | undefined => {
  const differences = Manifest.diff(before, after)
  for (const [section, reason] of sections) {
    const found = differences.filter(({ name }) => name === section || name.startsWith(`${section}.`))
    if (found.length === 0) continue
    if (section === "code")
      return { reason, detail: changedFiles(filesOf()).join(", ") || "stages.lock.json" }
    const shown = found.map((difference) => show(section, difference))
    return { reason, detail: [...new Set(shown)].join(", ") }
  }
  return undefined
}

const show = (section: string, { name, before, after }: Manifest.Difference): string => {
  const field = name.slice(section.length + 1)
  if (section === "input" || section === "inputs") return field.replace(/\[.*/, "")
  return `${field}: ${brief(before)} -> ${brief(after)}`
}

const brief = (value: string | undefined): string =>
  value === undefined ? "(none)" : value.length > 60 ? `${value.slice(0, 57)}...` : value

/** The files whose digests differ, are new, or are gone. */
export const changedFiles = ({ before, after }: Files): ReadonlyArray<string> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((file) => before[file] !== after[file])
    .sort()

/** The entry of a node's earlier namesake, where one is known. */
export type Earlier = (node: string) => Entry | undefined
