// Potential tables: force and energy of one spline, smooth ends, steep cores.
import * as fc from "fast-check"
import { expect, test } from "vitest"
import type { Knots } from "../../kernels/potential.ts"
import { extrapolateCore, extrapolateWalls, tabulateBonded, tabulatePair } from "../../kernels/potential.ts"
import { stream } from "../../kernels/random.ts"

const shape = { start: 0.1, cutoff: 1.5, points: 1401, switchWidth: 0.1 }
const lennardJones = (r: number) => 4 * 2 * ((0.6 / r) ** 12 - (0.6 / r) ** 6)

test("the force is the numeric derivative of the energy to 1e-6 of its size, through switch and core", () => {
  const knots = extrapolateCore(knotsOf(lennardJones), 55)
  const h = 2e-6
  const fine = { ...shape, start: 0.3, points: Math.round(1.2 / h) + 1 }
  const { x, U, F } = tabulatePair(knots, fine)
  for (let i = 500; i + 500 < x.length; i += 997) {
    const numeric = (U[i - 1] - U[i + 1]) / (x[i + 1] - x[i - 1])
    expect(Math.abs(F[i] - numeric)).toBeLessThan(1e-6 * (1 + Math.abs(F[i])))
  }
})

test("the last row is the cut-off itself, with no energy and no force, reached smoothly", () => {
  const { x, U, F } = tabulatePair(knotsOf(lennardJones), { ...shape, start: 0.3 })
  const last = x.length - 1
  expect([x[0], x[last], U[last]]).toEqual([0.3, 1.5, 0])
  expect(Math.abs(F[last])).toBe(0)
  expect(Math.abs(F[last - 1])).toBeLessThan(1e-4)
  expect(Math.abs(F[last - 1] - F[last - 2])).toBeLessThan(2e-4)
})

test("the table keeps the potential up to a constant before the switch", () => {
  const { x, U, F } = tabulatePair(knotsOf(lennardJones), { ...shape, start: 0.45 })
  for (const [i, r] of x.entries()) {
    if (r < 0.5 || r > 1.4) continue
    expect(U[i]).toBeCloseTo(lennardJones(r) - lennardJones(1.5), 2)
    const force = (48 * 2 * (0.6 / r) ** 12 - 24 * 2 * (0.6 / r) ** 6) / r
    expect(Math.abs(F[i] - force)).toBeLessThan(1e-3 * (5 + Math.abs(force)))
  }
})

test("the core's force only rises inwards, whatever the noise beyond it", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = stream(seed)
      const noisy = knotsOf((r) => lennardJones(r) + 0.2 * random.normal())
      const { x, U, F } = tabulatePair(extrapolateCore(noisy, 56), shape)
      const inside = x.findIndex((r) => r > 0.53)
      for (let i = 1; i < inside; i++) {
        expect(U[i]).toBeLessThan(U[i - 1])
        expect(F[i]).toBeLessThan(F[i - 1] * (1 + 1e-6))
      }
      expect(U[0]).toBeGreaterThan(1000)
    }),
    { seed: 2, numRuns: 30 }
  )
})

test("knots outside the core are left as they are, and a join that attracts moves outward", () => {
  const bumpy = knotsOf((r) => (r < 0.58 ? r : lennardJones(r)))
  const { U } = extrapolateCore(bumpy, 50)
  expect([...U.subarray(60)]).toEqual([...bumpy.U.subarray(60)])
  expect(U[30]).toBeGreaterThan(U[40])
  expect(() =>
    extrapolateCore(
      knotsOf((r) => r),
      3
    )
  ).toThrow(/never falls/)
})

test("walls continue a bond's potential upward on both sides", () => {
  const harmonic = knotsOf((r) => 500 * (r - 0.7) ** 2)
  const walled = extrapolateWalls(
    { x: harmonic.x, U: harmonic.U.map((U, i) => (i < 65 || i > 75 ? NaN : U)) },
    65,
    75,
    1000
  )
  for (const i of walled.x.keys()) expect(walled.U[i]).toBeCloseTo(harmonic.U[i], 9)
  const { x, U, F } = tabulateBonded(walled, { start: 0.3, end: 1.2, points: 901 })
  expect(Math.min(...U)).toBe(0)
  for (let i = 0; i < x.length; i++)
    if (Math.abs(x[i] - 0.7) > 0.02) expect(Math.sign(F[i])).toBe(Math.sign(0.7 - x[i]))
})

test("shapes that make no table and knots that do not cover one are refused", () => {
  const knots = knotsOf(lennardJones)
  expect(() => tabulatePair(knots, { ...shape, start: 0 })).toThrow(/above 0/)
  expect(() => tabulatePair(knots, { ...shape, cutoff: 1.7 })).toThrow(/do not cover/)
  expect(() => tabulatePair(knots, { ...shape, switchWidth: 2 })).toThrow(/switch/)
  expect(() => tabulateBonded(knots, { start: 2, end: 1, points: 5 })).toThrow(/rises/)
})

/** Knots at bin centres, 0.01 nm apart. */
const knotsOf = (potential: (r: number) => number): Knots => {
  const x = Float64Array.from({ length: 160 }, (_, i) => (i + 0.5) * 0.01)
  return { x, U: x.map(potential) }
}
