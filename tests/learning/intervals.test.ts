// Intervals on campaigns whose truth is known: a new sample's value lies within 90 % of them, by either method.
import { expect, test } from "vitest"
import { stream } from "../../kernels/random.ts"
import { predictScalar } from "../../stages/predictScalar.ts"
import { trainModel } from "../../stages/trainModel.ts"
import { runStage } from "./runStage.ts"
import { factorsOf, mobilityOf, parametersOf } from "./syntheticCampaign.ts"

const net = { hidden: [8], epochs: 120, members: 3, folds: 4, seed: 5 }
const noise = 0.1

/** A campaign measures a with an error of 10 %, and so would it that of a new sample. */
const measured = (campaign: number, sample: number) => {
  const factors = factorsOf(1000 * campaign + sample)
  const { D_AA, D_CG } = mobilityOf(factors)
  const acceleration = (D_CG / D_AA) * Math.exp(noise * stream(17, campaign, sample).normal())
  return { factors, acceleration }
}

const trainOn = (campaign: number, samples: number) => {
  const rows = Array.from({ length: samples }, (_, sample) => ({ sample, ...measured(campaign, sample + 1) }))
  const parameters = rows.flatMap(({ factors, sample }) =>
    parametersOf(factors).map((row) => ({ sample, ...row }))
  )
  const mobilities = rows.map(({ acceleration, sample }) => ({
    sample,
    D_AA: 1,
    D_AA_stderr: noise,
    Q_AA: 0.5,
    D_CG: acceleration,
    D_CG_stderr: 0,
    Q_CG: 0.5,
    acceleration,
    acceleration_stderr: noise * acceleration,
    quality: "ok",
    reason: null
  }))
  const none = {
    potentials: undefined,
    bondedPotentials: undefined,
    pairs: undefined,
    matching: undefined,
    frictions: undefined
  }
  return runStage(trainModel, { ...net, predict: "acceleration" }, { parameters, mobilities, ...none })
}

test("90 % intervals hold 85 to 95 of 100 new samples of twelve campaigns, and the scores claim as much", async () => {
  const inside = { network: 0, "gaussian process": 0 }
  const claimed = { network: 0, "gaussian process": 0 }
  const [campaigns, fresh] = [12, 40]
  for (let campaign = 0; campaign < campaigns; campaign++) {
    const { model, scores } = (await trainOn(campaign, 20)).outputs
    for (const method of ["network", "gaussian process"] as const) {
      claimed[method] += (scores.find((row) => row.method === method)?.coverage ?? NaN) / campaigns
      for (let k = 0; k < fresh; k++) {
        const { acceleration, factors } = measured(campaign, 100 + k)
        const parameters = parametersOf(factors)
        const { prediction } = (await runStage(predictScalar, { method }, { model, parameters })).outputs
        const { high, low, method: answered, stderr, value } = prediction
        expect(answered).toBe(method)
        expect(low).toBeLessThan(value ?? 0)
        expect(stderr).toBeGreaterThan(0)
        if (acceleration >= (low ?? Infinity) && acceleration <= (high ?? 0)) inside[method]++
      }
    }
  }
  for (const method of ["network", "gaussian process"] as const) {
    expect(inside[method] / (campaigns * fresh)).toBeGreaterThan(0.85)
    expect(inside[method] / (campaigns * fresh)).toBeLessThan(0.95)
    expect(claimed[method]).toBeGreaterThan(0.85)
    expect(claimed[method]).toBeLessThan(0.95)
  }
})

test("from eight samples comes a standard error, but no interval", async () => {
  const { model, scores } = (await trainOn(0, 8)).outputs
  const parameters = parametersOf(measured(0, 100).factors)
  const { prediction } = (await runStage(predictScalar, {}, { model, parameters })).outputs
  expect(prediction).toMatchObject({ quality: "ok", low: null, high: null })
  expect(prediction.stderr).toBeGreaterThan(0)
  expect(scores.every(({ coverage }) => coverage === null)).toBe(true)
})
