// The manifest of a node: everything that decides its result, walked once for its key, its explanation and its diff.
import { canonicalJson } from "../formats/canonicalJson.ts"
import * as Digest from "./Digest.ts"

/** The number of the key's form. Another number gives other keys everywhere. */
export const format = 1

/** One input slot: a single artifact, or an ordered list of labelled rows of artifacts. */
export type Slot =
  | { readonly kind: string; readonly digest: string }
  | {
      readonly rows: ReadonlyArray<{
        readonly label: string
        readonly fields: ReadonlyArray<{
          readonly field: string
          readonly kind: string
          readonly digest: string
        }>
      }>
    }

/** Everything that decides the result of a node, and nothing else. */
export interface Manifest {
  readonly stage: string
  /** The digest that stands for the stage's code and all code that it reaches. */
  readonly code: string
  /** Encoded params: plain JSON, defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, Slot>>
  /** What each tool says it is: name -> identity. */
  readonly tools: Readonly<Record<string, string>>
  /** What is published: output name -> kind id. */
  readonly outputs: Readonly<Record<string, string>>
  readonly salt: string
}

/** One fact of a manifest: where it stands, and its value. */
export type Line = readonly [section: string, ...rest: ReadonlyArray<unknown>]

const sortedKeys = (record: object): Array<string> => Object.keys(record).sort()

/** The facts that all nodes of a stage share within a session. */
export type Constants = Pick<Manifest, "stage" | "code" | "tools" | "outputs" | "salt">

type Visit = (line: Line) => void

/**
 * Visits every fact of a manifest in the one order that the key is made of. Key, explanation and diff are all
 * made from this walk, so they cannot disagree.
 */
export const walk = (manifest: Manifest, visit: Visit): void => {
  walkConstants(manifest, visit)
  walkParams(manifest.params, visit)
  for (const name of sortedKeys(manifest.inputs)) walkSlot(name, manifest.inputs[name], visit)
}

const walkConstants = ({ code, outputs, salt, stage, tools }: Constants, visit: Visit): void => {
  visit(["format", format])
  visit(["stage", stage])
  visit(["code", code])
  for (const name of sortedKeys(tools)) visit(["tool", name, tools[name]])
  for (const name of sortedKeys(outputs)) visit(["output", name, outputs[name]])
  visit(["salt", salt])
}

const walkParams = (params: Manifest["params"], visit: Visit): void => {
  for (const name of sortedKeys(params)) visit(["param", name, params[name]])
}

const walkSlot = (name: string, slot: Slot, visit: Visit): void => {
  if ("digest" in slot) return visit(["input", name, slot.kind, slot.digest])
  visit(["inputs", name, slot.rows.length])
  for (const [index, row] of slot.rows.entries()) {
    for (const { field, kind, digest } of row.fields) {
      visit(["input", name, index, row.label, field, kind, digest])
    }
  }
}

/** A fact as the key hashes it: a JSON array in canonical form (RFC 8785). It holds no line break. */
export const encodeLine = (line: Line): string => canonicalJson(line)

const textOf = (walkPart: (visit: Visit) => void): string => {
  let text = ""
  walkPart((line) => {
    text += encodeLine(line) + "\n"
  })
  return text
}

/** The facts of a manifest as text, one canonical JSON array a line. */
export const encode = (manifest: Manifest): string => textOf((visit) => walk(manifest, visit))

// The same text in pieces, for who makes the keys of many nodes that have pieces in common: the constants,
// the params, then the slots in the order of their names.

export const encodeConstants = (constants: Constants): string =>
  textOf((visit) => walkConstants(constants, visit))

export const encodeParams = (params: Manifest["params"]): string =>
  textOf((visit) => walkParams(params, visit))

export const encodeSlot = (name: string, slot: Slot): string => textOf((visit) => walkSlot(name, slot, visit))

/** The key: SHA-256 of the UTF-8 text of `encode`. */
export const key = (manifest: Manifest): Digest.Digest => Digest.of(encode(manifest))

/** The facts as an explanation: a dotted name and a value, in the order of the key. */
export const explain = (
  manifest: Manifest
): ReadonlyArray<{ readonly name: string; readonly value: string }> => {
  const lines: Array<{ name: string; value: string }> = []
  walk(manifest, (line) => lines.push(named(line)))
  return lines
}

/** A fact that differs between two manifests; `undefined` where one of them lacks it. */
export interface Difference {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The facts in which two manifests differ, in the order of the key. */
export const diff = (before: Manifest, after: Manifest): ReadonlyArray<Difference> => {
  const old = exactly(before)
  const differences: Array<Difference> = []
  for (const [name, is] of exactly(after)) {
    const was = old.get(name)
    old.delete(name)
    if (was?.line === is.line) continue
    // The text "1" and the number 1 read the same: then both are told as they are hashed.
    const [from, to] = was?.value === is.value ? [was.line, is.line] : [was?.value, is.value]
    differences.push({ name, before: from, after: to })
  }
  for (const [name, { value }] of old) differences.push({ name, before: value, after: undefined })
  return differences
}

/** Name of a fact -> its value as it is told, and its line in the text of the key. */
const exactly = (manifest: Manifest): Map<string, { readonly value: string; readonly line: string }> => {
  const facts = new Map<string, { readonly value: string; readonly line: string }>()
  walk(manifest, (line) => {
    const { name, value } = named(line)
    facts.set(name, { value, line: encodeLine(line) })
  })
  return facts
}

/** The fields in which a fact differs: a param that is a record or a list is taken apart, all else is one field. */
export const fields = (difference: Difference): ReadonlyArray<Difference> => {
  const { after, before, name } = difference
  if (!name.startsWith("param.")) return [difference]
  const [was, is] = [parsed(before), parsed(after)]
  const taken = was === undefined || is === undefined ? [] : apart(name, was, is)
  return taken.length === 0 ? [difference] : taken
}

/** The record or list in the text of a fact, else undefined: texts stand in facts without quotes. */
const parsed = (text: string | undefined): object | undefined => {
  if (text === undefined || !/^[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}

const apart = (name: string, before: unknown, after: unknown): Array<Difference> => {
  if (isRecord(before) && isRecord(after) && Array.isArray(before) === Array.isArray(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      apart(Array.isArray(after) ? `${name}[${key}]` : `${name}.${key}`, before[key], after[key])
    )
  }
  const [was, is] = [before, after].map((value) =>
    value === undefined ? undefined : typeof value === "string" ? value : canonicalJson(value)
  )
  return was === is ? [] : [{ name, before: was, after: is }]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** `["input", slot, index, label, field, kind, digest]` becomes `input.slot[index label].field` = `kind digest`. */
const named = (line: Line): { name: string; value: string } => {
  const [section, ...rest] = line
  const text = (value: unknown): string => (typeof value === "string" ? value : canonicalJson(value))
  if (section === "input" && rest.length === 6) {
    const [slot, index, label, field, kind, digest] = rest
    return {
      name: `input.${text(slot)}[${text(index)} ${text(label)}].${text(field)}`,
      value: `${text(kind)} ${text(digest)}`
    }
  }
  if (section === "input")
    return { name: `input.${text(rest[0])}`, value: `${text(rest[1])} ${text(rest[2])}` }
  if (rest.length === 1) return { name: section, value: text(rest[0]) }
  return { name: `${section}.${text(rest[0])}`, value: text(rest[1]) }
}
