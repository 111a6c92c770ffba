// Trains an ensemble of feed-forward networks with TensorFlow.js, the same bits every time.
import * as tf from "@tensorflow/tfjs"
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm"
import type { Dense } from "./Dense.ts"
import * as Tables from "./Dense.ts"
import type { Activation, Layer, Network } from "./Network.ts"
import { stream } from "./random.ts"

export interface TrainingParams {
  /** Where tensors are computed: part of the result, since the two differ in the last bits. */
  readonly backend: "wasm" | "cpu"
  /** Widths of the hidden layers. */
  readonly hidden: ReadonlyArray<number>
  /** Default "tanh". */
  readonly activation?: Activation
  /** Passes over all rows, each one step. */
  readonly epochs: number
  /** Adam's step at the start; it falls to 0 along half a cosine. */
  readonly learningRate: number
  /** Share of each weight (not bias) lost per unit of learning rate and step; default 0. */
  readonly weightDecay?: number
  readonly members: number
  readonly seed: number
}

/** The backend asked for did not start; nothing else is taken in its place. */
export class BackendError extends Error {
  readonly _tag = "BackendError"
  readonly wanted: string
  readonly started: string
  constructor(wanted: string, started: string) {
    super(
      `TensorFlow.js started "${started}" instead of "${wanted}": is the folder of its .wasm files right?`
    )
    this.wanted = wanted
    this.started = started
  }
}

/**
 * Trains `members` networks from different initial weights (Glorot and Bengio, AISTATS 2010, from the seed) on all rows at
 * once: mean squared error of standardised outputs, Adam (Kingma and Ba, ICLR 2015) with decoupled weight decay (Loshchilov
 * and Hutter, ICLR 2019). All members go through each tensor operation together, which for nets this small
 * costs little more than one alone. `wasmFolder`, ending in "/", holds the .wasm files of
 * @tensorflow/tfjs-backend-wasm; by default they are looked for beside its code. Throws BackendError, or RangeError
 * for tables that do not fit each other and for a training that diverged.
 */
export const trainEnsemble = async (
  x: Dense,
  y: Dense,
  params: TrainingParams,
  wasmFolder?: string
): Promise<Network> => {
  Tables.requireSameRows(x, y, 1)
  await startBackend(params.backend, wasmFolder)
  const activation = params.activation ?? "tanh"
  const inputs = Tables.standardOf(x)
  const outputs = Tables.standardOf(y)
  const sizes = [x.columns, ...params.hidden, y.columns]
  const layers = sizes.slice(1).map((width, k) => initialLayer(params, k, sizes[k], width))
  const parameters = layers.flatMap(({ weights, bias }) => [weights, bias])
  const features = repeated(Tables.standardise(x, inputs), params.members)
  const target = repeated(Tables.standardise(y, outputs), params.members)

  const loss = (...tensors: Array<tf.Tensor>): tf.Scalar => {
    let values: tf.Tensor = features
    for (let k = 0; k < layers.length; k++) {
      values = tf.add(tf.matMul(values, tensors[2 * k]), tensors[2 * k + 1])
      if (k < layers.length - 1) values = activation === "tanh" ? tf.tanh(values) : tf.relu(values)
    }
    return tf.div(tf.sum(tf.squaredDifference(values, target)), y.rows * y.columns)
  }
  const gradients = tf.grads(loss)
  try {
    for (let step = 1; step <= params.epochs; step++) {
      tf.tidy(() => {
        const tensors = parameters.map(({ values, shape }) => tf.tensor3d(values, shape))
        gradients(tensors).forEach((gradient, i) => descend(parameters[i], gradient.dataSync(), step, params))
      })
    }
  } finally {
    tf.dispose([features, target])
  }
  if (parameters.some(({ values }) => !values.every(Number.isFinite))) {
    throw new RangeError(`the training diverged: its learning rate of ${params.learningRate} is too high`)
  }
  const members = Array.from({ length: params.members }, (_, member): ReadonlyArray<Layer> =>
    layers.map(({ weights, bias }) => ({ weights: memberOf(weights, member), bias: memberOf(bias, member) }))
  )
  return { sizes, activation, inputs, outputs, members }
}

/** Numbers that are learned, of all members one after another, with Adam's moments. */
interface Parameter {
  readonly shape: [members: number, inputs: number, outputs: number]
  readonly values: Float32Array
  readonly mean: Float32Array
  readonly square: Float32Array
  readonly decays: boolean
}

let pathsAreSet = false

const startBackend = async (backend: "wasm" | "cpu", wasmFolder: string | undefined): Promise<void> => {
  if (tf.getBackend() === backend) return
  tf.enableProdMode()
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false) // its workers do not start in Node
  if (backend === "wasm" && wasmFolder !== undefined && !pathsAreSet) {
    setWasmPaths(wasmFolder)
    pathsAreSet = true
  }
  const started = await tf.setBackend(backend).catch(() => false)
  await tf.ready()
  if (!started || tf.getBackend() !== backend) throw new BackendError(backend, tf.getBackend())
}

const initialLayer = (params: TrainingParams, layer: number, inputs: number, outputs: number) => {
  const limit = Math.sqrt(6 / (inputs + outputs))
  const weights = parameter([params.members, inputs, outputs], true)
  for (let member = 0; member < params.members; member++) {
    const random = stream(params.seed, "network", member, layer)
    memberOf(weights, member).forEach((_, i, values) => (values[i] = limit * (2 * random.uniform() - 1)))
  }
  return { weights, bias: parameter([params.members, 1, outputs], false) }
}

const parameter = (shape: Parameter["shape"], decays: boolean): Parameter => {
  const length = shape[0] * shape[1] * shape[2]
  return {
    shape,
    values: new Float32Array(length),
    mean: new Float32Array(length),
    square: new Float32Array(length),
    decays
  }
}

/** A member's own numbers, a view. */
const memberOf = ({ shape, values }: Parameter, member: number): Float32Array => {
  const length = shape[1] * shape[2]
  return values.subarray(member * length, (member + 1) * length)
}

/** One step of Adam in place: a loop here is 2 to 3 times faster than ten tensor operations for each parameter. */
const descend = (
  { values, mean, square, decays }: Parameter,
  gradient: ArrayLike<number>,
  step: number,
  { learningRate, epochs, weightDecay = 0 }: TrainingParams
): void => {
  const rate = (learningRate * (1 + Math.cos((Math.PI * (step - 1)) / epochs))) / 2
  const meanBias = 1 - 0.9 ** step
  const squareBias = 1 - 0.999 ** step
  const kept = decays ? 1 - rate * weightDecay : 1
  for (let i = 0; i < values.length; i++) {
    mean[i] = 0.9 * mean[i] + 0.1 * gradient[i]
    square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i]
    values[i] = kept * values[i] - (rate * (mean[i] / meanBias)) / (Math.sqrt(square[i] / squareBias) + 1e-8)
  }
}

/** The same table for each member: members x rows x columns. */
const repeated = ({ rows, columns, values }: Dense, members: number): tf.Tensor3D => {
  const all = new Float32Array(members * values.length)
  for (let member = 0; member < members; member++) all.set(values, member * values.length)
  return tf.tensor3d(all, [members, rows, columns])
}
