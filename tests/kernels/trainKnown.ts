// Trains a small ensemble on a known function; run as a program, it prints all its weights.
import type { Dense } from "../../kernels/Dense.ts"
import * as Tables from "../../kernels/Dense.ts"
import type { Network } from "../../kernels/Network.ts"
import { stream } from "../../kernels/random.ts"
import type { TrainingParams } from "../../kernels/trainNetwork.ts"
import { trainEnsemble } from "../../kernels/trainNetwork.ts"

/** Three inputs, two outputs of very different size. */
export const known = (rows: number, name: string): { x: Dense; y: Dense } => {
  const random = stream(1, name)
  const x = Array.from({ length: rows }, () => [
    random.uniform(),
    300 + 40 * random.uniform(),
    random.normal()
  ])
  const y = x.map(([a, b, c]) => [Math.sin(4 * a) + (c * c) / 4, 1000 * a * (b - 320)])
  return { x: Tables.fromRows(x), y: Tables.fromRows(y) }
}

export const small: TrainingParams = {
  backend: "wasm",
  hidden: [8, 8],
  epochs: 60,
  learningRate: 0.01,
  weightDecay: 0.01,
  members: 2,
  seed: 5
}

/** All weights as hexadecimal bytes. */
export const bytesOf = (network: Network): string =>
  network.members
    .flatMap((layers) => layers.flatMap(({ weights, bias }) => [weights, bias]))
    .map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString("hex"))
    .join(" ")

if (import.meta.main) {
  const { x, y } = known(20, "train")
  process.stdout.write(bytesOf(await trainEnsemble(x, y, small)))
}
