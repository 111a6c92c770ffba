// How often the 90 % intervals of each method hold new samples, on synthetic campaigns with a known truth: node bench/intervals.ts
import { calibrate, standardErrors } from "../kernels/calibration.ts"
import { crossValidate } from "../kernels/crossValidate.ts"
import * as Tables from "../kernels/Dense.ts"
import { stream } from "../kernels/random.ts"
import { baselines, network } from "../kernels/regressors.ts"
import { trainEnsemble } from "../kernels/trainNetwork.ts"
import { factorsOf, mobilityOf } from "../tests/learning/syntheticCampaign.ts"
import { machine, writeSection } from "./results.ts"

const noise = 0.1
const net = { backend: "wasm", hidden: [8], epochs: 150, learningRate: 0.01, members: 5, seed: 3 } as const
const methods = [network((x, y) => trainEnsemble(x, y, { ...net, weightDecay: 1 })), ...baselines]

/** ln a of a sample, as a campaign would measure it. */
const measure = (campaign: string, sample: number) => {
  const factors = factorsOf(100_000 * Number(campaign.replace("/", "")) + sample)
  const { D_AA, D_CG } = mobilityOf(factors)
  return {
    x: factors.slice(0, 3),
    y: [Math.log(D_CG / D_AA) + noise * stream(17, campaign, sample).normal()]
  }
}
const tablesOf = (rows: ReadonlyArray<ReturnType<typeof measure>>) => ({
  x: Tables.fromRows(rows.map(({ x }) => x)),
  y: Tables.fromRows(rows.map(({ y }) => y))
})

const fresh = 100
const lines: Array<string> = []
for (const samples of [10, 20, 40, 80]) {
  const campaigns = Math.min(24, Math.round(600 / samples))
  const inside = methods.map(() => 0)
  const half = methods.map(() => 0)
  for (let k = 0; k < campaigns; k++) {
    const name = `${samples}/${k}`
    const known = tablesOf(Array.from({ length: samples }, (_, i) => measure(name, i + 1)))
    const asked = tablesOf(Array.from({ length: fresh }, (_, i) => measure(name, 1000 + i)))
    const unseen = await crossValidate(known.x, known.y, methods, { folds: 5, seed: k, share: 1 })
    for (const [m, method] of methods.entries()) {
      const { deviation, mean } = unseen[m]
      const errors = { ...known.y, values: known.y.values.map((value, i) => mean.values[i] - value) }
      const { factor, floor } = calibrate(errors, deviation, 0.9)
      const predicted = (await method.fit(known.x, known.y))(asked.x)
      for (const [i, truth] of asked.y.values.entries()) {
        const width = factor * standardErrors(floor, [predicted.deviation?.values[i] ?? 0])[0]
        if (Math.abs(predicted.mean.values[i] - truth) <= width) inside[m]++
        half[m] += width
      }
    }
  }
  const count = campaigns * fresh
  const cells = methods.map(
    (_, m) => `${((100 * inside[m]) / count).toFixed(1)} %, ${(half[m] / count).toFixed(2)}`
  )
  lines.push(`| ${samples} | ${campaigns} | ${cells.join(" | ")} |`)
  console.log(lines.at(-1))
}

writeSection(
  "Intervals of predictions",
  `\`node bench/intervals.ts\`: ${machine()}. Share of ${fresh} new samples of each campaign within the 90 % interval, and half its
mean width; ln a of synthetic campaigns, measured with an error of ${noise}, by which alone half a width would be ${(1.645 * noise).toFixed(2)}.

| samples | campaigns | ${methods.map(({ name }) => name).join(" | ")} |
|---|---|${methods.map(() => "---").join("|")}|
${lines.join("\n")}`
)
