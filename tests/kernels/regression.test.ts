// The baselines of learning against brute force, exact answers and each other.
import { inverse, Matrix } from "ml-matrix"
import { expect, test } from "vitest"
import type { Dense } from "../../kernels/Dense.ts"
import * as Tables from "../../kernels/Dense.ts"
import { makeFolds, r2, rmse } from "../../kernels/folds.ts"
import type { GaussianProcess } from "../../kernels/gaussianProcess.ts"
import { fitGaussianProcess, predictGaussianProcess, restoreProcess } from "../../kernels/gaussianProcess.ts"
import { fitNearestNeighbour, predictNearestNeighbour } from "../../kernels/nearestNeighbour.ts"
import { fitPca, fromComponents, toComponents } from "../../kernels/pca.ts"
import { stream } from "../../kernels/random.ts"
import { fitRidge, predictRidge } from "../../kernels/ridge.ts"

test("standardised columns have mean 0 and deviation 1, constant ones become 0, and restoring undoes it", () => {
  const table = Tables.fromRows([
    [1, 5, 0.1],
    [2, 5, 0.1],
    [6, 5, 0.1]
  ])
  const standard = Tables.standardOf(table)
  const scaled = Tables.standardise(table, standard)
  expect([...standard.scale.subarray(1)]).toEqual([1, 1])
  expect(scaled.values.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(3, 12)
  Tables.restore(scaled, standard).values.forEach((v, k) => expect(v).toBeCloseTo(table.values[k], 14))
  expect(() =>
    Tables.standardOf(
      Tables.fromRows([
        [1, 2],
        [3, NaN]
      ])
    )
  ).toThrow(/row 1, column 1 is NaN/)
  expect(() => Tables.fromRows([[1, 2], [3]])).toThrow(/row 1/)
})

test("ridge finds a linear law through noise, with fewer rows than columns too", () => {
  const few = linearData(12, 20, 0)
  const many = linearData(200, 20, 0.1)
  const fresh = linearData(100, 20, 0, "test")
  expect(r2(predictRidge(fitRidge(many.x, many.y), fresh.x), fresh.y)).toBeGreaterThan(0.99)
  expect(rmse(predictRidge(fitRidge(few.x, few.y), few.x), few.y)).toBeLessThan(0.05)
})

test("ridge solves its normal equations, and its leave-one-out error is that of really leaving each out", () => {
  for (const [rows, columns] of [
    [15, 4],
    [8, 11]
  ]) {
    const { x, y } = linearData(rows, columns, 0.8)
    const model = fitRidge(x, y)
    const all = Array.from({ length: rows }, (_, i) => i)
    const xs = Tables.standardise(x, model.inputs)
    const ys = Tables.standardise(y, model.outputs)
    const penalty = rows * model.lambda
    const whole = bruteRidge(xs, ys, penalty)
    const predicted = predictRidge(model, x)
    for (const i of all) {
      const expected = whole(Tables.row(xs, i))
      Tables.row(predicted, i).forEach((v, j) =>
        expect(v).toBeCloseTo(expected[j] * model.outputs.scale[j] + model.outputs.mean[j], 9)
      )
    }
    let sum = 0
    for (const i of all) {
      const others = all.filter((k) => k !== i)
      const guess = bruteRidge(
        Tables.takeRows(xs, others),
        Tables.takeRows(ys, others),
        penalty
      )(Tables.row(xs, i))
      Tables.row(ys, i).forEach((v, j) => (sum += (v - guess[j]) ** 2))
    }
    expect(model.looError).toBeCloseTo(sum / (rows * y.columns), 9)
  }
})

test("the nearest neighbour of a known sample is itself, and several are averaged", () => {
  const x = Tables.fromRows([
    [0, 0],
    [1, 1000],
    [2, 0],
    [3, 0]
  ])
  const y = Tables.fromRows([[1], [2], [4], [9]])
  expect([...predictNearestNeighbour(fitNearestNeighbour(x, y), x).values]).toEqual([1, 2, 4, 9])
  const three = predictNearestNeighbour(fitNearestNeighbour(x, y, 3), Tables.fromRows([[2.4, 0]]))
  expect(three.values[0]).toBeCloseTo(14 / 3, 12)
})

test("principal components are orthonormal, find the plane that data lie in, and restore it", () => {
  const random = stream(4)
  const rows = Array.from({ length: 30 }, () => {
    const [a, b] = [3 * random.normal(), random.normal()]
    return Array.from({ length: 50 }, (_, j) => 1 + a * Math.sin(j / 8) + b * Math.cos(j / 5))
  })
  const table = Tables.fromRows(rows)
  const pca = fitPca(table, { share: 0.999999 })
  expect(pca.components.rows).toBe(2)
  const gram = Tables.toMatrix(pca.components).mmul(Tables.toMatrix(pca.components).transpose())
  expect(Matrix.sub(gram, Matrix.eye(2)).norm()).toBeLessThan(1e-12)
  const coordinates = toComponents(pca, table)
  fromComponents(pca, coordinates).values.forEach((v, k) => expect(v).toBeCloseTo(table.values[k], 10))
  const first = Array.from({ length: 30 }, (_, i) => coordinates.values[2 * i])
  expect(first.reduce((sum, v) => sum + v * v, 0) / 29).toBeCloseTo(pca.variance[0], 9)
  expect(fitPca(table, { count: 7 }).components.rows).toBe(7)
})

test("a Gaussian process learns a curve from few points and says where it does not know", () => {
  for (const covariance of ["rbf", "matern52"] as const) {
    const x = Tables.fromRows(Array.from({ length: 25 }, (_, i) => [i / 6]))
    const y = Tables.fromRows(Array.from({ length: 25 }, (_, i) => [Math.sin(i / 3), 5 + Math.cos(i / 3)]))
    const model = fitGaussianProcess(x, y, covariance)
    const { mean, deviation } = predictGaussianProcess(model, Tables.fromRows([[1.234], [9]]))
    expect(mean.values[0]).toBeCloseTo(Math.sin(2.468), 2)
    expect(mean.values[1]).toBeCloseTo(5 + Math.cos(2.468), 2)
    expect(deviation.values[0]).toBeLessThan(0.05)
    expect(deviation.values[2]).toBeGreaterThan(10 * deviation.values[0])
  }
})

test("a Gaussian process tells noise from signal, and its mean is that of the textbook", () => {
  const random = stream(6)
  const x = Tables.fromRows(Array.from({ length: 60 }, () => [random.uniform(), random.uniform()]))
  const y = Tables.fromRows(
    Array.from({ length: 60 }, (_, i) => [Math.sin(5 * x.values[2 * i]) + 0.2 * random.normal()])
  )
  const model = fitGaussianProcess(x, y, "rbf")
  const noise = Math.sqrt(model.signal[0] * model.noise) * model.outputs.scale[0]
  expect(noise).toBeGreaterThan(0.13)
  expect(noise).toBeLessThan(0.28)
  const k = new Matrix(60, 60)
  for (let i = 0; i < 60; i++)
    for (let j = 0; j < 60; j++) k.set(i, j, covarianceOf(model, model.x, i, j) + (i === j ? model.noise : 0))
  const at = Tables.fromRows([[0.3, 0.6]])
  const standardAt = Tables.standardise(at, model.inputs)
  const cross = Matrix.rowVector(Array.from({ length: 60 }, (_, i) => covarianceOf(model, standardAt, 0, i)))
  const expected = cross
    .mmul(inverse(k))
    .mmul(Tables.toMatrix(Tables.standardise(y, model.outputs)))
    .get(0, 0)
  const { mean } = predictGaussianProcess(model, at)
  expect(mean.values[0]).toBeCloseTo(expected * model.outputs.scale[0] + model.outputs.mean[0], 8)
})

test("a Gaussian process finds a law of many inputs that is mostly linear, and knows how well", () => {
  const { x, y } = linearData(30, 15, 0.3)
  const fresh = linearData(200, 15, 0.3, "fresh")
  const model = fitGaussianProcess(x, y)
  expect(model.linear).toBeGreaterThan(0)
  const { deviation, mean } = predictGaussianProcess(model, fresh.x)
  expect(r2(mean, fresh.y)).toBeGreaterThan(0.9)
  const scores = fresh.y.values.map((value, k) => ((value - mean.values[k]) / deviation.values[k]) ** 2)
  const square = scores.reduce((sum, score) => sum + score, 0) / scores.length
  expect(square).toBeGreaterThan(0.5)
  expect(square).toBeLessThan(2)
  const { factor: _, ...stored } = model
  expect(predictGaussianProcess(restoreProcess(stored), fresh.x)).toEqual({ deviation, mean })
})

test("folds test each sample once, in sizes that differ by one, shuffled by the seed alone", () => {
  const folds = makeFolds(23, 5, 1)
  expect(folds.flatMap(({ test: held }) => [...held]).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 23 }, (_, i) => i)
  )
  for (const { train, test: held } of folds) {
    expect(train.length + held.length).toBe(23)
    expect([...train].some((i) => held.includes(i))).toBe(false)
    expect([4, 5]).toContain(held.length)
  }
  expect(makeFolds(23, 5, 1)).toEqual(folds)
  expect(makeFolds(23, 5, 2)).not.toEqual(folds)
  expect(() => makeFolds(3, 4, 1)).toThrow(/no 4 folds/)
})

