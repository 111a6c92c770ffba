// Canonical JSON, held against RFC 8785's own examples and the canonicalize package.
import canonicalize from "canonicalize"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { canonicalJson, CanonicalJsonError } from "../../formats/canonicalJson.ts"

const faultPath = (value: unknown): string => {
  try {
    return `no error, ${canonicalJson(value)}`
  } catch (error) {
    return error instanceof CanonicalJsonError ? error.path : `another error, ${String(error)}`
  }
}

describe("canonicalJson", () => {
  it("writes what the canonicalize package writes, for any JSON value", () => {
    const json = fc.jsonValue({ maxDepth: 5, stringUnit: "binary" })
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value))
      }),
      { numRuns: 1000, seed: 1 }
    )
  })

  it("writes numbers as RFC 8785 appendix B does", () => {
    const cases: readonly (readonly [number, string])[] = [
      [-0, "0"],
      [5e-324, "5e-324"],
      [-5e-324, "-5e-324"],
      [1.7976931348623157e308, "1.7976931348623157e+308"],
      [9007199254740992, "9007199254740992"],
      [295147905179352830000, "295147905179352830000"],
      [9.999999999999997e22, "9.999999999999997e+22"],
      [1e23, "1e+23"],
      [0.000001, "0.000001"],
      [1e-7, "1e-7"],
      [333333333.3333333, "333333333.3333333"]
    ]
    for (const [value, text] of cases) expect(canonicalJson(value)).toBe(text)
  })

  it("sorts keys by UTF-16 code units, at every depth", () => {
    const value = {
      "\u20ac": 1,
      "\r": 2,
      "\ufb33": 3,
      "1": 4,
      "\ud83d\ude00": 5,
      "\u0080": 6,
      "\u00f6": { b: 1, a: 2 }
    }
    expect(Object.keys(JSON.parse(canonicalJson(value)))).toEqual([
      "1",
      "\r",
      "\u0080",
      "\u00f6",
      "\u20ac",
      "\ud83d\ude00",
      "\ufb33"
    ])
    expect(canonicalJson(value)).toContain('{"a":2,"b":1}')
  })

  it("gives one text whatever the order in which keys were set", () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([key]) => key })
    fc.assert(
      fc.property(entries, (pairs) => {
        expect(canonicalJson(Object.fromEntries(pairs))).toBe(
          canonicalJson(Object.fromEntries(pairs.toReversed()))
        )
      }),
      { seed: 2 }
    )
  })

  it("names the path of what has no JSON", () => {
    expect(faultPath({ fit: [1, { start: Number.NaN }] })).toBe("$.fit[1].start")
    expect(faultPath({ "a b": Infinity })).toBe('$["a b"]')
    expect(faultPath([1, undefined])).toBe("$[1]")
    expect(faultPath(Array(2))).toBe("$[0]")
    expect(faultPath({ a: undefined })).toBe("$.a")
    expect(faultPath({ n: 1n })).toBe("$.n")
    expect(faultPath({ f: () => 1 })).toBe("$.f")
    expect(faultPath({ when: new Date(0) })).toBe("$.when")
    expect(faultPath({ array: new Float64Array(2) })).toBe("$.array")
    expect(faultPath({ text: "\ud800" })).toBe("$.text")
    expect(faultPath(undefined)).toBe("$")
    expect(() => canonicalJson({ r: Number.NaN })).toThrow("No canonical JSON: $.r is NaN")
  })

  it("refuses a cycle but not a value that occurs twice", () => {
    const shared = { a: 1 }
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]')
    const loop: { self?: unknown } = {}
    loop.self = loop
    expect(faultPath(loop)).toBe("$.self")
  })
})
