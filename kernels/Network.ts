// A trained ensemble of feed-forward networks: plain numbers, and the prediction from them.
import type { Dense, Standard } from "./Dense.ts"
import * as Tables from "./Dense.ts"

export type Activation = "tanh" | "relu"

/** One layer of one member: y = x weights + bias. */
export interface Layer {
  /** inputs x outputs of the layer, row-major. */
  readonly weights: Float32Array
  readonly bias: Float32Array
}

export interface Network {
  /** Width of each layer, inputs first, outputs last. */
  readonly sizes: ReadonlyArray<number>
  /** After every layer but the last. */
  readonly activation: Activation
  readonly inputs: Standard
  readonly outputs: Standard
  readonly members: ReadonlyArray<ReadonlyArray<Layer>>
}

/**
 * Mean of the members' predictions, a row for each row of x, and their spread: the standard deviation over members (0 for
 * one), a deep ensemble's uncertainty. B. Lakshminarayanan, A. Pritzel, C. Blundell, NeurIPS 2017. Throws RangeError where
 * x has not the inputs of the network.
 */
export const predict = (network: Network, x: Dense): { readonly mean: Dense; readonly spread: Dense } => {
  const each = network.members.map((_, member) => predictMember(network, member, x).values)
  const n = each.length
  const mean = each[0].map((_, k) => each.reduce((sum, values) => sum + values[k], 0) / n)
  const spread = mean.map((centre, k) => {
    const squares = each.reduce((sum, values) => sum + (values[k] - centre) ** 2, 0)
    return n > 1 ? Math.sqrt(squares / (n - 1)) : 0
  })
  const shape = { rows: x.rows, columns: network.outputs.mean.length }
  return { mean: { ...shape, values: mean }, spread: { ...shape, values: spread } }
}

/** Prediction of one member, in the unit of the outputs. */
export const predictMember = (network: Network, member: number, x: Dense): Dense => {
  if (x.columns !== network.sizes[0]) {
    throw new RangeError(`the network takes ${network.sizes[0]} inputs, not ${x.columns}`)
  }
  const layers = network.members[member]
  let table = Tables.standardise(x, network.inputs)
  for (const [k, layer] of layers.entries()) {
    const isLast = k === layers.length - 1
    table = applyLayer(table, layer, isLast ? undefined : network.activation)
  }
  return Tables.restore(table, network.outputs)
}

const applyLayer = (x: Dense, { weights, bias }: Layer, activation: Activation | undefined): Dense => {
  const columns = bias.length
  const values = new Float64Array(x.rows * columns)
  for (let i = 0; i < x.rows; i++) {
    const out = values.subarray(i * columns, (i + 1) * columns)
    out.set(bias)
    for (let a = 0; a < x.columns; a++) {
      const input = x.values[i * x.columns + a]
      for (let b = 0; b < columns; b++) out[b] += input * weights[a * columns + b]
    }
  }
  if (activation === "tanh") for (let k = 0; k < values.length; k++) values[k] = Math.tanh(values[k])
  if (activation === "relu") for (let k = 0; k < values.length; k++) values[k] = Math.max(0, values[k])
  return { rows: x.rows, columns, values }
}