test("r2 is 1 for the truth, 0 for its mean, NaN where nothing varies", () => {
  const truth = Tables.fromRows([
    [1, 10],
    [3, 30]
  ])
  expect(r2(truth, truth)).toBe(1)
  expect(
    r2(
      Tables.fromRows([
        [2, 20],
        [2, 20]
      ]),
      truth
    )
  ).toBe(0)
  expect(r2(truth, { ...truth, values: truth.values.map(() => 1) })).toBeNaN()
  expect(
    rmse(
      Tables.fromRows([
        [1, 10],
        [3, 34]
      ]),
      truth
    )
  ).toBe(2)
  expect(() => rmse(Tables.fromRows([[1]]), truth)).toThrow(/1 x 1 for 2 x 2/)
})

const linearData = (rows: number, columns: number, noise: number, name = "train"): { x: Dense; y: Dense } => {
  const law = stream(8, "law", columns)
  const slopes = Array.from({ length: 2 * columns }, () => law.normal())
  const random = stream(8, name, rows)
  const x = Tables.fromRows(
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => 10 + random.normal()))
  )
  const y = Array.from({ length: rows }, (_, i) =>
    [0, 1].map((k) =>
      Tables.row(x, i).reduce((sum, v, j) => sum + v * slopes[k * columns + j], noise * random.normal())
    )
  )
  return { x, y: Tables.fromRows(y) }
}

/** Ridge with a free intercept by the normal equations, as a function of one row. */
const bruteRidge = (x: Dense, y: Dense, penalty: number) => {
  const wide = Matrix.ones(x.rows, x.columns + 1)
  wide.setSubMatrix(Tables.toMatrix(x), 0, 1)
  const system = wide.transpose().mmul(wide)
  for (let j = 1; j <= x.columns; j++) system.set(j, j, system.get(j, j) + penalty)
  const solution = inverse(system).mmul(wide.transpose()).mmul(Tables.toMatrix(y))
  return (row: ArrayLike<number>) =>
    Matrix.rowVector([1, ...Array.from(row)])
      .mmul(solution)
      .to1DArray()
}

const covarianceOf = ({ length, linear, x }: GaussianProcess, a: Dense, i: number, j: number) => {
  const [here, there] = [Tables.row(a, i), Tables.row(x, j)]
  const square = here.reduce((sum, v, k) => sum + (v - there[k]) ** 2, 0)
  const product = here.reduce((sum, v, k) => sum + v * there[k], 0) / here.length
  return linear * product + (1 - linear) * Math.exp(-square / (2 * length * length))
}
