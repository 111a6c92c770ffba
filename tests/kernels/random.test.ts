// The seeded generator: known answers, moments, and streams that do not meet.
import { expect, test } from "vitest"
import { deriveSeed, permutation, stream, xoshiro128 } from "../../kernels/random.ts"

test("xoshiro128** gives the reference sequence from state 1, 2, 3, 4", () => {
  const random = xoshiro128([1, 2, 3, 4])
  const drawn = Array.from({ length: 10 }, () => random.uint32())
  expect(drawn).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804
  ])
})

test("a stream is frozen: its first numbers never change", () => {
  const random = stream(7, "velocities", 3)
  expect([
    random.uint32(),
    random.uint32(),
    random.uniform(),
    random.normal(),
    deriveSeed(7, "md", 0)
  ]).toEqual([962974014, 803568472, 0.29248844178237243, 1.1338502217666526, 852744546])
})

test("another seed, name, number or kind of name is another stream", () => {
  const drawn = [
    first(1),
    first(2),
    first(1, "a"),
    first(1, "b"),
    first(1, 0),
    first(1, "0"),
    first(1, "a", "b"),
    first(1, "ab"),
    first(1, 0, 0),
    first(1, 0.5),
    first(-1)
  ]
  expect(new Set(drawn).size).toBe(drawn.length)
})

test("neighbouring streams are uncorrelated", () => {
  const rows = Array.from({ length: 4000 }, (_, i) => [stream(1, i).normal(), stream(1, i + 1).normal()])
  const correlation = rows.reduce((sum, [a, b]) => sum + a * b, 0) / rows.length
  expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(rows.length))
})

test("uniform and normal deviates have the right moments", () => {
  const random = stream(3, "moments")
  const n = 200_000
  let mean = 0,
    square = 0,
    fourth = 0,
    inBins = 0
  const bins = new Float64Array(100)
  for (let i = 0; i < n; i++) {
    const z = random.normal()
    mean += z / n
    square += (z * z) / n
    fourth += z ** 4 / n
    bins[Math.floor(random.uniform() * 100)] += 1
  }
  for (const count of bins) inBins += (count - n / 100) ** 2 / (n / 100)
  expect(Math.abs(mean)).toBeLessThan(0.01)
  expect(Math.abs(square - 1)).toBeLessThan(0.015)
  expect(Math.abs(fourth - 3)).toBeLessThan(0.1)
  expect(inBins).toBeGreaterThan(50) // chi squared, 99 degrees of freedom
  expect(inBins).toBeLessThan(160)
})

test("a permutation holds each index once and reaches every place", () => {
  expect([...permutation(stream(5), 50)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, i) => i)
  )
  const seen = new Set(Array.from({ length: 200 }, (_, i) => permutation(stream(i), 4).join("")))
  expect(seen.size).toBe(24)
})

test("bad bounds, bad names and an empty state are refused", () => {
  expect(() => stream(1).below(0)).toThrow(/bound/)
  expect(() => stream(NaN)).toThrow(/NaN/)
  expect(() => xoshiro128([0, 0, 0, 0])).toThrow(/not all 0/)
})

const first = (seed: number, ...path: Array<string | number>) => stream(seed, ...path).uint32()
