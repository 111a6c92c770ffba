// The scrambled Sobol sequence: its algebra, its strata, and rows that never move.
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { directionNumbers, maximumDimensions, sobolBits, sobolPoint } from "../../kernels/sobol.ts"
import { directions } from "../../kernels/sobolDirections.ts"

test("the first points without scrambling are the published ones", () => {
  const points = Array.from({ length: 8 }, (_, i) => [...sobolBits(i, 3)].map((bits) => bits / 2 ** 32))
  const byGrayCode = [0, 1, 3, 2, 6, 7, 5, 4].map((i) => points[i])
  expect(byGrayCode).toEqual([
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
    [0.625, 0.125, 0.875],
    [0.125, 0.625, 0.375]
  ])
})

test("each dimension has its own primitive polynomial and odd direction numbers below 2^k", () => {
  const polynomials = directions.map(([degree, inner]) => (1 << degree) | (inner << 1) | 1)
  expect(new Set(polynomials).size).toBe(polynomials.length)
  for (const [i, [degree, , ...m]] of directions.entries()) {
    expect(m.length).toBe(degree)
    for (const [k, value] of m.entries()) {
      expect(value % 2).toBe(1)
      expect(value).toBeLessThan(2 ** (k + 1))
    }
    expect(orderOfX(polynomials[i], degree)).toBe(2 ** degree - 1)
  }
})

test("the direction numbers have Sobol's property A in every number of dimensions up to 32", () => {
  for (let d = 1; d <= 32; d++) {
    const rows = Array.from({ length: d }, (_, j) =>
      directionNumbers(j)
        .slice(0, d)
        .reduce((word, v, k) => (word | ((v >>> 31) << k)) >>> 0, 0)
    )
    expect(rankOverTwo(rows), `${d} dimensions`).toBe(d)
  }
})

test("any aligned block of 2^k points has one point in each of 2^k strata, in each dimension", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 0, max: 7 }),
      fc.nat(50),
      fc.nat(maximumDimensions - 1),
      (seed, k, block, dimension) => {
        const n = 2 ** k
        const strata = Array.from({ length: n }, (_, i) =>
          Math.floor(sobolPoint(seed, block * n + i, maximumDimensions)[dimension] * n)
        )
        expect(new Set(strata).size).toBe(n)
      }
    ),
    { seed: 1, numRuns: 60 }
  )
})

test("the first two dimensions fill every elementary box of 2^k points", () => {
  for (let k = 0; k <= 8; k++) {
    const points = Array.from({ length: 2 ** k }, (_, i) => sobolPoint(11, i, 2))
    for (let a = 0; a <= k; a++) {
      const boxes = points.map(([x, y]) => Math.floor(x * 2 ** a) * 2 ** k + Math.floor(y * 2 ** (k - a)))
      expect(new Set(boxes).size).toBe(points.length)
    }
  }
})

test("a coordinate depends on the seed, the index and its own place alone", () => {
  const whole = sobolPoint(4, 9, 30)
  for (const dimensions of [1, 2, 17]) {
    expect([...sobolPoint(4, 9, dimensions)]).toEqual([...whole.subarray(0, dimensions)])
  }
  expect([...sobolPoint(5, 9, 30)].filter((x, j) => x === whole[j])).toEqual([])
})

test("scrambled points integrate a smooth function far better than random ones", () => {
  const n = 1024
  const errors = Array.from({ length: 8 }, (_, seed) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += sobolPoint(seed, i, 6).reduce((p, x) => p * (1 + (x - 0.5) / 2), 1)
    return Math.abs(sum / n - 1)
  })
  expect(Math.max(...errors)).toBeLessThan(2e-3) // random points: sigma 0.012
  expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(6e-4)
})

test("the scrambled mean over seeds is one half in each dimension", () => {
  const seeds = 400
  const sums = new Float64Array(maximumDimensions)
  for (let seed = 0; seed < seeds; seed++)
    sobolPoint(seed, 3, maximumDimensions).forEach((x, j) => (sums[j] += x / seeds))
  for (const mean of sums) expect(Math.abs(mean - 0.5)).toBeLessThan(4.5 * Math.sqrt(1 / 12 / seeds))
})

test("a point that the sequence does not have is refused", () => {
  expect(() => sobolPoint(0, -1, 2)).toThrow(/points 0 to/)
  expect(() => sobolPoint(0, 0, maximumDimensions + 1)).toThrow(/1 to 53 dimensions/)
})

/** The smallest e > 0 with x^e = 1 modulo the polynomial over GF(2); 2^degree - 1 for a primitive one. */
const orderOfX = (polynomial: number, degree: number): number => {
  let power = degree === 1 ? 1 : 2
  let order = 1
  while (power !== 1) {
    power <<= 1
    if (power >>> degree) power ^= polynomial
    order += 1
  }
  return order
}

const rankOverTwo = (rows: Array<number>): number => {
  let rank = 0
  for (let bit = 0; bit < 32; bit++) {
    const pivot = rows.findIndex((row, i) => i >= rank && (row >>> bit) & 1)
    if (pivot < 0) continue
    const [row] = rows.splice(pivot, 1)
    rows.splice(rank, 0, row)
    for (let i = rank + 1; i < rows.length; i++) if ((rows[i] >>> bit) & 1) rows[i] ^= row
    rank += 1
  }
  return rank
}
