// Mean and covariance of a vector that is observed frame by frame.
import { Matrix } from "ml-matrix"

/** The state between observations; its fields are for this module alone. */
export interface Fluctuations {
  frames: number
  readonly mean: Float64Array
  /** Sum of the products of deviations from the mean, [i, j] with j >= i. */
  readonly products: Float64Array
}

/** No observation yet of a vector of `size` numbers. */
export const make = (size: number): Fluctuations => ({
  frames: 0,
  mean: new Float64Array(size),
  products: new Float64Array(size * size)
})

/** Adds one observation; the deviations keep their digits (B. P. Welford, Technometrics 4, 419, 1962). */
export const add = (state: Fluctuations, vector: Float64Array): void => {
  const { mean, products } = state
  const size = mean.length
  state.frames += 1
  const share = 1 / state.frames
  const before = vector.map((value, i) => value - mean[i])
  for (let i = 0; i < size; i++) mean[i] += before[i] * share
  for (let i = 0; i < size; i++) {
    const after = vector[i] - mean[i]
    for (let j = i; j < size; j++) products[i * size + j] += after * before[j]
  }
}

/** Covariance of one observation. Throws RangeError below two observations. */
export const covariance = ({ frames, mean, products }: Fluctuations): Matrix => {
  if (frames < 2) throw new RangeError(`a covariance needs two observations, not ${frames}`)
  const size = mean.length
  const out = new Matrix(size, size)
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const value = products[i * size + j] / (frames - 1)
      out.set(i, j, value)
      out.set(j, i, value)
    }
  }
  return out
}
