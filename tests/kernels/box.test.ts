// The periodic box: heights, wrapping, refusals.
import { expect, test } from "vitest"
import * as Boxes from "../../kernels/box.ts"
import { stream } from "../../kernels/random.ts"

const tilted = Float64Array.of(3, 2.5, 2, 0.7, -0.4, 0.9)

const area = (u: Array<number>, v: Array<number>) =>
  Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])

test("heights are the volume over the areas of the faces", () => {
  const a = [3, 0, 0]
  const b = [0.7, 2.5, 0]
  const c = [-0.4, 0.9, 2]
  const expected = [15 / area(b, c), 15 / area(c, a), 15 / area(a, b)]
  Boxes.heights(tilted).forEach((height, k) => expect(height).toBeCloseTo(expected[k], 12))
  expect(Boxes.heights(Boxes.orthogonal(1, 2, 3))).toEqual([1, 2, 3])
})

test("wrapping moves by whole box vectors into the cell", () => {
  const random = stream(1, "wrap")
  const positions = Float64Array.from({ length: 300 }, () => 20 * (random.uniform() - 0.5))
  const wrapped = new Float64Array(300)
  const origin = [-1, 0.5, 2]
  Boxes.wrap(positions, tilted, wrapped, origin)
  const [lx, ly, lz, xy, xz, yz] = tilted
  const fraction = (x: number, y: number, z: number) => {
    const sz = z / lz
    const sy = (y - yz * sz) / ly
    return [(x - xy * sy - xz * sz) / lx, sy, sz]
  }
  for (let i = 0; i < 300; i += 3) {
    const at = (p: Float64Array, o = [0, 0, 0]) => fraction(p[i] - o[0], p[i + 1] - o[1], p[i + 2] - o[2])
    const before = at(positions)
    const after = at(wrapped)
    for (let k = 0; k < 3; k++) {
      expect(Math.abs(before[k] - after[k] - Math.round(before[k] - after[k]))).toBeLessThan(1e-12)
    }
    for (const s of at(wrapped, origin)) expect(s >= -1e-12 && s <= 1 + 1e-12).toBe(true)
  }
})

test("a box without a volume is refused with its numbers", () => {
  expect(() => Boxes.check(Float64Array.of(1, 0, 1, 0, 0, 0))).toThrow("[1, 0, 1, 0, 0, 0]")
  expect(() => Boxes.check(Float64Array.of(1, 1, NaN, 0, 0, 0))).toThrow(Boxes.BoxError)
})
