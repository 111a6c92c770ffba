// Structure models: potentials are learned, predicted as tables, and samples that are held out stay out.
import { describe, expect, test } from "vitest"
import { predictPotential } from "../../stages/predictPotential.ts"
import { trainModel } from "../../stages/trainModel.ts"
import { runStage } from "./runStage.ts"
import type { Campaign } from "./syntheticCampaign.ts"
import { campaign, factorsOf, parametersOf, potentialOf, wellOf } from "./syntheticCampaign.ts"

const net = { hidden: [16, 16], epochs: 400, members: 3, folds: 3, weightDecay: 0.01, seed: 3 }
const tablesOf = ({ parameters, potentials }: Campaign) => ({
  parameters,
  potentials,
  bondedPotentials: undefined,
  pairs: undefined,
  matching: undefined,
  mobilities: undefined,
  frictions: undefined
})
const train = (
  of: Campaign,
  params: Partial<typeof net> & { holdOut?: ReadonlyArray<number>; curve?: ReadonlyArray<number> } = {}
) => runStage(trainModel, { ...net, predict: "structure", ...params }, tablesOf(of))

const holdOut = [4, 9]
const trained = await train(campaign(30), { holdOut })
const { model, predictions, scores } = trained.outputs
const scoreOf = (method: string) => scores.find((row) => row.method === method)?.rmse ?? NaN

describe("a structure model", () => {
  test("beats the mean and the nearest neighbour on samples that it did not see", () => {
    expect(model.quality).toBe("ok")
    expect(scores.map(({ method }) => method)).toEqual([
      "network",
      "ridge",
      "gaussian process",
      "nearest neighbour",
      "mean"
    ])
    expect(scoreOf("network")).toBeLessThan(0.25 * scoreOf("mean"))
    expect(scoreOf("network")).toBeLessThan(0.5 * scoreOf("nearest neighbour"))
    expect(scoreOf("gaussian process")).toBeLessThan(0.5 * scoreOf("mean"))
    for (const row of scores) {
      expect(row).toMatchObject({ model: "structure", samples: 28, folds: 3, target_unit: "kJ/mol" })
      expect(row.rmse_stderr).toBeGreaterThan(0)
    }
    expect(scores.find(({ method }) => method === "mean")?.r2).toBeLessThan(0.05)
  })

  test("lists each prediction once, with the campaign's own value beside it", () => {
    const network = predictions.filter(({ method }) => method === "network")
    expect(new Set(network.map(({ sample }) => sample)).size).toBe(28)
    expect(new Set(network.map(({ r, sample }) => `${sample} ${r}`)).size).toBe(network.length)
    const { r, truth } = network.filter(({ sample }) => sample === 7)[12]
    const near = potentialOf(factorsOf(7)).reduce((a, b) =>
      Math.abs(b.r - (r ?? 0)) < Math.abs(a.r - (r ?? 0)) ? b : a
    )
    expect(truth).toBeCloseTo(near.U, 1)
    for (const { spread, truth } of network) {
      expect(spread).toBeGreaterThanOrEqual(0)
      expect(truth).toBeLessThanOrEqual(10)
    }
    expect(predictions.some(({ method, spread }) => method === "ridge" && spread !== null)).toBe(false)
  })

  test("does better the more samples there are", async () => {
    const { curve } = (await train(campaign(30), { curve: [5, 15, 99] })).outputs
    const network = curve.filter(({ method }) => method === "network")
    expect(network.map(({ samples }) => samples)).toEqual([5, 15])
    expect(network[0].rmse).toBeGreaterThan(2 * (network[1].rmse ?? 0))
    expect(curve).toHaveLength(10)
  })

  test("leaves out parameters that do not vary", () => {
    expect(model.trained?.features.map(({ name }) => name)).not.toContain("dihedral HC-CT-CT-HC k3")
    expect(model.trained?.features).toHaveLength(3)
  })

  test("repeats bit for bit, and with another seed does not", async () => {
    const again = await train(campaign(30), { holdOut })
    for (const output of ["model", "scores", "predictions"]) {
      expect(again.bytes[output].equals(trained.bytes[output])).toBe(true)
    }
    const other = await train(campaign(30), { holdOut, seed: 4 })
    expect(other.bytes["model"].equals(trained.bytes["model"])).toBe(false)
  })

  test("never looks at samples that are held out", async () => {
    const { parameters, potentials } = campaign(30)
    const changed = {
      ...campaign(30),
      potentials: potentials.map((row) =>
        holdOut.includes(row.sample) ? { ...row, r: 2 * row.r, U: row.U - 3 * row.r } : row
      ),
      parameters: parameters.map((row) =>
        holdOut.includes(row.sample) ? { ...row, factor: 3 * row.factor } : row
      )
    }
    const blind = await train(changed, { holdOut })
    for (const output of ["model", "scores", "predictions"]) {
      expect(blind.bytes[output].equals(trained.bytes[output])).toBe(true)
    }
    expect(model.samples).not.toContain(4)
    expect(predictions.some(({ sample }) => holdOut.includes(sample))).toBe(false)
  })
})

