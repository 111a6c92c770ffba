// Numbers from bytes, held against JavaScript's own parser.
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { asciiNumber } from "../../formats/asciiNumber.ts"

const parse = (text: string) => asciiNumber(new TextEncoder().encode(`  ${text} `), 2, 2 + text.length)

it("a number is read to the last bit, in any notation", () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true })
  const text = fc.oneof(
    double.map(String),
    fc.tuple(double, fc.integer({ min: 1, max: 17 })).map(([value, digits]) => value.toPrecision(digits)),
    fc.tuple(double, fc.integer({ min: 0, max: 16 })).map(([value, digits]) => value.toExponential(digits)),
    fc
      .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(15))
      .map(([value, n]) => value.toFixed(n)),
    fc.integer().map(String)
  )
  fc.assert(
    fc.property(text, (number) => {
      const value = Number(number)
      expect(parse(number)).toBe(Number.isFinite(value) ? value : Number.NaN)
    }),
    { numRuns: 5000, seed: 6 }
  )
  for (const number of [
    "+1.5",
    "-.5",
    "5.",
    "0",
    "-0",
    "1e5",
    "1E-05",
    "-1.2e+03",
    "0.000000000000000000000001"
  ]) {
    expect(parse(number)).toBe(Number(number))
  }
})

it("what is no finite number gives NaN", () => {
  for (const text of [
    "nan",
    "-nan",
    "inf",
    "-",
    ".",
    "1.2.3",
    "1e",
    "1e+",
    "1x",
    "0x10",
    "1e999",
    "",
    "--1",
    "1e5.0"
  ]) {
    expect(parse(text), text).toBeNaN()
  }
})
