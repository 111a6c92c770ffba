// Networks: a known function learned, the same bits every time, and the plain prediction held against TensorFlow.js.
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as tf from "@tensorflow/tfjs"
import { expect, test } from "vitest"
import * as Tables from "../../kernels/Dense.ts"
import { r2 } from "../../kernels/folds.ts"
import { predict, predictMember } from "../../kernels/Network.ts"
import { fitRidge, predictRidge } from "../../kernels/ridge.ts"
import { trainEnsemble } from "../../kernels/trainNetwork.ts"
import { bytesOf, known, small } from "./trainKnown.ts"

const wasmFolder = fileURLToPath(
  new URL("../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)
)

test("an ensemble learns a curved function that a line cannot, and knows where it has not been", async () => {
  const train = known(120, "train")
  const held = known(200, "held")
  const network = await trainEnsemble(
    train.x,
    train.y,
    {
      ...small,
      hidden: [24, 24],
      epochs: 600,
      learningRate: 0.02,
      weightDecay: 1e-3,
      members: 3
    },
    wasmFolder
  )
  const { mean } = predict(network, held.x)
  expect(r2(mean, held.y)).toBeGreaterThan(0.98)
  expect(r2(predictRidge(fitRidge(train.x, train.y), held.x), held.y)).toBeLessThan(0.9)
  const inside = predict(network, Tables.fromRows([[0.5, 320, 0]])).spread.values
  const outside = predict(network, Tables.fromRows([[4, 600, 9]])).spread.values
  for (const j of [0, 1]) expect(outside[j]).toBeGreaterThan(5 * inside[j])
})

test("two processes train the same bits, and so does this one", async () => {
  const program = fileURLToPath(new URL("trainKnown.ts", import.meta.url))
  const run = async () => (await promisify(execFile)(process.execPath, [program])).stdout
  const { x, y } = known(20, "train")
  const [first, second, here] = await Promise.all([run(), run(), trainEnsemble(x, y, small, wasmFolder)])
  expect(first.length).toBeGreaterThan(1000)
  expect(second).toBe(first)
  expect(bytesOf(here)).toBe(first)
})

test("a member does not depend on how many others there are, but on the seed", async () => {
  const { x, y } = known(20, "train")
  const two = await trainEnsemble(x, y, small, wasmFolder)
  const three = await trainEnsemble(x, y, { ...small, members: 3 }, wasmFolder)
  const other = await trainEnsemble(x, y, { ...small, seed: 6 }, wasmFolder)
  expect(bytesOf({ ...three, members: three.members.slice(0, 2) })).toBe(bytesOf(two))
  expect(bytesOf(other)).not.toBe(bytesOf(two))
  expect(two.members[0]).not.toEqual(two.members[1])
})

test("the plain prediction is that of TensorFlow.js, for both activations", async () => {
  const { x, y } = known(20, "train")
  for (const activation of ["tanh", "relu"] as const) {
    const network = await trainEnsemble(x, y, { ...small, activation }, wasmFolder)
    const standard = Tables.standardise(x, network.inputs)
    const expected = tf.tidy(() => {
      let values: tf.Tensor = tf.tensor2d(Float32Array.from(standard.values), [x.rows, x.columns])
      network.members[1].forEach(({ weights, bias }, k) => {
        values = tf.add(
          tf.matMul(values, tf.tensor2d(weights, [network.sizes[k], network.sizes[k + 1]])),
          bias
        )
        if (k < 2) values = activation === "tanh" ? tf.tanh(values) : tf.relu(values)
      })
      return values.dataSync()
    })
    const plain = Tables.standardise(predictMember(network, 1, x), network.outputs)
    plain.values.forEach((value, k) => expect(value).toBeCloseTo(expected[k], 4))
  }
})

test("the cpu backend trains nearly the same, and no tensor stays behind", async () => {
  const { x, y } = known(20, "train")
  const wasm = await trainEnsemble(x, y, small, wasmFolder)
  const before = tf.memory().numTensors
  const cpu = await trainEnsemble(x, y, { ...small, backend: "cpu" })
  expect(tf.getBackend()).toBe("cpu")
  expect(tf.memory().numTensors).toBe(before)
  expect(r2(predict(cpu, x).mean, predict(wasm, x).mean)).toBeGreaterThan(0.99)
  await trainEnsemble(x, y, small, wasmFolder)
  expect(tf.getBackend()).toBe("wasm")
})

test("weight decay shrinks the weights, and a single sample or constant column is no trouble", async () => {
  const { x, y } = known(20, "train")
  const norm = async (weightDecay: number) => {
    const network = await trainEnsemble(x, y, { ...small, weightDecay }, wasmFolder)
    return network.members
      .flat()
      .reduce((sum, { weights }) => sum + weights.reduce((s, w) => s + w * w, 0), 0)
  }
  expect(await norm(5)).toBeLessThan(0.5 * (await norm(0)))
  const one = await trainEnsemble(
    Tables.fromRows([[1, 2]]),
    Tables.fromRows([[3]]),
    { ...small, epochs: 200 },
    wasmFolder
  )
  expect(predict(one, Tables.fromRows([[1, 2]])).mean.values[0]).toBeCloseTo(3, 1)
})

test("a training that diverges and tables that do not fit are refused", async () => {
  const { x, y } = known(20, "train")
  await expect(trainEnsemble(x, Tables.takeRows(y, [1, 2]), small, wasmFolder)).rejects.toThrow(/20 with 2/)
  await expect(
    trainEnsemble(x, y, { ...small, activation: "relu", learningRate: 1e30 }, wasmFolder)
  ).rejects.toThrow(/diverged/)
  const network = await trainEnsemble(x, y, { ...small, epochs: 1 }, wasmFolder)
  expect(() => predict(network, y)).toThrow(/takes 3 inputs/)
})
