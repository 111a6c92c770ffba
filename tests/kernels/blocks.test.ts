// Block averages: exact small cases, and errors that cover the truth for correlated series.
import { expect, test } from "vitest"
import { blockAverage, blockMeans, fromBlocks } from "../../kernels/blocks.ts"
import { finiteSizeCorrection } from "../../kernels/finiteSize.ts"
import { stream } from "../../kernels/random.ts"

/** An autoregressive series of unit variance and mean 5; its inefficiency is (1 + keep)/(1 - keep). */
const series = (seed: number, length: number, keep: number) => {
  const random = stream(seed, "series")
  let x = random.normal()
  return Float64Array.from({ length }, () => {
    x = keep * x + Math.sqrt(1 - keep * keep) * random.normal()
    return 5 + x
  })
}

test("blocks are consecutive, and what is over at the start is left out", () => {
  expect(Array.from(blockMeans([9, 1, 3, 5, 7, 2, 4], 3))).toEqual([2, 6, 3])
  expect(() => blockMeans([1, 2], 3)).toThrow("2 values do not make 3 blocks")
})

test("a chosen number of blocks gives the textbook error", () => {
  const { mean, stderr, blockLength } = fromBlocks([1, 3, 5, 7, 2, 4], 3)
  expect(mean).toBeCloseTo(22 / 6, 12)
  expect(stderr).toBeCloseTo(Math.sqrt(((2 - 11 / 3) ** 2 + (6 - 11 / 3) ** 2 + (3 - 11 / 3) ** 2) / 6), 12)
  expect(blockLength).toBe(2)
})

for (const [keep, inefficiency] of [
  [0, 1],
  [0.9, 19]
] as const) {
  test(`the chosen length covers the mean in two thirds of 300 series, inefficiency ${inefficiency}`, () => {
    let inside = 0
    let found = 0
    for (let t = 0; t < 300; t++) {
      const average = blockAverage(series(t, 4000, keep))
      if (Math.abs(average.mean - 5) < average.stderr) inside++
      found += average.inefficiency / 300
      expect(average.converged).toBe(true)
    }
    expect(inside / 300).toBeGreaterThan(0.6)
    expect(inside / 300).toBeLessThan(0.76)
    expect(found / inefficiency).toBeGreaterThan(0.8)
    expect(found / inefficiency).toBeLessThan(1.15)
  })
}

test("a series shorter than its memory says that it has not converged", () => {
  expect(blockAverage(series(1, 200, 0.99)).converged).toBe(false)
  expect(blockAverage([1, 2, 3]).converged).toBe(false)
})

test("constants, single values and nonsense", () => {
  expect(blockAverage([2, 2, 2, 2, 2, 2, 2, 2])).toMatchObject({ mean: 2, stderr: 0, converged: true })
  expect(blockAverage([7])).toMatchObject({ mean: 7, stderr: NaN, converged: false })
  expect(() => blockAverage([])).toThrow("no values")
  expect(() => blockAverage([1, NaN])).toThrow("not finite")
})

test("the finite-size correction of water in a 3 nm box is 0.24e-9 m2/s", () => {
  // kT / (6 pi eta L) at 298.15 K, 0.85 mPa s, 3 nm, times 2.837297, by hand in SI
  const si = (2.837297 * 1.380649e-23 * 298.15) / (6 * Math.PI * 0.85e-3 * 3e-9)
  expect(finiteSizeCorrection(298.15, 0.85, 3)).toBeCloseTo(si * 1e9, 12)
  expect(si * 1e9).toBeCloseTo(0.243, 3)
  expect(() => finiteSizeCorrection(298, 0, 3)).toThrow("0 mPa s")
})
