// Why a node has to run: one named reason, from the manifest that it had before and the one that it has now.
import * as Manifest from "../cache/Manifest.ts"

/** The reasons, in the order in which they are looked for. */
export type Reason =
  | "bytes missing"
  | "new"
  | "earlier attempt failed"
  | "salt changed"
  | "output schema changed"
  | "code changed"
  | "tool changed"
  | "params changed"
  | "input changed"
  | "never cached"

export interface Why {
  readonly reason: Reason
  /** The particulars, such as `fitStart: 5 -> 4`. */
  readonly detail: string
}

/** `params changed: fitStart: 5 -> 4`. */
export const text = ({ detail, reason }: Why): string => (detail === "" ? reason : `${reason}: ${detail}`)

// Salt and kinds come first: they stand in the code, so that another one is another code as well.
const sections: ReadonlyArray<readonly [reason: Reason, section: RegExp]> = [
  ["salt changed", /^salt$/],
  ["output schema changed", /^output\./],
  ["code changed", /^code$/],
  ["tool changed", /^tool\./],
  ["params changed", /^param\./],
  ["input changed", /^inputs?\./]
]

/** What is known of the code on both sides: file -> digest. */
export interface Files {
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

/** What a manifest does not hold; asked only where it is to be told. */
export interface Around {
  /** The source files behind both code ids, where they are known. */
  readonly files: () => Files
  /** Fact of an input -> the node that makes it now. */
  readonly producers: () => ReadonlyMap<string, string>
}

/** The reason why a node runs although its earlier namesake has an entry; `undefined` where they do not differ. */
export const changed = (
  before: Manifest.Manifest,
  after: Manifest.Manifest,
  { files, producers }: Around
): Why | undefined => {
  const differences = Manifest.diff(before, after)
  for (const [reason, section] of sections) {
    const found = differences.filter(({ name }) => section.test(name))
    if (found.length === 0) continue
    if (reason === "code changed")
      return { reason, detail: changedFiles(files()).join(", ") || "stages.lock.json" }
    if (reason === "input changed") return { reason, detail: inputs(found, producers()) }
    return { reason, detail: listed(found.flatMap(Manifest.fields).map(show)) }
  }
  return undefined
}

/** `md.temperature: 298.15 -> 310`, without the section. */
const show = ({ after, before, name }: Manifest.Difference): string =>
  `${name.replace(/^[a-z]+\.?/, "") || name}: ${brief(before)} -> ${brief(after)}`

/** `force from sample-parameters@sample=3`: the slots, and the nodes that fill them differently now. */
const inputs = (
  differences: ReadonlyArray<Manifest.Difference>,
  producers: ReadonlyMap<string, string>
): string => {
  const slots = new Map<string, { readonly from: Set<string>; rows: string }>()
  for (const { after, before, name } of differences) {
    const slot = name.replace(/^inputs?\./, "").replace(/\[.*/s, "")
    const known = slots.get(slot) ?? { from: new Set(), rows: "" }
    slots.set(slot, known)
    if (name.startsWith("inputs.")) known.rows = ` (${before ?? "no"} -> ${after ?? "no"} rows)`
    const producer = after === undefined ? undefined : producers.get(name)
    if (producer !== undefined) known.from.add(producer)
  }
  return [...slots]
    .map(([slot, { from, rows }]) => `${slot}${rows}${from.size === 0 ? "" : ` from ${listed([...from])}`}`)
    .join("; ")
}

/** So many of what changed are named. */
const most = 3

const listed = (words: ReadonlyArray<string>): string =>
  words.length <= most
    ? words.join(", ")
    : `${words.slice(0, most).join(", ")} and ${words.length - most} more`

const brief = (value: string | undefined): string =>
  value === undefined ? "(none)" : value.length > 60 ? `${value.slice(0, 57)}...` : value

/** The files whose digests differ, are new, or are gone. */
export const changedFiles = ({ before, after }: Files): ReadonlyArray<string> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((file) => before[file] !== after[file])
    .sort()
