// The tail of chi-squared against tables and closed forms.
import { expect, test } from "vitest"
import { upperTail } from "../../kernels/chiSquare.ts"

test("the usual table comes out", () => {
  expect(upperTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12)
  expect(upperTail(18.30703805327515, 10)).toBeCloseTo(0.05, 12)
  expect(upperTail(2.558212, 10)).toBeCloseTo(0.99, 6)
  expect(upperTail(135.80672317102676, 100)).toBeCloseTo(0.01, 10)
})

test("even degrees follow the Poisson sum on both sides of the mean", () => {
  for (const degrees of [2, 4, 18, 60])
    for (const value of [0.01, 1, 17.9, 18.1, 60, 200]) {
      let term = 1
      let sum = 0
      for (let k = 0; k < degrees / 2; k++) {
        sum += term
        term *= value / 2 / (k + 1)
      }
      expect(upperTail(value, degrees)).toBeCloseTo(Math.exp(-value / 2) * sum, 11)
    }
})

test("the edges are 1 and 0, and nonsense is refused", () => {
  expect(upperTail(0, 3)).toBe(1)
  expect(upperTail(-1, 3)).toBe(1)
  expect(upperTail(1e4, 3)).toBeLessThan(1e-300)
  expect(upperTail(NaN, 3)).toBeNaN()
  expect(() => upperTail(1, 0)).toThrow("degrees")
})
