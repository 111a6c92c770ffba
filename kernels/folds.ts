// Cross-validation folds and the scores of a prediction.
import type { Dense } from "./Dense.ts"
import { permutation, stream } from "./random.ts"

export interface Fold {
  readonly train: Int32Array
  readonly test: Int32Array
}

/**
 * k folds of samples: each sample is tested once, fold sizes differ by one at most, and indices rise within a fold. The
 * shuffle depends on the seed alone. Throws RangeError unless 2 <= k <= samples.
 */
export const makeFolds = (samples: number, k: number, seed: number): ReadonlyArray<Fold> => {
  if (!(k >= 2 && k <= samples)) throw new RangeError(`${samples} samples make no ${k} folds`)
  const order = permutation(stream(seed, "folds"), samples)
  return Array.from({ length: k }, (_, fold) => {
    const isTest = (place: number) => place % k === fold
    return {
      train: order.filter((_unused, place) => !isTest(place)).sort(),
      test: order.filter((_unused, place) => isTest(place)).sort()
    }
  })
}

/** Root mean square error over all outputs and rows, in their unit. */
export const rmse = (predicted: Dense, truth: Dense): number => Math.sqrt(meanSquare(predicted, truth))

/**
 * 1 - (sum of squared errors) / (sum of squares about each column's mean), over all outputs together: 1 is perfect, 0 no
 * better than the mean of these very rows, NaN where they do not vary.
 */
export const r2 = (predicted: Dense, truth: Dense): number => {
  const mean = new Float64Array(truth.columns)
  for (let k = 0; k < truth.values.length; k++) mean[k % truth.columns] += truth.values[k] / truth.rows
  const spread = truth.values.reduce((sum, value, k) => sum + (value - mean[k % truth.columns]) ** 2, 0)
  return spread > 0 ? 1 - (meanSquare(predicted, truth) * truth.values.length) / spread : NaN
}

const meanSquare = (predicted: Dense, truth: Dense): number => {
  if (predicted.rows !== truth.rows || predicted.columns !== truth.columns) {
    throw new RangeError(
      `predictions of ${predicted.rows} x ${predicted.columns} for ${truth.rows} x ${truth.columns} answers`
    )
  }
  return (
    truth.values.reduce((sum, value, k) => sum + (predicted.values[k] - value) ** 2, 0) / truth.values.length
  )
}
