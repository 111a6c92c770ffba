// Times the training of a small ensemble on both TensorFlow.js backends: node bench/trainNetwork.ts
import * as Tables from "../kernels/Dense.ts"
import { stream } from "../kernels/random.ts"
import { trainEnsemble } from "../kernels/trainNetwork.ts"

const epochs = 1000
for (const backend of ["wasm", "cpu"] as const) {
  for (const rows of [5, 30, 100, 300]) {
    for (const members of [1, 5]) {
      const random = stream(1, rows)
      const table = (columns: number) =>
        Tables.fromRows(
          Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()))
        )
      const [x, y] = [table(20), table(40)]
      const params = { backend, hidden: [32, 32], learningRate: 0.01, weightDecay: 0.01, members, seed: 1 }
      await trainEnsemble(x, y, { ...params, epochs: 20 }) // warm
      const measured = backend === "cpu" ? epochs / 10 : epochs
      const start = performance.now()
      await trainEnsemble(x, y, { ...params, epochs: measured })
      const seconds = (((performance.now() - start) / 1000) * epochs) / measured
      const each = (seconds / members).toFixed(2)
      console.log(`${backend} ${rows} rows, ${members} members: ${seconds.toFixed(2)} s, ${each} s a member`)
    }
  }
}
