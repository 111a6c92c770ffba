// A trained network or Gaussian process as the plain data of a model, and back.
import type { Dense } from "../../kernels/Dense.ts"
import * as Tables from "../../kernels/Dense.ts"
import type { GaussianProcess } from "../../kernels/gaussianProcess.ts"
import { restoreProcess } from "../../kernels/gaussianProcess.ts"
import type { Network } from "../../kernels/Network.ts"
import type { Trained } from "../../schemas/Model.ts"

type NetworkData = Trained["network"]
type ProcessData = Trained["process"]

/** Single-precision weights become the doubles of the same value, so that nothing is lost. */
export const toData = ({ activation, inputs, members, outputs, sizes }: Network): NetworkData => ({
  sizes: [...sizes],
  activation,
  inputs: { mean: [...inputs.mean], scale: [...inputs.scale] },
  outputs: { mean: [...outputs.mean], scale: [...outputs.scale] },
  members: members.map((layers) =>
    layers.map(({ bias, weights }) => ({ weights: [...weights], bias: [...bias] }))
  )
})

export const fromData = ({ activation, inputs, members, outputs, sizes }: NetworkData): Network => ({
  sizes,
  activation,
  inputs: { mean: Float64Array.from(inputs.mean), scale: Float64Array.from(inputs.scale) },
  outputs: { mean: Float64Array.from(outputs.mean), scale: Float64Array.from(outputs.scale) },
  members: members.map((layers) =>
    layers.map(({ bias, weights }) => ({
      weights: Float32Array.from(weights),
      bias: Float32Array.from(bias)
    }))
  )
})

export const processData = (process: GaussianProcess): ProcessData => {
  const { covariance, length, linear, logLikelihood, noise } = process
  return {
    covariance,
    inputs: { mean: [...process.inputs.mean], scale: [...process.inputs.scale] },
    outputs: { mean: [...process.outputs.mean], scale: [...process.outputs.scale] },
    x: rowsOf(process.x),
    length,
    linear,
    noise,
    signal: [...process.signal],
    logLikelihood,
    weights: rowsOf(process.weights)
  }
}

export const fromProcessData = ({ inputs, outputs, signal, weights, x, ...rest }: ProcessData) =>
  restoreProcess({
    ...rest,
    inputs: { mean: Float64Array.from(inputs.mean), scale: Float64Array.from(inputs.scale) },
    outputs: { mean: Float64Array.from(outputs.mean), scale: Float64Array.from(outputs.scale) },
    signal: Float64Array.from(signal),
    weights: Tables.fromRows(weights),
    x: Tables.fromRows(x)
  })

export const rowsOf = (table: Dense): ReadonlyArray<ReadonlyArray<number>> =>
  Array.from({ length: table.rows }, (_, i) => [...Tables.row(table, i)])
