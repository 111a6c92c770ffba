// How an inversion by inverse Monte Carlo goes on: short runs far from the target, means of long ones at its noise, an end.
import { expect, test } from "vitest"
import { isBest, isDone, productionAfter, settledRuns } from "../../stages/coarse/inversionProgress.ts"

const after = (...values: ReadonlyArray<number | null>) =>
  values.map((chiSquare) => ({
    residual: 0.02,
    noiseFloor: 0.02,
    chiSquare,
    variation: null,
    variationFloor: null,
    timeStep: 0.01,
    temperature: 298,
    pressure: 100
  }))

test("runs are short until one was near the target, and then never again", () => {
  const run = { production: 1600, frameInterval: 0.2 }
  expect(productionAfter(after(), run)).toBe(200)
  expect(productionAfter(after(900, 120, null), run)).toBe(200)
  expect(productionAfter(after(900, 20), run)).toBe(1600)
  expect(productionAfter(after(900, 20, 40), run)).toBe(1600)
  expect(productionAfter(after(), { production: 100, frameInterval: 0.2 })).toBe(20)
  expect(productionAfter(after(), { production: 10, frameInterval: 0.2 })).toBe(10)
})

test("only long runs at the noise of the target count for the mean", () => {
  expect(settledRuns(after(900, 3, 15))).toBe(0)
  expect(settledRuns(after(900, 20, 15, 1.5, 0.9))).toBe(2)
})

test("a later model is the best one unless it is worse by more than noise", () => {
  const [found, poor] = after(3.9, 8)
  expect(isBest(found, { chiSquare: 0.7 })).toBe(true)
  expect(isBest(poor, { chiSquare: 0.7 })).toBe(false)
  expect(isBest(poor, { chiSquare: 30 })).toBe(true)
  expect(isBest(poor, { chiSquare: null })).toBe(true)
})

test("it ends where noise explains what is left, and the runs know more than the target", () => {
  const step = { chiSquare: 1.2, directions: 18, frames: { model: 1500, target: 2200 }, updates: new Map() }
  const history = after(900, 20, 15, 1.5, 0.9, 1.2)
  expect(isDone(history, step, 1)).toBe(true)
  expect(isDone(history.slice(0, -1), step, 1)).toBe(false)
  expect(isDone(history, { ...step, chiSquare: 1.4 }, 1)).toBe(false)
  expect(isDone(history, { ...step, chiSquare: 1.4 }, 1.2)).toBe(true)
})
