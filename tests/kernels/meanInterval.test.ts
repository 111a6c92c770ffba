// Means with intervals against the textbook, and against what repeated draws do.
import { expect, test } from "vitest"
import { meanInterval } from "../../kernels/meanInterval.ts"
import { stream } from "../../kernels/random.ts"

test("is the textbook's for a small table", () => {
  // 8 numbers: mean 5, standard deviation sqrt(32/7), t = 2.365 for 7 degrees of freedom.
  const found = meanInterval([2, 4, 4, 4, 5, 5, 7, 9])
  expect(found?.mean).toBe(5)
  expect(found?.scatter).toBeCloseTo(Math.sqrt(32 / 7), 12)
  expect(found?.half).toBeCloseTo(2.365 * Math.sqrt(32 / 7 / 8), 12)
  expect(meanInterval([])).toBeUndefined()
  expect(meanInterval([3])).toMatchObject({ count: 1, mean: 3, half: NaN })
})

test.each([2, 5, 40])("of %i normal numbers holds the true mean in 93 to 97 of 100 draws", (count) => {
  let inside = 0
  for (let repeat = 0; repeat < 2000; repeat++) {
    const random = stream(3, count, repeat)
    const found = meanInterval(Array.from({ length: count }, () => 7 + random.normal()))
    if (found !== undefined && Math.abs(found.mean - 7) <= found.half) inside++
  }
  expect(inside / 2000).toBeGreaterThan(0.93)
  expect(inside / 2000).toBeLessThan(0.97)
})
