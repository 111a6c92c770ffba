// Holds samples chosen by uncertainty against evenly spread ones, on synthetic campaigns: node bench/acquisition.ts
import { pickUncertain } from "../kernels/acquisition.ts"
import * as Tables from "../kernels/Dense.ts"
import { rmse } from "../kernels/folds.ts"
import { fitGaussianProcess, predictGaussianProcess } from "../kernels/gaussianProcess.ts"
import { meanInterval } from "../kernels/meanInterval.ts"
import { predict, predictMember } from "../kernels/Network.ts"
import { stream } from "../kernels/random.ts"
import { sobolPoint } from "../kernels/sobol.ts"
import { trainEnsemble } from "../kernels/trainNetwork.ts"
import { machine, writeSection } from "./results.ts"

const net = {
  backend: "wasm",
  hidden: [32, 32],
  epochs: 300,
  learningRate: 0.01,
  members: 5,
  seed: 3
} as const
const train = (x: Tables.Dense, y: Tables.Dense) => trainEnsemble(x, y, { ...net, weightDecay: 1 })
const [campaigns, first, batch, last] = [6, 16, 8, 40]

/** Two outputs, quadratic in the first four inputs with products of neighbours; other inputs do nothing. */
const lawOf = (campaign: number) => {
  const random = stream(50, campaign)
  const [slopes, bends] = [0, 1].map(() => Array.from({ length: 4 }, () => random.normal()))
  return (x: Float64Array) =>
    [0, 1].map((output) =>
      [0, 1, 2, 3].reduce((sum, k) => {
        const [u, before] = [2 * x[k] - 1, k > 0 ? 2 * x[k - 1] - 1 : 0]
        return (
          sum + slopes[(k + output) % 4] * u + bends[(k + output) % 4] * (u * u - 1 / 3) + 0.5 * u * before
        )
      }, 0)
    )
}

const lines: Array<string> = []
for (const inputs of [4, 15]) {
  const found = new Map<string, Array<number>>()
  const note = (key: string, value: number) => found.set(key, [...(found.get(key) ?? []), value])
  for (let campaign = 0; campaign < campaigns; campaign++) {
    const law = lawOf(campaign)
    const asked = Array.from({ length: 300 }, (_, i) => sobolPoint(900 + campaign, i, inputs))
    const [at, truth] = [Tables.fromRows(asked), Tables.fromRows(asked.map(law))]
    for (const how of ["sobol", "uncertainty"]) {
      const noise = stream(60, campaign)
      const measure = (x: Float64Array) => law(x).map((value) => value + 0.05 * noise.normal())
      const points = Array.from({ length: first }, (_, i) => sobolPoint(100 + campaign, i, inputs))
      const values = points.map(measure)
      while (points.length < last) {
        const ensemble = await train(Tables.fromRows(points), Tables.fromRows(values))
        const candidates = Array.from({ length: 256 }, (_, i) => sobolPoint(5000 + points.length, i, inputs))
        const rows = Tables.fromRows(candidates)
        const chosen =
          how === "sobol"
            ? Array.from({ length: batch }, (_, i) => sobolPoint(100 + campaign, points.length + i, inputs))
            : pickUncertain(
                ensemble.members.map((_, m) => predictMember(ensemble, m, rows)),
                batch
              ).map((k) => candidates[k])
        points.push(...chosen)
        values.push(...chosen.map(measure))
        const [x, y] = [Tables.fromRows(points), Tables.fromRows(values)]
        note(`${how} network ${points.length}`, rmse(predict(await train(x, y), at).mean, truth))
        const process = fitGaussianProcess(x, y)
        note(
          `${how} gaussian process ${points.length}`,
          rmse(predictGaussianProcess(process, at).mean, truth)
        )
      }
    }
  }
  for (let samples = first + batch; samples <= last; samples += batch) {
    for (const method of ["network", "gaussian process"]) {
      const [even, chosen] = ["sobol", "uncertainty"].map(
        (how) => found.get(`${how} ${method} ${samples}`) ?? []
      )
      const ratio = meanInterval(chosen.map((value, k) => Math.log(value / even[k])))
      const [a, b] = [even, chosen].map((errors) => meanInterval(errors)?.mean.toFixed(3))
      const factor = `${Math.exp(ratio?.mean ?? NaN).toFixed(2)} +- ${(ratio?.stderr ?? NaN).toFixed(2)}`
      lines.push(`| ${inputs} | ${samples} | ${method} | ${a} | ${b} | ${factor} |`)
      console.log(lines.at(-1))
    }
  }
}

writeSection(
  "Acquisition",
  `\`node bench/acquisition.ts\`: ${machine()}. Error on 300 new samples of ${campaigns} synthetic campaigns, four inputs of which matter; ${first}
samples first, then ${batch} at a time, by a Sobol sequence or where the ensemble disagrees most. Ratio: geometric mean over the campaigns.

| inputs | samples | method | sobol | uncertainty | ratio |
|---|---|---|---|---|---|
${lines.join("\n")}`
)
