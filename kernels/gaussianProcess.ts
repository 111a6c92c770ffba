// Gaussian process regression.
import { CholeskyDecomposition, Matrix } from "ml-matrix"
import type { Dense, Standard } from "./Dense.ts"
import * as Tables from "./Dense.ts"

export type Covariance = "rbf" | "matern52"

export interface GaussianProcess {
  readonly covariance: Covariance
  readonly inputs: Standard
  readonly outputs: Standard
  /** Standardised inputs of the samples. */
  readonly x: Dense
  /** Length over which outputs vary, in standardised inputs. */
  readonly length: number
  /** Share of the signal's variance that is linear in the inputs. */
  readonly linear: number
  /** Variance of the noise, as a share of the signal's. */
  readonly noise: number
  /** Signal variance of each standardised output. */
  readonly signal: Float64Array
  /** Sum of the outputs' log marginal likelihoods, up to a constant. */
  readonly logLikelihood: number
  /** Lower triangle of the factored covariance, and covariance^-1 y. */
  readonly factor: Dense
  readonly weights: Dense
}

/** With many inputs and few samples a law that is mostly linear is out of reach of a covariance that knows only distances. */
const linearShares = [0, 0.5, 0.9, 0.99]

/**
 * A Gaussian process with one covariance for all outputs (C. E. Rasmussen, C. K. I. Williams, *Gaussian Processes for Machine
 * Learning*, MIT Press, 2006, algorithm 2.1): w x.x' / (number of inputs) + (1 - w) c(|x - x'| / length) + noise. Linear share w, length
 * and noise are those of greatest marginal likelihood, the signal variances at their own optimum y' K^-1 y / n: first on a
 * grid, then by halving steps of length and noise around the best. Needs 2 rows; RangeError otherwise.
 */
export const fitGaussianProcess = (
  x: Dense,
  y: Dense,
  covariance: Covariance = "matern52"
): GaussianProcess => {
  Tables.requireSameRows(x, y, 2)
  const inputs = Tables.standardOf(x)
  const outputs = Tables.standardOf(y)
  const standard = Tables.standardise(x, inputs)
  const target = Tables.toMatrix(Tables.standardise(y, outputs))
  const distances = distanceTable(standard, standard)

  const products = productTable(standard, standard)

  const tryOut = (logLength: number, logNoise: number, linear: number) => {
    const [length, noise] = [10 ** logLength, 10 ** logNoise]
    const factored = factor(
      covarianceTable({ covariance, length, linear }, distances, products),
      x.rows,
      noise
    )
    if (factored === undefined) return undefined
    const weights = factored.solve(target)
    const signal = Float64Array.from({ length: y.columns }, (_, j) => {
      let sum = 0
      for (let i = 0; i < x.rows; i++) sum += weights.get(i, j) * target.get(i, j)
      return Math.max(sum / x.rows, 1e-12)
    })
    const lower = factored.lowerTriangularMatrix
    const halfLogDeterminant = lower.diagonal().reduce((sum, d) => sum + Math.log(d), 0)
    const logLikelihood = signal.reduce((sum, s) => sum - (x.rows / 2) * Math.log(s) - halfLogDeterminant, 0)
    return { logLength, logNoise, length, linear, noise, signal, weights, lower, logLikelihood }
  }

  const trials = gridOf([-0.5, 2, 0.5], [-6, 1, 1]).flatMap(([l, n]) =>
    linearShares.flatMap((linear) => tryOut(l, n, linear) ?? [])
  )
  if (trials.length === 0) throw new RangeError("no covariance of these samples can be factored")
  let best = trials.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a))
  for (let step = 0.5; step > 0.05; step /= 2) {
    for (const [dl, dn] of [
      [step / 2, 0],
      [-step / 2, 0],
      [0, step],
      [0, -step]
    ]) {
      const next = tryOut(best.logLength + dl, best.logNoise + dn, best.linear)
      if (next && next.logLikelihood > best.logLikelihood) best = next
    }
  }
  const { length, linear, noise, signal, weights, lower, logLikelihood } = best
  return {
    covariance,
    inputs,
    outputs,
    x: standard,
    length,
    linear,
    noise,
    signal,
    logLikelihood,
    factor: Tables.fromMatrix(lower),
    weights: Tables.fromMatrix(weights)
  }
}

/** What a process is made of, without the factored covariance, which follows from it. */
export type StoredProcess = Omit<GaussianProcess, "factor">

