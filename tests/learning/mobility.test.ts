// Mobility: pairs, the network that learns from them, and the models of acceleration and friction.
import { describe, expect, test } from "vitest"
import type { Frictions } from "../../schemas/campaign.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { matchPairs } from "../../stages/matchPairs.ts"
import { predictPotential } from "../../stages/predictPotential.ts"
import { predictScalar } from "../../stages/predictScalar.ts"
import { trainModel } from "../../stages/trainModel.ts"
import { runStage } from "./runStage.ts"
import { campaign, factorsOf, mobilityOf, parametersOf, wellOf } from "./syntheticCampaign.ts"

const net = { hidden: [16], epochs: 300, members: 3, folds: 3, seed: 3 }
const whole = campaign(40)
const none = {
  potentials: undefined,
  bondedPotentials: undefined,
  pairs: undefined,
  matching: undefined,
  mobilities: undefined,
  frictions: undefined
}
const matched = (await runStage(matchPairs, {}, { mobilities: whole.mobilities })).outputs

describe("pairs", () => {
  test("join liquids and models that diffuse alike, by the samples' own indices", async () => {
    const { matching, pairs } = matched
    expect(matching).toMatchObject({ quality: "ok", samples: 40, minimumSources: 10, pairs: pairs.length })
    expect(matching.sources).toBe(new Set(pairs.map(({ source }) => source)).size)
    for (const { D_AA, D_CG, match, ratio, source } of pairs) {
      expect(D_AA).toBe(mobilityOf(factorsOf(source)).D_AA)
      expect(D_CG).toBe(mobilityOf(factorsOf(match)).D_CG)
      expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.05)
    }
  })

  test("pass over samples with another verdict than ok", async () => {
    const { source } = matched.pairs[0]
    const mobilities = whole.mobilities.map((row) =>
      row.sample === source ? { ...row, quality: "noisy", reason: "too short" } : row
    )
    const { matching, pairs } = (await runStage(matchPairs, {}, { mobilities })).outputs
    expect(matching.samples).toBe(39)
    expect(pairs.some((pair) => pair.source === source || pair.match === source)).toBe(false)
  })

  test("are declined with their numbers where the two ranges do not meet", async () => {
    const mobilities = whole.mobilities.map((row) => ({ ...row, D_AA: (row.D_AA ?? 0) / 10 }))
    const { matching, pairs } = (await runStage(matchPairs, {}, { mobilities })).outputs
    expect(pairs).toEqual([])
    expect(matching.quality).toBe("declined")
    expect(matching.reason).toMatch(/10 sources .* needed, none found: D_AA \S+ to \S+, D_CG \S+ to \S+$/)
    const tables = { ...none, parameters: whole.parameters, potentials: whole.potentials, matching, pairs }
    const { model } = (await runStage(trainModel, { ...net, predict: "mobility" }, tables)).outputs
    expect(model).toMatchObject({ quality: "declined", reason: matching.reason, trained: null })
  })
})

describe("a mobility model", () => {
  const tables = { ...none, ...matched, parameters: whole.parameters, potentials: whole.potentials }
  const train = (holdOut: ReadonlyArray<number>, inputs = tables) =>
    runStage(trainModel, { ...net, predict: "mobility", holdOut }, inputs)

  test("predicts the potential whose model moves like the liquid, and beats the mean", async () => {
    const { model, scores } = (await train([])).outputs
    const rmse = (method: string) => scores.find((row) => row.method === method)?.rmse ?? NaN
    expect(model.samples).toHaveLength(matched.matching.sources)
    expect(rmse("network")).toBeLessThan(0.8 * rmse("mean"))
    const source = matched.pairs[0].source
    const parameters = parametersOf(factorsOf(source))
    const { potential } = (await runStage(predictPotential, {}, { model, parameters })).outputs
    const depth = -Math.min(...potential.map(({ U }) => U))
    const wanted = mobilityOf(factorsOf(source)).D_AA // the well of the model that moves so: D_CG inverted
    const epsilon = 1.4 * (1 - Math.log(wanted / 5))
    expect(Math.abs(depth - epsilon)).toBeLessThan(0.15 * epsilon)
    const own = wellOf(factorsOf(source)).epsilon
    expect(Math.abs(depth - epsilon)).toBeLessThan(0.5 * Math.abs(depth - own))
  })

  test("never looks at samples that are held out, be they source or match", async () => {
    const { match, source } = matched.pairs[0]
    const holdOut = [source, match]
    const blank = whole.potentials.map((row) =>
      holdOut.includes(row.sample) ? { ...row, U: row.U - 5 } : row
    )
    const sighted = await train(holdOut)
    const blind = await train(holdOut, { ...tables, potentials: blank })
    expect(blind.bytes["model"].equals(sighted.bytes["model"])).toBe(true)
    expect(sighted.outputs.model.samples).not.toContain(source)
  })
})

