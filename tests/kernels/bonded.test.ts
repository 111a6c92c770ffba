// Bond and angle distributions against known answers.
import { expect, test } from "vitest"
import * as Bonded from "../../kernels/bonded.ts"
import { orthogonal } from "../../kernels/box.ts"
import { stream } from "../../kernels/random.ts"

const cell = Float64Array.of(3, 3, 3, 0.8, -0.6, 0.9)

/** A direction that is even on the sphere. */
const direction = (random: ReturnType<typeof stream>) => {
  const v = [random.normal(), random.normal(), random.normal()]
  const length = Math.hypot(...v)
  return v.map((c) => c / length)
}

test("a bond with an end anywhere in a ball has a flat P(r) and a density of 3 r^2", () => {
  const random = stream(1, "ball")
  const acc = Bonded.make({ kind: "bond", rows: Int32Array.of(0, 1, 2, 1), bins: 10, max: 1 })
  for (let frame = 0; frame < 20000; frame++) {
    const at = Array.from({ length: 3 }, () => 10 * random.uniform())
    const ends = [0, 1].map(() => {
      const r = Math.cbrt(random.uniform())
      const to = direction(random)
      // one box vector away: the nearest image must be found
      return [at[0] + r * to[0] + 0.8, at[1] + r * to[1] + 3, at[2] + r * to[2]]
    })
    Bonded.add(acc, Float64Array.of(...ends[0], ...at, ...ends[1]), cell)
  }
  const { x, p, density, outside, mean, counts } = Bonded.finish(acc)
  expect(outside).toBe(0)
  expect(counts.reduce((a, b) => a + b)).toBe(40000)
  expect(mean).toBeCloseTo(0.75, 2)
  for (let k = 0; k < 10; k++) {
    const expected = 40000 * ((x[k] + 0.05) ** 3 - (x[k] - 0.05) ** 3)
    expect(Math.abs(p[k] - 1)).toBeLessThan(5 / Math.sqrt(expected))
    expect(Math.abs(density[k] / (expected / 4000) - 1)).toBeLessThan(5 / Math.sqrt(expected))
  }
})

test("an angle between two free directions has a flat P(theta)", () => {
  const random = stream(2, "angles")
  const acc = Bonded.make({ kind: "angle", rows: Int32Array.of(0, 1, 2), bins: 12 })
  for (let frame = 0; frame < 30000; frame++) {
    const u = direction(random)
    const v = direction(random)
    Bonded.add(acc, Float64Array.of(...u, 0, 0, 0, ...v), orthogonal(10))
  }
  const { p, density, x } = Bonded.finish(acc)
  const width = Math.PI / 12
  expect(p.reduce((a, b) => a + b) * width).toBeCloseTo(1, 12)
  for (let k = 0; k < 12; k++) {
    const expected = 15000 * (Math.cos(x[k] - width / 2) - Math.cos(x[k] + width / 2))
    expect(Math.abs(p[k] * Math.PI - 1)).toBeLessThan(5 / Math.sqrt(expected))
    expect(density[k]).toBeCloseTo(expected / 30000 / width, 1)
  }
})

test("straight and right angles keep their values", () => {
  const acc = Bonded.make({ kind: "angle", rows: Int32Array.of(0, 1, 2, 0, 1, 3), bins: 4 })
  Bonded.add(acc, Float64Array.of(1, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0.5, 0), orthogonal(5))
  const { counts, mean, standardDeviation } = Bonded.finish(acc)
  expect([...counts]).toEqual([0, 0, 1, 1])
  expect(mean).toBeCloseTo((Math.PI * 3) / 4, 14)
  expect(standardDeviation).toBeCloseTo(Math.PI / 2 / Math.SQRT2, 12)
})

test("what is no histogram is refused", () => {
  const rows = Int32Array.of(0, 1)
  expect(() => Bonded.make({ kind: "bond", rows, bins: 10 })).toThrow("no range")
  expect(() => Bonded.make({ kind: "angle", rows, bins: 10 })).toThrow("rows of 3")
  const acc = Bonded.make({ kind: "bond", rows, bins: 10, max: 0.1 })
  Bonded.add(acc, Float64Array.of(0, 0, 0, 1, 0, 0), orthogonal(5))
  expect(() => Bonded.finish(acc)).toThrow("no bond among 1")
  expect(() => Bonded.add(acc, Float64Array.of(0, 0, 0, 1), orthogonal(5))).toThrow("bond 0 has no value")
})

test("shares count what is outside the range, and their errors cover what another run finds", () => {
  const random = stream(4, "shares")
  const spread = 0.02
  const measure = () => {
    const acc = Bonded.make({ kind: "bond", rows: Int32Array.of(0, 1, 2, 3), bins: 8, min: 0.21, max: 0.29 })
    for (let frame = 0; frame < 400; frame++) {
      const at = () => 0.25 + spread * random.normal()
      Bonded.add(acc, Float64Array.of(0, 0, 0, at(), 0, 0, 5, 0, 0, 5, at(), 0), orthogonal(20))
    }
    return Bonded.finish(acc)
  }
  const runs = Array.from({ length: 40 }, measure)
  const [{ counts, outside, share }] = runs
  expect(share.reduce((a, b) => a + b) + outside / 800).toBeCloseTo(1, 12)
  expect(share[3]).toBe(counts[3] / 800)
  const mean = (values: ReadonlyArray<number>) => values.reduce((a, b) => a + b) / values.length
  for (let bin = 0; bin < 8; bin++) {
    const shares = runs.map((run) => run.share[bin])
    const scatter = Math.sqrt(mean(shares.map((each) => (each - mean(shares)) ** 2)))
    const stated = Math.sqrt(mean(runs.map((run) => run.sem[bin] ** 2)))
    expect(stated / scatter).toBeGreaterThan(0.7)
    expect(stated / scatter).toBeLessThan(1.4)
  }
})
