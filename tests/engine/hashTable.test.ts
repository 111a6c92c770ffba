// The table in which a graph finds its nodes: right also where hashes collide.
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { HashTable, seed, withNumber, withText } from "../../pipeline/HashTable.ts"

describe("a table of hashes", () => {
  it.each([
    ["well spread", (text: string): number => withText(seed, text)],
    ["three values", (text: string): number => text.length % 3],
    ["all the same", (): number => -7]
  ])("finds what was added and nothing else: %s", (_, hashOf) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 300 }), (texts) => {
        const table = new HashTable()
        const find = (text: string): number => table.find(hashOf(text), (index) => texts[index] === text)
        for (const [index, text] of texts.entries()) {
          expect(find(text)).toBe(-1)
          table.add(hashOf(text), index)
        }
        expect(texts.map(find)).toEqual(texts.map((_, index) => index))
        expect(find("longer than any")).toBe(-1)
      }),
      { numRuns: 30 }
    )
  })

  it("spreads names and numbers that are alike", () => {
    const hashes = new Set<number>()
    for (let index = 0; index < 20_000; index += 1) {
      hashes.add(withText(seed, `stage@sample=${index}/iteration=${index % 7}`))
      hashes.add(withText(withNumber(seed, index), "value"))
    }
    expect(hashes.size).toBeGreaterThan(39_980)
  })
})