/** The process that was stored. Throws RangeError for numbers whose covariance cannot be factored. */
export const restoreProcess = (stored: StoredProcess): GaussianProcess => {
  const { noise, x } = stored
  const factored = factor(covarianceTable(stored, distanceTable(x, x), productTable(x, x)), x.rows, noise)
  if (factored === undefined) throw new RangeError("the covariance of the process cannot be factored")
  return { ...stored, factor: Tables.fromMatrix(factored.lowerTriangularMatrix) }
}

/** Mean and standard deviation (noise included) of each output for each row of x. */
export const predictGaussianProcess = (
  model: GaussianProcess,
  x: Dense
): { readonly mean: Dense; readonly deviation: Dense } => {
  const n = model.x.rows
  const outputs = model.signal.length
  const at = Tables.standardise(x, model.inputs)
  const k = covarianceTable(model, distanceTable(at, model.x), productTable(at, model.x))
  const mean = new Float64Array(x.rows * outputs)
  const deviation = new Float64Array(x.rows * outputs)
  const solved = new Float64Array(n)
  for (let i = 0; i < x.rows; i++) {
    const here = Tables.row(at, i)
    const own = 1 - model.linear + (model.linear * here.reduce((sum, v) => sum + v * v, 0)) / at.columns
    let explained = 0
    for (let a = 0; a < n; a++) {
      let sum = k[i * n + a]
      for (let b = 0; b < a; b++) sum -= model.factor.values[a * n + b] * solved[b]
      solved[a] = sum / model.factor.values[a * n + a]
      explained += solved[a] * solved[a]
    }
    for (let j = 0; j < outputs; j++) {
      let sum = 0
      for (let a = 0; a < n; a++) sum += k[i * n + a] * model.weights.values[a * outputs + j]
      mean[i * outputs + j] = sum
      const variance = model.signal[j] * Math.max(0, own + model.noise - explained)
      deviation[i * outputs + j] = Math.sqrt(variance) * model.outputs.scale[j]
    }
  }
  const shape = { rows: x.rows, columns: outputs }
  return {
    mean: Tables.restore({ ...shape, values: mean }, model.outputs),
    deviation: { ...shape, values: deviation }
  }
}

const correlation = (covariance: Covariance, d: number): number => {
  if (covariance === "rbf") return Math.exp((-d * d) / 2)
  const s = Math.sqrt(5) * d
  return (1 + s + (s * s) / 3) * Math.exp(-s)
}

/** Covariances of all pairs, in units of the signal, from their distances and products. */
const covarianceTable = (
  { covariance, length, linear }: Pick<GaussianProcess, "covariance" | "length" | "linear">,
  distances: Float64Array,
  products: Float64Array
): Float64Array =>
  distances.map((d, k) => linear * products[k] + (1 - linear) * correlation(covariance, d / length))

/** x.x' / (number of inputs) of all pairs. */
const productTable = (a: Dense, b: Dense): Float64Array => {
  const products = new Float64Array(a.rows * b.rows)
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < b.rows; k++) {
      const other = Tables.row(b, k)
      products[i * b.rows + k] = Tables.row(a, i).reduce((sum, v, j) => sum + v * other[j], 0) / a.columns
    }
  }
  return products
}

const distanceTable = (a: Dense, b: Dense): Float64Array => {
  const distances = new Float64Array(a.rows * b.rows)
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < b.rows; k++) {
      let sum = 0
      for (let j = 0; j < a.columns; j++) {
        sum += (a.values[i * a.columns + j] - b.values[k * b.columns + j]) ** 2
      }
      distances[i * b.rows + k] = Math.sqrt(sum)
    }
  }
  return distances
}

/** The Cholesky factor, or undefined where rounding leaves none. */
const factor = (covariances: Float64Array, n: number, noise: number): CholeskyDecomposition | undefined => {
  const matrix = Matrix.from1DArray(n, n, covariances)
  for (let i = 0; i < n; i++) matrix.set(i, i, matrix.get(i, i) + noise)
  const factored = new CholeskyDecomposition(matrix)
  return factored.isPositiveDefinite() ? factored : undefined
}

/** All pairs of two ranges, each [from, to, step]. */
const gridOf = (
  [a0, a1, da]: readonly [number, number, number],
  [b0, b1, db]: readonly [number, number, number]
): Array<readonly [number, number]> => {
  const grid: Array<readonly [number, number]> = []
  for (let a = a0; a <= a1; a += da) for (let b = b0; b <= b1; b += db) grid.push([a, b])
  return grid
}
