// Unwrapping by image flags: exact for steps of any length, at constant pressure, through flips and counters that overflow.
import { expect, test } from "vitest"
import { orthogonal } from "../../kernels/box.ts"
import { stream } from "../../kernels/random.ts"
import * as UnwrapByImages from "../../kernels/unwrapByImages.ts"

const wrapAll = (truth: Float64Array, box: Float64Array) => {
  const wrapped = new Float64Array(truth.length)
  const images = new Float64Array(truth.length)
  UnwrapByImages.part(truth, box, wrapped, images)
  return { wrapped, images }
}

test("steps longer than the box come back, in a triclinic box too", () => {
  for (const box of [orthogonal(2, 2.5, 3), Float64Array.of(2, 2.5, 3, 0.6, -0.5, 1.1)]) {
    const random = stream(1, "long")
    const truth = new Float64Array(30)
    const unwrapper = UnwrapByImages.make(10)
    let first: Float64Array | undefined
    for (let f = 0; f < 50; f++) {
      for (let k = 0; k < 30; k++) truth[k] += 5 * random.normal()
      const { images, wrapped } = wrapAll(truth, box)
      const unwrapped = UnwrapByImages.next(unwrapper, wrapped, images, box)
      first ??= Float64Array.from(unwrapped, (x, k) => x - truth[k])
      for (let k = 0; k < 30; k++) expect(unwrapped[k] - first[k]).toBeCloseTo(truth[k], 9)
    }
  }
})

test("a bead that rests in a box that breathes stays, however many boxes away it is counted", () => {
  const random = stream(2, "breath")
  const unwrapper = UnwrapByImages.make(1)
  const images = Float64Array.of(40, -3, 7)
  for (let f = 0; f < 20; f++) {
    const box = orthogonal(2 * (1 + 0.01 * random.normal()))
    const unwrapped = UnwrapByImages.next(unwrapper, Float64Array.of(0.3, 1.9, 1), images, box)
    expect(Array.from(unwrapped)).toEqual([0.3, 1.9, 1])
  }
})

test("a tilt that flips to its equal moves no bead", () => {
  const unwrapper = UnwrapByImages.make(1)
  const position = Float64Array.of(1.2, 2.4, 0.5)
  const before = Float64Array.of(2, 2.5, 3, 1.01, 0, 0)
  const after = Float64Array.of(2, 2.5, 3, -0.99, 0, 0)
  UnwrapByImages.next(unwrapper, position, [0, 1, 0], before)
  // the same place, one cell further along y, is half a cell further along the old and the new x
  const unwrapped = UnwrapByImages.next(unwrapper, position, [1, 1, 0], after)
  expect(Array.from(unwrapped)).toEqual(Array.from(position))
})

test("a flag that starts again from the other end is one box further", () => {
  const unwrapper = UnwrapByImages.make(1)
  const box = orthogonal(2)
  UnwrapByImages.next(unwrapper, Float64Array.of(1.9, 1, 1), [511, 0, 0], box)
  const [x] = UnwrapByImages.next(unwrapper, Float64Array.of(0.1, 1, 1), [-512, 0, 0], box)
  expect(x).toBeCloseTo(2.1, 12)
})

test("another number of beads is refused", () => {
  expect(() =>
    UnwrapByImages.next(UnwrapByImages.make(2), new Float64Array(3), [0, 0, 0], orthogonal(1))
  ).toThrow("1 beads, not 2")
})
