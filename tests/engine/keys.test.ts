// The key of a node: frozen vectors, and what changes it whatever the manifest.
import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Schema from "effect/Schema"
import * as Manifest from "../../cache/Manifest.ts"
import * as Kind from "../../schemas/Kind.ts"

interface Vector {
  readonly name: string
  readonly manifest: Manifest.Manifest
  readonly text: string
  readonly key: string
}

const golden = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, "golden-keys.json"), "utf8")
) as ReadonlyArray<Vector>

describe("frozen vectors", () => {
  it.each(golden)("give the same text and key for ever: $name", ({ manifest, text, key }) => {
    expect(Manifest.encode(manifest)).toBe(text)
    expect(Manifest.key(manifest)).toBe(key)
    // What any other program computes from the text.
    expect(createHash("sha256").update(text, "utf8").digest("hex")).toBe(key)
  })

  it("give the same ids of kinds for ever", () => {
    const number = Kind.json("number", Schema.Struct({ value: Schema.Finite }))
    const columns = { D: { type: "float64", unit: "1e-9 m2/s", description: "Diffusion." } } as const
    expect(number.id).toBe("number 48dd90f4c1e0c5ab")
    expect(Kind.table("diffusion", columns).id).toBe("diffusion 7d502f901293f2d1")
    expect(Kind.file("data", "text/plain").id).toBe("data 84ce5a9684ab4eb6")
  })
})

const digest = fc.string({
  unit: fc.constantFrom(...Array.from("0123456789abcdef")),
  minLength: 64,
  maxLength: 64
})
const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 })
const record = <A>(value: fc.Arbitrary<A>) =>
  fc.dictionary(word, value, { maxKeys: 4, noNullPrototype: true })
const json = fc.jsonValue({ maxDepth: 2, noUnicodeString: true })
const single = fc.record({ kind: word, digest })
const rows = fc.record({
  rows: fc.array(
    fc.record({
      label: word,
      fields: fc.array(fc.record({ field: word, kind: word, digest }), { minLength: 1, maxLength: 2 })
    }),
    { maxLength: 3 }
  )
})
const manifest: fc.Arbitrary<Manifest.Manifest> = fc.record({
  stage: word,
  code: digest,
  params: record(json),
  inputs: record(fc.oneof(single, rows)),
  tools: record(word),
  outputs: record(word),
  salt: fc.string()
})

const reversed = <A extends object>(value: A): A =>
  Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, deepReversed(item)])
  ) as A
const deepReversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(deepReversed)
  return typeof value === "object" && value !== null ? reversed(value) : value
}

/** Every manifest that differs from one in a single fact. */
const changes = (from: Manifest.Manifest): ReadonlyArray<Manifest.Manifest> => {
  const changed: Array<Manifest.Manifest> = [
    { ...from, stage: `${from.stage}'` },
    { ...from, code: flip(from.code) },
    { ...from, salt: `${from.salt}'` },
    { ...from, params: { ...from.params, "another param": 1 } },
    { ...from, tools: { ...from.tools, "another tool": "" } },
    { ...from, outputs: { ...from.outputs, "another output": "" } },
    { ...from, inputs: { ...from.inputs, "another input": { kind: "", digest: "0".repeat(64) } } },
    { ...from, inputs: { ...from.inputs, "another list": { rows: [] } } }
  ]
  for (const section of ["params", "tools", "outputs", "inputs"] as const) {
    for (const name of Object.keys(from[section])) {
      const { [name]: gone, ...rest } = from[section] as Record<string, unknown>
      changed.push({ ...from, [section]: rest }, { ...from, [section]: { ...rest, [`${name}'`]: gone } })
      if (section === "params") changed.push({ ...from, params: { ...rest, [name]: [gone] } })
      else if (section !== "inputs")
        changed.push({ ...from, [section]: { ...rest, [name]: `${String(gone)}'` } })
    }
  }
  for (const [name, slot] of Object.entries(from.inputs)) {
    const put = (other: Manifest.Slot) => changed.push({ ...from, inputs: { ...from.inputs, [name]: other } })
    if ("digest" in slot) {
      put({ ...slot, digest: flip(slot.digest) })
      put({ ...slot, kind: `${slot.kind}'` })
      put({ rows: [{ label: "0", fields: [{ field: "", ...slot }] }] })
      continue
    }
    put({ rows: [...slot.rows, { label: "", fields: [{ field: "", kind: "", digest: "0".repeat(64) }] }] })
    for (const [index, row] of slot.rows.entries()) {
      const putRow = (other: typeof row) => put({ rows: slot.rows.with(index, other) })
      put({ rows: slot.rows.toSpliced(index, 1) })
      putRow({ ...row, label: `${row.label}'` })
      for (const [place, field] of row.fields.entries()) {
        putRow({ ...row, fields: row.fields.with(place, { ...field, digest: flip(field.digest) }) })
        putRow({ ...row, fields: row.fields.with(place, { ...field, kind: `${field.kind}'` }) })
        putRow({ ...row, fields: row.fields.with(place, { ...field, field: `${field.field}'` }) })
      }
    }
  }
  return changed
}
const flip = (text: string): string => (text.startsWith("0") ? "1" : "0") + text.slice(1)

