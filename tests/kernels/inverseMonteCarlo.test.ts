// Inverse Monte Carlo: its functions, its statistics, its step.
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { boltzmann } from "../../kernels/constants.ts"
import type { Distribution } from "../../kernels/Distribution.ts"
import { firstReliable } from "../../kernels/Distribution.ts"
import * as Fluctuations from "../../kernels/fluctuations.ts"
import {
  collectiveCounts,
  correctionBasis,
  framesNeeded,
  inverseMonteCarlo
} from "../../kernels/inverseMonteCarlo.ts"
import { stream } from "../../kernels/random.ts"

const temperature = 298.15
const kT = boltzmann * temperature
const [cutoff, switchWidth] = [1.4, 0.1]
const x = Float64Array.from({ length: 140 }, (_, i) => (i + 0.5) * 0.01)
const lennardJones = (r: number) => 4 * kT * ((0.6 / r) ** 12 - (0.6 / r) ** 6)
const dilute: Distribution = {
  x,
  value: x.map((r) => Math.exp(-lennardJones(r) / kT)),
  sem: x.map(() => 0.01)
}

test("corrections end at the cut-off with value, slope and curvature 0, and bend at one knot each", () => {
  const spacing = 0.06
  const { corrections, weights } = correctionBasis(dilute, { cutoff, switchWidth, spacing })
  expect(corrections).toHaveLength(Math.ceil((cutoff - x[firstReliable(dilute)]) / spacing))
  for (const [j, correction] of corrections.entries()) {
    for (const [i, r] of x.entries()) {
      const inside = (cutoff - r) / spacing - j
      if (inside <= 0) expect(correction[i]).toBe(0)
      if (inside >= 2) expect(correction[i]).toBeCloseTo(inside - 1, 12)
      if (i === 0 || i === x.length - 1) continue
      const curvature =
        ((correction[i - 1] + correction[i + 1] - 2 * correction[i]) / 0.01 ** 2) * spacing ** 2
      expect(curvature).toBeGreaterThanOrEqual(-1e-9)
      expect(curvature).toBeLessThanOrEqual(1 + 1e-9)
      if (Math.abs(inside - 1) > 1.2) expect(curvature).toBeCloseTo(0, 9)
    }
    expect(weights[j][139]).toBeLessThan(1e-3)
    expect(weights[j].subarray(0, firstReliable(dilute)).every((weight) => weight === 0)).toBe(true)
  }
  expect(() => correctionBasis(dilute, { cutoff, switchWidth, spacing: 0 })).toThrow(/no spline/)
})

test("knots are by default a twelfth of the distance of the highest peak apart", () => {
  const shape = { cutoff, switchWidth }
  expect(correctionBasis(dilute, shape)).toEqual(correctionBasis(dilute, { ...shape, spacing: 0.675 / 12 }))
})

test("fluctuations are the mean and the covariance of what was observed", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = stream(seed)
      const rows = Array.from({ length: 20 }, () =>
        Float64Array.from({ length: 3 }, (_, i) => 1e6 * i + random.normal())
      )
      const state = Fluctuations.make(3)
      for (const row of rows) Fluctuations.add(state, row)
      const mean = (of: (row: Float64Array) => number) => rows.reduce((sum, row) => sum + of(row) / 20, 0)
      const covariance = Fluctuations.covariance(state)
      for (let i = 0; i < 3; i++) {
        const own = mean((row) => row[i])
        expect(state.mean[i]).toBeCloseTo(own, 8)
        for (let j = 0; j < 3; j++) {
          const other = mean((row) => row[j])
          const direct = mean((row) => (row[i] - own) * (row[j] - other)) * (20 / 19)
          expect(covariance.get(i, j)).toBeCloseTo(direct, 8)
        }
      }
    }),
    { seed: 3, numRuns: 20 }
  )
  expect(() => Fluctuations.covariance(Fluctuations.make(2))).toThrow(/two observations/)
})

test("where counts fluctuate by Poisson's law the step is the whole difference, and noise is 1", () => {
  const spacing = 0.06
  const basis = correctionBasis(dilute, { cutoff, switchWidth, spacing })
  const random = stream(11)
  const frames = 3000
  const pairsPerUnit = x.map((r) => 400 * r * r)
  const wrong = dilute.value.map((g, i) => g * (1 - 0.05 * basis.corrections[8][i]))
  const draw = (g: Float64Array) => {
    const observed = Fluctuations.make(basis.weights.length)
    const all = Array.from({ length: frames }, () => {
      const counts = g.map((value, i) => {
        const mean = value * pairsPerUnit[i]
        return mean + Math.sqrt(mean) * random.normal()
      })
      Fluctuations.add(observed, collectiveCounts([basis], counts))
      return counts
    })
    const value = x.map((_, i) => all.reduce((sum, counts) => sum + counts[i], 0) / frames / pairsPerUnit[i])
    const sem = g.map((own, i) => Math.sqrt(own / pairsPerUnit[i] / frames))
    return { observed, distribution: { x, value, sem } }
  }
  const target = draw(dilute.value).distribution
  const model = draw(wrong)
  const limits = { kT, clip: 0.5 }
  const {
    chiSquare,
    directions,
    frames: worth,
    updates
  } = inverseMonteCarlo([{ basis, model: model.distribution, target, pairsPerUnit }], model.observed, limits)
  expect(directions).toBe(basis.weights.length)
  for (const value of [worth.model, worth.target]) expect(value / frames).toBeCloseTo(1, 1)
  expect(chiSquare).toBeGreaterThan(20)
  // ln of the ratio of the counts is the difference of the potentials.
  for (let i = 70; i < 125; i++)
    expect(Math.abs(updates[0][i] - kT * Math.log(wrong[i] / dilute.value[i]))).toBeLessThan(0.03 * kT)
  const same = draw(dilute.value)
  const noise = inverseMonteCarlo(
    [{ basis, model: same.distribution, target, pairsPerUnit }],
    same.observed,
    limits
  )
  expect(noise.chiSquare).toBeLessThan(1 + 3 * Math.sqrt(2 / directions))
  const cautious = inverseMonteCarlo(
    [{ basis, model: model.distribution, target, pairsPerUnit }],
    model.observed,
    {
      kT,
      clip: 0.05
    }
  )
  const largest = Math.max(...cautious.updates[0].subarray(firstReliable(target)).map(Math.abs))
  expect(largest).toBeLessThanOrEqual(0.05 * kT)
  expect(largest).toBeGreaterThan(0.02 * kT)
  const volume = 40
  const change = 2
  const pressed = inverseMonteCarlo(
    [{ basis, model: model.distribution, target, pairsPerUnit }],
    model.observed,
    { ...limits, clip: 5, pressure: { change, volume } }
  )
  const [update] = pressed.updates
  const virial = x.reduce((sum, r, i) => {
    if (i === 0 || i + 1 === x.length) return sum
    return sum + pairsPerUnit[i] * model.distribution.value[i] * r * ((update[i + 1] - update[i - 1]) / 0.02)
  }, 0)
  expect(-virial / (3 * volume)).toBeCloseTo(change, 6)
  expect(pressed.directions).toBe(directions - 1)
  expect(() =>
    inverseMonteCarlo([{ basis, model: target, target, pairsPerUnit }], Fluctuations.make(directions), limits)
  ).toThrow(`${directions} functions need ${framesNeeded([basis])} frames to fluctuate in, not 0`)
})
