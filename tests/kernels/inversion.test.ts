// Inversion: exact where theory is exact, and down to the noise floor on a simulated fluid.
import { expect, test } from "vitest"
import { bar, boltzmann } from "../../kernels/constants.ts"
import type { Distribution } from "../../kernels/Distribution.ts"
import {
  firstReliable,
  fromBlocks,
  noiseFloor,
  relL1,
  relL1Stderr,
  totalVariation,
  variationFloor
} from "../../kernels/Distribution.ts"
import {
  invertBonded,
  invertPair,
  iterateBonded,
  iteratePair,
  pressureRamp
} from "../../kernels/inversion.ts"
import { tabulatePair } from "../../kernels/potential.ts"
import { stream } from "../../kernels/random.ts"
import { simulateFluid } from "./simulateFluid.ts"

const temperature = 298.15
const kT = boltzmann * temperature
const x = Float64Array.from({ length: 150 }, (_, i) => (i + 0.5) * 0.01)
const zeros = new Float64Array(x.length)
const potential = (r: number) => 6 * ((0.6 / r) ** 12 - (0.6 / r) ** 6)
const harmonic = (r: number) => 300 * (r - 0.75) ** 2
const dilute: Distribution = { x, value: x.map((r) => Math.exp(-potential(r) / kT)), sem: zeros }

test("a dilute gas is inverted exactly in one step", () => {
  const { U } = invertPair(dilute, temperature)
  for (let i = firstReliable(dilute); i < x.length; i++) expect(U[i]).toBeCloseTo(potential(x[i]), 10)
})

test("from a wrong start a dilute gas comes to its potential by small steps, smoothing and clip included", () => {
  let knots = invertPair({ ...dilute, value: x.map((r) => Math.exp(-potential(r * 1.02) / kT)) }, temperature)
  for (let step = 0; step < 12; step++) {
    const model = { ...dilute, value: knots.U.map((U) => Math.exp(-U / kT)) }
    const next = iteratePair(knots, model, dilute, { temperature, smoothing: 0.03 })
    for (const change of next.update) expect(Math.abs(change)).toBeLessThanOrEqual(0.5 * kT)
    knots = next.knots
  }
  for (let i = firstReliable(dilute); i < x.length; i++)
    expect(Math.abs(knots.U[i] - potential(x[i]))).toBeLessThan(0.03 * kT)
})

test("a model that equals the target changes nothing but the core", () => {
  const knots = invertPair(dilute, temperature)
  const { update } = iteratePair(knots, dilute, dilute, { temperature })
  for (const change of update) expect(change).toBeCloseTo(0, 12)
})

test("bonds and angles are inverted with walls, and step towards their target", () => {
  const target: Distribution = { x, value: x.map((r) => Math.exp(-harmonic(r) / kT)), sem: zeros }
  const soft: Distribution = { x, value: x.map((r) => Math.exp((-0.8 * harmonic(r)) / kT)), sem: zeros }
  const knots = invertBonded(soft, { temperature, smoothing: 0.02 })
  const { knots: next } = iterateBonded(knots, soft, target, { temperature, smoothing: 0.02 })
  for (const [i, r] of x.entries()) {
    if (Math.abs(r - 0.75) < 0.07) expect(Math.abs(next.U[i] - harmonic(r))).toBeLessThan(0.02 * kT)
    if (i > 0 && Math.abs(r - 0.75) > 0.1)
      expect(Math.sign(next.U[i] - next.U[i - 1])).toBe(Math.sign(r - 0.75))
  }
})

test("the ramp changes the virial pressure by what was asked, within its bound", () => {
  const density = 4
  const cutoff = 1.4
  const state = { pressure: 400, targetPressure: 380, density, cutoff, temperature }
  const amplitude = pressureRamp(dilute, state)
  // P = -(2 pi rho^2 / 3) integral of r^3 U'(r) g(r) dr, and the ramp's U' is -A / cutoff.
  const virial = x.reduce(
    (sum, r, i) => sum + (r < cutoff ? r ** 3 * (amplitude / cutoff) * dilute.value[i] * 0.01 : 0),
    0
  )
  expect((((2 * Math.PI) / 3) * density ** 2 * virial) / bar).toBeCloseTo(-20, 8)
  expect(pressureRamp(dilute, { ...state, pressure: 1e6 })).toBeCloseTo(-0.1 * kT, 12)
})

