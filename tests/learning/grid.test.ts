// The grid on which potentials are learned, and the folds: known answers, and nothing seen before it is predicted.
import { describe, expect, test } from "vitest"
import { crossValidate, foldsFor, scoreOf } from "../../kernels/crossValidate.ts"
import * as Tables from "../../kernels/Dense.ts"
import { makeFolds, rmse } from "../../kernels/folds.ts"
import * as Grid from "../../kernels/PotentialGrid.ts"
import { stream } from "../../kernels/random.ts"
import { baselines } from "../../kernels/regressors.ts"
import { factorsOf, potentialOf } from "./syntheticCampaign.ts"

const curve = (sample: number, cutoff = 1.4) => {
  const rows = potentialOf(factorsOf(sample), cutoff)
  return {
    pair: "A-A",
    r: Float64Array.from(rows, ({ r }) => r),
    U: Float64Array.from(rows, ({ U }) => U)
  }
}
const options = { cap: 10, spacing: 0.01 }

describe("the grid of potentials", () => {
  test("gives a potential back as a table: the well to 0.005 kJ/mol, the core to a tenth", () => {
    const curves = [curve(0), curve(1), curve(2)]
    const grid = Grid.makeGrid(
      curves.map((one) => [one]),
      options
    )
    for (const { r, U, ...rest } of curves) {
      const [{ table }] = Grid.decode(grid, Grid.encode(grid, [{ r, U, ...rest }]))
      expect(table.x).toHaveLength(r.length)
      for (const [k, energy] of U.entries()) {
        expect(table.x[k]).toBeCloseTo(r[k], 9)
        if (energy > 40) continue // 16 kT: no bead comes so near
        const tolerance = energy < 5 ? 5e-3 : 0.1 * energy
        expect(Math.abs(table.U[k] - energy)).toBeLessThan(tolerance)
      }
    }
  })

  test("gives bonds and angles back too, in the same row: the wells to a tenth of kT, walls beyond", () => {
    const degree = Math.PI / 180
    const bonded = (shift: number) =>
      [
        { kind: "bond", pair: "A-B", end: 0.5, at: 0.25 + 0.02 * shift, stiffness: 4e4 },
        { kind: "angle", pair: "A-B-A", end: Math.PI, at: (95 + 8 * shift) * degree, stiffness: 200 }
      ].map(({ at, end, kind, pair, stiffness }) => {
        const r = Float64Array.from({ length: 500 }, (_, i) => 0.001 + ((end - 0.001) * i) / 499)
        const U = r.map((x) => (stiffness / 2) * (x - at) ** 2)
        return { kind: kind === "bond" ? ("bond" as const) : ("angle" as const), pair, r, U }
      })
    const samples = [0, 1, 2].map((sample) => [curve(sample), ...bonded(sample - 1)])
    const grid = Grid.makeGrid(samples, options)
    expect(grid.map(Grid.nameOf)).toEqual(["A-A", "bond A-B", "angle A-B-A"])
    for (const curves of samples) {
      const row = Grid.encode(grid, curves)
      expect(row).toHaveLength(Grid.width(grid))
      const decoded = Grid.decode(grid, row)
      for (const [k, { table }] of decoded.entries()) {
        if (k === 0) continue
        const { r, U } = curves[k]
        expect(table.x[0]).toBeCloseTo(r[0], 9)
        expect(table.x.at(-1)).toBeCloseTo(r.at(-1)!, 9)
        for (const [i, energy] of U.entries()) {
          expect(table.x[i]).toBeCloseTo(r[i], 9)
          if (energy < 10) expect(Math.abs(table.U[i] - energy)).toBeLessThan(0.25)
          else expect(table.U[i]).toBeGreaterThan(8)
        }
      }
    }
    expect(() => Grid.encode(grid, samples[0].slice(0, 2))).toThrow(/none of angle A-B-A/)
  })

  test("begins where the first sample falls below the cap, and ends at the largest cut-off", () => {
    const curves = [curve(1), curve(2, 1.2)]
    const [{ r }] = Grid.makeGrid(
      curves.map((one) => [one]),
      options
    )
    const first = Math.min(...curves.map(({ U, r }) => r[U.findIndex((energy) => energy < 10)]))
    expect(r[0]).toBeGreaterThanOrEqual(first)
    expect(r[0]).toBeLessThan(first + 0.011)
    expect(r.at(-1)).toBe(1.4)
    const row = Grid.encode([{ pair: "A-A", r, start: 0.02, points: 2 }], [curves[1]])
    expect(row.at(-10)).toBe(0)
  })

  test("keeps pairs apart, whatever their order in a sample", () => {
    const a = { ...curve(1), pair: "A-A" }
    const b = { ...curve(2), pair: "A-B" }
    const grid = Grid.makeGrid([[a, b]], options)
    expect(Grid.width(grid)).toBe(grid[0].r.length + grid[1].r.length)
    expect(Grid.encode(grid, [b, a])).toEqual(Grid.encode(grid, [a, b]))
    expect(Grid.decode(grid, Grid.encode(grid, [a, b])).map(({ pair }) => pair)).toEqual(["A-A", "A-B"])
  })

  test("turns small deviations of its numbers into those of energies", () => {
    const row = Float64Array.of(-1, 0.5, 4)
    const shifted = row.map((value) => value + 1e-6)
    const deviations = Grid.energyDeviations(row, Float64Array.of(1, 1, 1))
    const [before, after] = [Grid.energies(row), Grid.energies(shifted)]
    for (const k of [0, 1, 2]) expect(deviations[k]).toBeCloseTo((after[k] - before[k]) / 1e-6, 3)
    expect(Grid.energyDeviations(row, Float64Array.of(1, 1, 1), 5)[2]).toBe(0)
  })

  test("refuses a potential that never repels, and one that is nowhere below the cap", () => {
    const grid = Grid.makeGrid([[curve(1)]], options)
    expect(() => Grid.decode(grid, new Float64Array(Grid.width(grid)))).toThrow(/never falls/)
    const high = { ...curve(1), U: curve(1).U.map((energy) => energy + 50) }
    expect(() => Grid.makeGrid([[high]], options)).toThrow(/below 10 kJ/)
  })
})

