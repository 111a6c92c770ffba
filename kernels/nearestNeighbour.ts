// Prediction by the nearest known samples.
import type { Dense, Standard } from "./Dense.ts"
import * as Tables from "./Dense.ts"

export interface NearestNeighbour {
  readonly inputs: Standard
  readonly x: Dense
  readonly y: Dense
  readonly neighbours: number
}

/** Keeps the samples, their inputs standardised, to answer with the mean of the `neighbours` nearest. */
export const fitNearestNeighbour = (x: Dense, y: Dense, neighbours = 1): NearestNeighbour => {
  Tables.requireSameRows(x, y, 1)
  const inputs = Tables.standardOf(x)
  return { inputs, x: Tables.standardise(x, inputs), y, neighbours: Math.min(neighbours, x.rows) }
}

/** Predicted outputs, a row for each row of x; of samples equally near the earlier one counts as nearer. */
export const predictNearestNeighbour = (model: NearestNeighbour, x: Dense): Dense => {
  const standard = Tables.standardise(x, model.inputs)
  const values = new Float64Array(x.rows * model.y.columns)
  for (let i = 0; i < x.rows; i++) {
    const at = Tables.row(standard, i)
    const nearest = Array.from({ length: model.x.rows }, (_, k) => {
      const distance = Tables.row(model.x, k).reduce((sum, value, j) => sum + (value - at[j]) ** 2, 0)
      return { k, distance }
    })
      .sort((a, b) => a.distance - b.distance || a.k - b.k)
      .slice(0, model.neighbours)
    for (const { k } of nearest) {
      for (let j = 0; j < model.y.columns; j++) {
        values[i * model.y.columns + j] += model.y.values[k * model.y.columns + j] / nearest.length
      }
    }
  }
  return { rows: x.rows, columns: model.y.columns, values }
}