describe("a predicted potential", () => {
  test("is the held-out sample's own within its error, as a table of the same shape", async () => {
    for (const sample of holdOut) {
      const parameters = parametersOf(factorsOf(sample))
      const { potential, prediction } = (await runStage(predictPotential, {}, { model, parameters })).outputs
      const truth = potentialOf(factorsOf(sample))
      expect(potential.map(({ r }) => r)).toEqual(truth.map(({ r }) => Number(r.toPrecision(10))))
      const { epsilon, sigma } = wellOf(factorsOf(sample))
      expect(Math.abs(Math.min(...potential.map(({ U }) => U)) + epsilon)).toBeLessThan(0.1 * epsilon)
      expect(Math.abs((potential.find(({ U }) => U < 0)?.r ?? 0) - sigma)).toBeLessThan(0.008)
      expect(prediction).toMatchObject({ predicts: "structure", value: null, quality: "ok" })
      expect(prediction.stderr).toBeGreaterThan(0)
    }
  })

  test("repels at short range, ends at 0, and its force is the slope of its energy", async () => {
    const parameters = parametersOf(factorsOf(4))
    const { potential } = (await runStage(predictPotential, {}, { model, parameters })).outputs
    expect(potential[0].U).toBeGreaterThan(100)
    expect(potential.at(-1)).toMatchObject({ r: 1.4, U: 0, F: 0 })
    for (let k = 1; k < potential.length - 1; k++) {
      const [before, here, after] = potential.slice(k - 1, k + 2)
      if (here.r < 0.4) expect(here.F).toBeGreaterThan(0)
      const slope = (after.U - before.U) / (after.r - before.r)
      expect(Math.abs(here.F + slope)).toBeLessThan(0.01 * Math.abs(here.F) + 0.6)
    }
  })

  test("says which parameters are beyond what was learned, and refuses another molecule's", async () => {
    const far = parametersOf([1.4, 1, 1, 1])
    const { prediction } = (await runStage(predictPotential, {}, { model, parameters: far })).outputs
    expect(prediction.extrapolated).toEqual(["bond CT-CT r0"])
    const near = parametersOf([1, 1, 1, 1])
    const inside = (await runStage(predictPotential, {}, { model, parameters: near })).outputs.prediction
    expect(inside.extrapolated).toEqual([])
    const foreign = far.map((row) => ({ ...row, name: `other ${row.name}` }))
    await expect(runStage(predictPotential, {}, { model, parameters: foreign })).rejects.toThrow(
      /bond CT-CT r0/
    )
  })
})

describe("samples of unlike tables", () => {
  test("are learned on one grid where cut-offs differ", async () => {
    const { potentials, ...rest } = campaign(8)
    const shorter = potentialOf(factorsOf(2), 1.2).map((row) => ({ sample: 2, ...row }))
    const mixed = { ...rest, potentials: [...potentials.filter(({ sample }) => sample !== 2), ...shorter] }
    const { model } = (await train(mixed, { epochs: 50 })).outputs
    expect(model.quality).toBe("ok")
    expect(model.trained?.grid?.[0].r.at(-1)).toBe(1.4)
  })

  test("are refused where one lacks a pair of beads", async () => {
    const { potentials, ...rest } = campaign(4)
    const renamed = potentials.map((row) => (row.sample === 2 ? { ...row, pair: "B-B" } : row))
    await expect(train({ ...rest, potentials: renamed })).rejects.toThrow(/B-B, but none of A-A/)
  })
})

describe("a campaign with too little to learn from", () => {
  test("gives an empty model that says so with its numbers, and a prediction that passes it on", async () => {
    const { model, predictions, scores } = (await train(campaign(4), { holdOut: [1, 2] })).outputs
    expect(model).toMatchObject({ quality: "declined", trained: null, samples: [] })
    expect(model.reason).toBe("2 samples with a usable potential, 3 needed (2 held out)")
    expect(scores).toHaveLength(1)
    expect(scores[0]).toMatchObject({ quality: "declined", rmse: null })
    expect(predictions).toEqual([])
    const parameters = parametersOf(factorsOf(1))
    const { potential, prediction } = (await runStage(predictPotential, {}, { model, parameters })).outputs
    expect(potential).toEqual([])
    expect(prediction).toMatchObject({ quality: "declined", reason: model.reason })
  })

  test("declines where no parameter varies, and learns from three samples", async () => {
    const { parameters, ...rest } = campaign(3)
    const same = { ...rest, parameters: parameters.map((row) => ({ ...row, factor: 1 })) }
    expect((await train(same)).outputs.model.reason).toMatch(/none of 4 force-field parameters varies/)
    expect((await train(campaign(3), { epochs: 20 })).outputs.scores[0]).toMatchObject({
      quality: "ok",
      folds: 3
    })
  })
})