describe("the key of any manifest", () => {
  it("is the same made of the pieces that nodes have in common", () => {
    fc.assert(
      fc.property(manifest, (value) => {
        const slots = Object.keys(value.inputs).sort()
        const pieces = [
          Manifest.encodeConstants(value),
          Manifest.encodeParams(value.params),
          ...slots.map((name) => Manifest.encodeSlot(name, value.inputs[name]))
        ]
        expect(pieces.join("")).toBe(Manifest.encode(value))
      })
    )
  })

  it("does not depend on the order in which params, inputs, tools and outputs are written", () => {
    fc.assert(
      fc.property(manifest, (one) => {
        expect(
          Manifest.key({
            ...reversed(one),
            inputs: Object.fromEntries(Object.entries(one.inputs).toReversed())
          })
        ).toBe(Manifest.key(one))
      }),
      { seed: 1, numRuns: 300 }
    )
  })

  it("changes with any single fact, and no two of these changes give the same key", () => {
    fc.assert(
      fc.property(manifest, (one) => {
        const all = [one, ...changes(one)]
        expect(new Set(all.map(Manifest.key)).size).toBe(
          new Set(all.map((other) => Manifest.encode(other))).size
        )
        expect(all.slice(1).every((other) => Manifest.key(other) !== Manifest.key(one))).toBe(true)
      }),
      { seed: 2, numRuns: 300 }
    )
  })

  it("changes when two inputs that differ are swapped", () => {
    fc.assert(
      fc.property(manifest, single, single, (one, a, b) => {
        fc.pre(a.digest !== b.digest)
        const there = { ...one, inputs: { a, b } }
        expect(Manifest.key({ ...one, inputs: { a: b, b: a } })).not.toBe(Manifest.key(there))
      }),
      { seed: 3, numRuns: 100 }
    )
  })

  it("changes when two rows that differ are swapped", () => {
    fc.assert(
      fc.property(manifest, rows, (one, list) => {
        const back = { rows: list.rows.toReversed() }
        fc.pre(JSON.stringify(back) !== JSON.stringify(list))
        const key = (slot: Manifest.Slot) => Manifest.key({ ...one, inputs: { list: slot } })
        expect(key(back)).not.toBe(key(list))
      }),
      { seed: 4, numRuns: 100 }
    )
  })

  it("is equal exactly where the difference is empty; explanation and difference name every fact", () => {
    fc.assert(
      fc.property(manifest, (one) => {
        const facts: Array<Manifest.Line> = []
        Manifest.walk(one, (line) => facts.push(line))
        expect(Manifest.explain(one)).toHaveLength(facts.length)
        expect(Manifest.encode(one).split("\n").slice(0, -1)).toEqual(facts.map(Manifest.encodeLine))
        expect(Manifest.diff(one, one)).toEqual([])
        for (const other of changes(one)) {
          const same = Manifest.key(other) === Manifest.key(one)
          expect(Manifest.diff(one, other).length === 0).toBe(same)
          expect(Manifest.diff(other, one)).toHaveLength(Manifest.diff(one, other).length)
        }
      }),
      { seed: 5, numRuns: 150 }
    )
  })

  it("differs by the fields of params that are records, and tells texts from numbers", () => {
    const base = { stage: "s", code: "c", inputs: {}, tools: {}, outputs: {}, salt: "" }
    const of = (params: Manifest.Manifest["params"]): Manifest.Manifest => ({ ...base, params })
    const changed = (one: Manifest.Manifest["params"], other: Manifest.Manifest["params"]) =>
      Manifest.diff(of(one), of(other))
        .flatMap(Manifest.fields)
        .map(({ after, before, name }) => [name, before, after])
    expect(changed({ md: { a: 1, b: { c: [1, 2] } } }, { md: { a: 1, b: { c: [1, 3] }, d: "x" } })).toEqual([
      ["param.md.b.c[1]", "2", "3"],
      ["param.md.d", undefined, "x"]
    ])
    expect(changed({ a: [1] }, { a: { 0: 1 } })).toEqual([["param.a", "[1]", '{"0":1}']])
    expect(changed({ a: "{}" }, { a: "{" })).toEqual([["param.a", "{}", "{"]])
    expect(changed({ a: "1" }, { a: 1 })).toEqual([["param.a", '["param","a","1"]', '["param","a",1]']])
  })
})