describe("cross-validation", () => {
  const random = stream(2, "rows")
  const x = Tables.fromRows(Array.from({ length: 12 }, () => [random.normal(), random.normal()]))
  const y = Tables.fromRows(
    Array.from({ length: 12 }, (_, i) => {
      const [a, b] = Tables.row(x, i)
      return [a + b, a - 2 * b, 3 * a, 1]
    })
  )
  const run = (answers = y) => crossValidate(x, answers, baselines, { folds: 4, seed: 1, share: 1 })

  test("finds a linear law, and its mean is that of the other folds", async () => {
    const results = await run()
    expect(results.map(({ name }) => name)).toEqual([
      "ridge",
      "gaussian process",
      "nearest neighbour",
      "mean"
    ])
    expect(rmse(results[0].mean, y)).toBeLessThan(1e-3)
    for (const { test, train } of makeFolds(12, 4, 1)) {
      const { mean } = Tables.standardOf(Tables.takeRows(y, train))
      for (const i of test) {
        for (const j of [0, 1, 2, 3]) expect(Tables.row(results[3].mean, i)[j]).toBeCloseTo(mean[j], 12)
      }
    }
  })

  test("predicts a row without having seen its answer", async () => {
    const changed = {
      ...y,
      values: y.values.map((value, k) => (Math.floor(k / 4) === 5 ? 100 * value : value))
    }
    const [before, after] = [await run(), await run(changed)]
    for (const [m, { mean }] of before.entries()) {
      for (const [j, value] of Tables.row(mean, 5).entries()) {
        expect(Tables.row(after[m].mean, 5)[j]).toBeCloseTo(value, 9)
      }
    }
  })

  test("makes as many folds as leave two samples to learn from", () => {
    expect([2, 3, 4, 5, 30].map((samples) => foldsFor(samples, 2))).toEqual([0, 3, 2, 2, 2])
    expect([3, 4, 5, 30].map((samples) => foldsFor(samples, 5))).toEqual([3, 4, 5, 5])
  })

  test("scores by the root mean squared error, whose error is that of a repeated draw", () => {
    const draws = Array.from({ length: 400 }, (_, repeat) => {
      const noise = stream(3, repeat)
      const truth = Tables.fromRows(Array.from({ length: 40 }, () => [0]))
      return scoreOf({ ...truth, values: truth.values.map(() => noise.normal()) }, truth)
    })
    const mean = draws.reduce((sum, draw) => sum + draw.rmse, 0) / 400
    const spread = Math.sqrt(draws.reduce((sum, draw) => sum + (draw.rmse - mean) ** 2, 0) / 399)
    const claimed = draws.reduce((sum, draw) => sum + draw.stderr, 0) / 400
    expect(mean).toBeCloseTo(1, 1)
    expect(claimed / spread).toBeGreaterThan(0.85)
    expect(claimed / spread).toBeLessThan(1.15)
  })
})
