// Predictions of samples by models that did not see them.
import type { Dense } from "./Dense.ts"
import * as Tables from "./Dense.ts"
import { makeFolds } from "./folds.ts"
import type { PrincipalComponents } from "./pca.ts"
import { fitPca, fromComponents, toComponents } from "./pca.ts"
import type { Prediction, Regressor } from "./regressors.ts"

/** What one method predicts for each sample while that sample is held out. */
export interface OutOfFold extends Prediction {
  readonly name: string
}

export interface ValidationOptions {
  readonly folds: number
  readonly seed: number
  /** Share of the variance that the components hold in which targets are learned. */
  readonly share: number
  /** Called before each fold, counted from 0. */
  readonly onFold?: (fold: number, folds: number) => void
}

/**
 * Folds that are made of so many samples: those asked for, as far as each leaves two samples to learn from (a ridge
 * regression needs them); 0 below 3 samples.
 */
export const foldsFor = (samples: number, wanted: number): number => {
  if (samples < 3) return 0
  let folds = Math.max(2, Math.min(wanted, samples))
  while (samples - Math.ceil(samples / folds) < 2) folds++
  return folds
}

/**
 * Each row of y predicted from its row of x by every method, trained on the other folds alone: their principal components
 * and means come from the training rows of the fold, too. Deviations go through the components as if these were
 * independent. Throws RangeError for fewer than 3 samples or tables of different length.
 */
export const crossValidate = async (
  x: Dense,
  y: Dense,
  methods: ReadonlyArray<Regressor>,
  { folds, onFold, seed, share }: ValidationOptions
): Promise<ReadonlyArray<OutOfFold>> => {
  Tables.requireSameRows(x, y, 3)
  const results = methods.map(({ name }) => ({
    name,
    mean: blank(y),
    deviation: undefined as Dense | undefined
  }))
  for (const [k, { test, train }] of makeFolds(x.rows, foldsFor(x.rows, folds), seed).entries()) {
    onFold?.(k, foldsFor(x.rows, folds))
    const known = Tables.takeRows(y, train)
    const basis = fitPca(known, { share })
    const learned = toComponents(basis, known)
    for (const [m, method] of methods.entries()) {
      const predict = await method.fit(Tables.takeRows(x, train), learned)
      const { deviation, mean } = predict(Tables.takeRows(x, test))
      const result = results[m]
      scatter(result.mean, fromComponents(basis, mean), test)
      if (deviation === undefined) continue
      result.deviation ??= blank(y)
      scatter(result.deviation, restoreDeviation(basis, deviation), test)
    }
  }
  return results.map(({ deviation, ...result }) => (deviation ? { ...result, deviation } : result))
}

/** Standard deviations of restored rows from those of independent coordinates along the components. */
export const restoreDeviation = ({ components, mean }: PrincipalComponents, deviation: Dense): Dense =>
  Tables.fromRows(
    Array.from({ length: deviation.rows }, (_, i) => {
      const along = Tables.row(deviation, i)
      return mean.map((_unused, j) =>
        Math.sqrt(along.reduce((sum, d, k) => sum + (d * components.values[k * mean.length + j]) ** 2, 0))
      )
    })
  )

export interface Score {
  readonly rmse: number
  /** Standard error of the RMSE over the samples. */
  readonly stderr: number
}

/** Root mean squared error over all samples and outputs, each sample with equal weight. */
export const scoreOf = (predicted: Dense, truth: Dense): Score => {
  const squares = Array.from({ length: truth.rows }, (_, i) => {
    const known = Tables.row(truth, i)
    return Tables.row(predicted, i).reduce((sum, p, j) => sum + (p - known[j]) ** 2, 0) / truth.columns
  })
  const n = squares.length
  const mean = squares.reduce((a, b) => a + b, 0) / n
  const variance = squares.reduce((sum, s) => sum + (s - mean) ** 2, 0) / Math.max(1, n - 1)
  const rmse = Math.sqrt(mean)
  return { rmse, stderr: rmse > 0 ? Math.sqrt(variance / n) / (2 * rmse) : 0 }
}

const blank = ({ columns, rows }: Dense): Dense => ({
  rows,
  columns,
  values: new Float64Array(rows * columns)
})

/** Puts the rows of `from` at the given places of `into`. */
const scatter = (into: Dense, from: Dense, places: Int32Array): void => {
  for (const [k, place] of places.entries()) Tables.row(into, place).set(Tables.row(from, k))
}
