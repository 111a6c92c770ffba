// CSV: what is written reads back the same, and what other programs write is understood or refused by name.
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeCsv, encodeCsv } from "../../formats/csv.ts"
import type { Columns } from "../../formats/Table.ts"

const about = { unit: "", description: "" } as const
const columns = {
  name: { type: "string", ...about },
  D: { type: "float64", unit: "1e-9 m2/s", description: "mobility", nullable: true },
  n: { type: "int32", ...about },
  good: { type: "boolean", ...about }
} as const satisfies Columns

describe("CSV", () => {
  it("reads back what it writes, whatever texts and numbers there are", () => {
    const row = fc.record({
      name: fc.string(),
      D: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
      n: fc.integer(),
      good: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(decodeCsv(encodeCsv(columns, rows), columns)).toEqual(
          rows.map((each) => ({ ...each, D: each.D === 0 ? 0 : each.D }))
        )
      })
    )
  })

  it("is one text for one table", () => {
    const rows = [
      { name: 'a "b", c', D: 0.1, n: 3, good: true },
      { name: "", D: null, n: -1, good: false }
    ]
    expect(encodeCsv(columns, rows)).toBe('name,D,n,good\n"a ""b"", c",0.1,3,true\n,,-1,false\n')
  })

  it("takes columns by name, and the ways of other programs", () => {
    const text = '\uFEFF"","good","n","name","D"\r\n"1",TRUE,4,"x",NA\r\n"2",False,5,"y\nz",1e-3'
    expect(decodeCsv(text, columns)).toEqual([
      { name: "x", D: null, n: 4, good: true },
      { name: "y\nz", D: 0.001, n: 5, good: false }
    ])
  })

  it("keeps empty fields of a table of one column", () => {
    const one = { D: columns.D }
    expect(decodeCsv("D\n1\n\n2\n", one)).toEqual([{ D: 1 }, { D: null }, { D: 2 }])
    expect(decodeCsv("a,D\n1,\n", one)).toEqual([{ D: null }])
    expect(decodeCsv("a,D\n1,", one)).toEqual([{ D: null }])
  })

  it.each([
    ["name,n,good\na,1,true", /"D".*not in the header.*name, n, good/],
    ["", /"name".*nothing/],
    ["name,D,n,good\na,1,2", /"good", row 0: the line ends/],
    ["name,D,n,good\na,one,2,true", /"D", row 0: "one" is no number/],
    ["name,D,n,good\na,1,,true", /"n", row 0: "" is no number/],
    ["name,D,n,good\na,1,2,maybe", /"good", row 0: "maybe" is no boolean/],
    ['name,D,n,good\n"a,1,2,true', /a quote is not closed/]
  ])("names what is wrong with %j", (text, message) => {
    expect(() => decodeCsv(text, columns)).toThrow(message)
  })

  it("refuses columns of lists", () => {
    const lists = { x: { type: "float64[]", ...about } } as const
    expect(() => encodeCsv(lists, [])).toThrow(/lists/)
  })
})
