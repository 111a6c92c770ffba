// Compares two realisations of an output: by their bytes, and where those differ by the values that they hold.
import type { ContentStore } from "../cache/ContentStore.ts"
import { decodeTable } from "../formats/parquet.ts"
import type { ErasedKind } from "./Artifact.ts"

export interface Compared {
  readonly state: "bitwise" | "within tolerance" | "different"
  /** The largest |a - b| / max(|a|, |b|) of two numbers in the same place; null where more than numbers differ. */
  readonly difference: number | null
  /** Where that is, or what else differs; "" where nothing does. */
  readonly where: string
}

interface Stored {
  readonly contents: ContentStore
  readonly digest: string
}

/** Tables and JSON are compared by value, all other kinds by their bytes alone. */
export const compareOutputs = async (
  kind: ErasedKind,
  first: Stored,
  second: Stored,
  tolerance: number
): Promise<Compared> => {
  if (first.digest === second.digest) return { state: "bitwise", difference: 0, where: "" }
  if (!first.contents.has(first.digest)) {
    return different("other bytes than the first ones, which were collected")
  }
  const read = readerOf(kind)
  if (read === undefined) return different("its bytes")
  const [a, b] = await Promise.all([first, second].map(({ contents, digest }) => read(contents.read(digest))))
  const largest: Largest = { difference: 0, where: "its bytes, but no value" }
  const problem = walk(a, b, "", largest)
  if (problem !== undefined) return different(problem)
  return { state: largest.difference <= tolerance ? "within tolerance" : "different", ...largest }
}

const different = (where: string): Compared => ({ state: "different", difference: null, where })

const readerOf = (kind: ErasedKind): ((bytes: Buffer) => unknown) | undefined => {
  if ("columns" in kind) return async (bytes) => (await decodeTable(bytes)).rows
  if (kind.media === "application/json") return (bytes) => JSON.parse(bytes.toString("utf8")) as unknown
  return undefined
}

interface Largest {
  difference: number
  where: string
}

/** Looks at two values place by place. Returns what differs where it is more than a number. */
const walk = (a: unknown, b: unknown, path: string, largest: Largest): string | undefined => {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))
    if (difference > largest.difference)
      Object.assign(largest, { difference, where: `${path}: ${a} and ${b}` })
    return undefined
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return a === b ? undefined : `${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`
  }
  const names = Object.keys(a)
  const others = Object.keys(b)
  if (names.length !== others.length || names.some((name) => !Object.hasOwn(b, name))) {
    return Array.isArray(a)
      ? `${path === "" ? "it" : path} has ${names.length} and ${others.length} items`
      : `${path === "" ? "it" : path} has ${names.join(", ")} and ${others.join(", ")}`
  }
  for (const name of names) {
    const inside = Array.isArray(a) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`
    const problem = walk(at(a, name), at(b, name), inside, largest)
    if (problem !== undefined) return problem
  }
  return undefined
}

const at = (value: object, name: string): unknown => (value as Readonly<Record<string, unknown>>)[name]