test("the noise floor is the mean residual of two independent estimates", () => {
  const random = stream(9)
  const estimate = () => {
    const blocks = Array.from({ length: 5 }, () =>
      x.map((r) => 1 + 0.3 * Math.sin(9 * r) + 0.1 * random.normal())
    )
    return fromBlocks(x, blocks)
  }
  const pairs = Array.from({ length: 60 }, () => [estimate(), estimate()])
  const residual = pairs.reduce((sum, [a, b]) => sum + relL1(a, b, 1.2), 0) / pairs.length
  const floor = pairs.reduce((sum, [a, b]) => sum + noiseFloor(a, b, 1.2), 0) / pairs.length
  expect(floor / residual).toBeGreaterThan(0.97)
  expect(floor / residual).toBeLessThan(1.03)
  expect(noiseFloor(pairs[0][0])).toBeGreaterThan(0)
})

test("the standard error of a residual is its scatter, and 1 / sqrt(1 - 2 / pi) of it where only noise differs", () => {
  const random = stream(12)
  const estimate = (offset: number) => {
    const blocks = Array.from({ length: 5 }, () =>
      x.map((_, i) => 1 + (i % 2 === 0 ? offset : -offset) + 0.1 * random.normal())
    )
    return fromBlocks(x, blocks)
  }
  const statedOverScatter = (offset: number) => {
    const pairs = Array.from({ length: 400 }, () => [estimate(offset), estimate(0)])
    const residuals = pairs.map(([model, target]) => relL1(model, target))
    const mean = residuals.reduce((sum, value) => sum + value, 0) / pairs.length
    const variance = residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (pairs.length - 1)
    const stated = pairs.reduce((sum, [model, target]) => sum + relL1Stderr(model, target), 0) / pairs.length
    return stated / Math.sqrt(variance)
  }
  expect(Math.abs(statedOverScatter(0.2) - 1)).toBeLessThan(0.15)
  expect(Math.abs(statedOverScatter(0) * Math.sqrt(1 - 2 / Math.PI) - 1)).toBeLessThan(0.15)
})

test("on a simulated fluid the iteration ends at the noise floor of its target", () => {
  const state = { particles: 64, density: 1.8, kT, bins: 150, binWidth: 0.01, cutoff: 1.4 }
  const target = simulateFluid({ ...state, potential, sweeps: 4000, random: stream(1, "target") })
  let knots = invertPair(target, temperature)
  const residuals = []
  for (let step = 0; step < 4; step++) {
    const { x: r, U } = tabulatePair(knots, { start: 0.02, cutoff: 1.4, points: 2000, switchWidth: 0.1 })
    const spacing = (1.4 - 0.02) / 1999
    const table = (at: number) => U[Math.max(0, Math.round((at - r[0]) / spacing))]
    const model = simulateFluid({ ...state, potential: table, sweeps: 1600, random: stream(1, "step", step) })
    residuals.push(relL1(model, target, 1.4) / noiseFloor(target, model, 1.4))
    knots = iteratePair(knots, model, target, { temperature, smoothing: 0.06 }).knots
  }
  expect(residuals[0]).toBeGreaterThan(1.8)
  expect(residuals[3]).toBeLessThan(1.6)
})

test("grids that differ, and distributions that are all noise, are refused", () => {
  const knots = invertPair(dilute, temperature)
  const shifted = { ...dilute, x: x.map((r) => r + 0.01) }
  expect(() => iteratePair(knots, shifted, dilute, { temperature })).toThrow(/one grid/)
  expect(() => invertPair({ ...dilute, sem: dilute.value }, temperature)).toThrow(/above its noise/)
  expect(() => fromBlocks(x, [zeros])).toThrow(/two blocks/)
})

test("the total variation counts what is outside the bins, and its floor is what chance gives", () => {
  const at = Float64Array.of(0.5, 1.5, 2.5)
  const of = (...value: Array<number>): Distribution => ({
    x: at,
    value: Float64Array.from(value),
    sem: new Float64Array(3)
  })
  expect(totalVariation(of(1, 0, 0), of(0, 0, 1))).toBe(1)
  expect(totalVariation(of(0.5, 0.3, 0.2), of(0.5, 0.2, 0.2))).toBeCloseTo(0.1, 12)
  const random = stream(17)
  const sem = 0.01
  const noisy = (): Distribution => ({
    x,
    value: x.map(() => 1 / x.length + sem * random.normal()),
    sem: x.map(() => sem)
  })
  const found = Array.from({ length: 200 }, () => {
    const [p, q] = [noisy(), noisy()]
    const inside = p.value.reduce((sum, value, i) => sum + Math.abs(value - q.value[i]), 0) / 2
    return inside / variationFloor(p, q)
  })
  expect(found.reduce((a, b) => a + b) / 200).toBeCloseTo(1, 1)
})
