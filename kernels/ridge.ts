// Ridge regression with its penalty chosen by leave-one-out.
import { Matrix, SingularValueDecomposition } from "ml-matrix"
import type { Dense, Standard } from "./Dense.ts"
import * as Tables from "./Dense.ts"

export interface Ridge {
  readonly inputs: Standard
  readonly outputs: Standard
  /** Standardised inputs x standardised outputs. */
  readonly coefficients: Dense
  /** Penalty on standardised inputs, per row. */
  readonly lambda: number
  /** Leave-one-out mean squared error of the standardised outputs at that penalty. */
  readonly looError: number
}

/**
 * Fits y = b + x B with penalty n lambda |B|^2 on standardised columns (A. E. Hoerl, R. W. Kennard, Technometrics 12, 55,
 * 1970). Of the penalties 1e-6 to 1e3 that one is taken whose leave-one-out error, in closed form
 * e_i / (1 - h_i) from one singular value decomposition (D. M. Allen, Technometrics 16, 125, 1974), is least; all
 * outputs share it. Needs 2 rows; RangeError otherwise.
 */
export const fitRidge = (x: Dense, y: Dense): Ridge => {
  Tables.requireSameRows(x, y, 2)
  const inputs = Tables.standardOf(x)
  const outputs = Tables.standardOf(y)
  const target = Tables.toMatrix(Tables.standardise(y, outputs))
  const svd = new SingularValueDecomposition(Tables.toMatrix(Tables.standardise(x, inputs)), {
    autoTranspose: true
  })
  const u = svd.leftSingularVectors
  const projected = u.transpose().mmul(target)
  const n = x.rows
  let best = { lambda: NaN, looError: Infinity }
  for (let exponent = -12; exponent <= 6; exponent++) {
    const lambda = 10 ** (exponent / 2)
    const shrink = svd.diagonal.map((d) => (d * d) / (d * d + n * lambda))
    const fitted = u.mmul(Matrix.mul(projected, Matrix.columnVector(shrink).repeat({ columns: y.columns })))
    let sum = 0
    for (let i = 0; i < n; i++) {
      const leverage = shrink.reduce((h, s, k) => h + s * u.get(i, k) ** 2, 1 / n)
      for (let j = 0; j < y.columns; j++) {
        sum += ((target.get(i, j) - fitted.get(i, j)) / Math.max(1e-12, 1 - leverage)) ** 2
      }
    }
    const looError = sum / (n * y.columns)
    if (looError < best.looError) best = { lambda, looError }
  }
  const inverse = svd.diagonal.map((d) => d / (d * d + n * best.lambda))
  const scaled = Matrix.mul(projected, Matrix.columnVector(inverse).repeat({ columns: y.columns }))
  const coefficients = Tables.fromMatrix(svd.rightSingularVectors.mmul(scaled))
  return { inputs, outputs, coefficients, ...best }
}

/** Predicted outputs, a row for each row of x. */
export const predictRidge = (model: Ridge, x: Dense): Dense => {
  const standard = Tables.toMatrix(Tables.standardise(x, model.inputs))
  return Tables.restore(Tables.fromMatrix(standard.mmul(Tables.toMatrix(model.coefficients))), model.outputs)
}