describe("models of scalars", () => {
  test("predict the acceleration of held-out samples within their error, and beat the mean", async () => {
    const holdOut = [5, 6, 7]
    const tables = { ...none, parameters: whole.parameters, mobilities: whole.mobilities }
    const { model, predictions, scores } = (
      await runStage(trainModel, { ...net, predict: "acceleration", holdOut }, tables)
    ).outputs
    const rmse = (method: string) => scores.find((row) => row.method === method)?.rmse ?? NaN
    expect(rmse("network")).toBeLessThan(0.3 * rmse("mean"))
    expect(predictions).toHaveLength(5 * 37)
    expect(predictions[0]).toMatchObject({ model: "acceleration", target: "ln acceleration", r: null })
    for (const sample of holdOut) {
      const factors = factorsOf(sample)
      const { D_AA, D_CG } = mobilityOf(factors)
      const { prediction } = (await runStage(predictScalar, {}, { model, parameters: parametersOf(factors) }))
        .outputs
      expect(prediction.quality).toBe("ok")
      expect(Math.abs((prediction.value ?? 0) - D_CG / D_AA)).toBeLessThan(4 * (prediction.stderr ?? 0))
      expect(prediction.stderr).toBeLessThan(0.2 * (D_CG / D_AA))
    }
  })

  test("predict a damping time in ps, and learn from usable rows alone", async () => {
    const frictions = campaign(20).mobilities.map((row) => frictionOf(row.sample))
    frictions[3] = { ...frictions[3], tau: null, quality: "noisy", reason: "too short" }
    const tables = { ...none, parameters: whole.parameters, frictions }
    const { model } = (await runStage(trainModel, { ...net, predict: "friction" }, tables)).outputs
    expect(model.samples).toHaveLength(19)
    const parameters = parametersOf(factorsOf(25))
    const { prediction } = (await runStage(predictScalar, {}, { model, parameters })).outputs
    const tau = frictionOf(25).tau ?? 0
    expect(Math.abs((prediction.value ?? 0) / tau - 1)).toBeLessThan(0.25)
    await expect(runStage(predictPotential, {}, { model, parameters })).rejects.toThrow(
      /predicts no potential/
    )
  })

  test("refuse a campaign without the table that they learn from", async () => {
    const tables = { ...none, parameters: whole.parameters }
    await expect(runStage(trainModel, { ...net, predict: "friction" }, tables)).rejects.toThrow(/"frictions"/)
  })
})

const frictionOf = (sample: number): ValueOf<typeof Frictions>[number] => ({
  sample,
  tau: 0.2 / wellOf(factorsOf(sample)).epsilon,
  tau_stderr: 0.01,
  c: 0.14,
  D_target: 1,
  D: 1,
  D_stderr: 0.05,
  acceleration: 1,
  acceleration_stderr: 0.07,
  residual: 0.02,
  residual_without: 0.02,
  pressure: 0,
  pressure_without: 0,
  rdf_change: 0.006,
  rdf_change_noise: 0.005,
  pressure_change: 8,
  pressure_change_stderr: 6,
  pressure_change_reduced: 0.05,
  quality: "ok",
  reason: null
})
