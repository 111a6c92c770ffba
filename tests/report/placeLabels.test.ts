// Labels beside points: none on another label or on a point, however dense the points lie.
import { expect, it } from "vitest"
import { stream } from "../../kernels/random.ts"
import { placeLabels } from "../../report/plots/placeLabels.ts"

const random = stream(5, "labels")
const points = (count: number, size: number) =>
  Array.from({ length: count }, (_, i) => ({
    x: size * random.uniform(),
    y: size * random.uniform(),
    text: String(i)
  }))

it("gives every point of a sparse plot its label", () => {
  const sparse = points(12, 600)
  expect(placeLabels(sparse).map(({ text }) => text)).toEqual(sparse.map(({ text }) => text))
})

it("leaves out what has no room, and lays no label on another one or on a point", () => {
  const dense = points(300, 300)
  const labels = placeLabels(dense)
  expect(labels.length).toBeGreaterThan(20)
  expect(labels.length).toBeLessThan(dense.length)
  const middles = labels.map(({ dx, dy, text, x, y }) => ({ x: x + dx, y: y + dy, half: 3.2 * text.length }))
  for (const [i, a] of middles.entries()) {
    const touching = middles.filter(
      (b, j) => j > i && Math.abs(a.x - b.x) < a.half + b.half && Math.abs(a.y - b.y) < 10
    )
    const covered = dense.filter(
      (point) => Math.abs(a.x - point.x) < a.half + 3 && Math.abs(a.y - point.y) < 8
    )
    expect([touching, covered]).toEqual([[], []])
  }
})
