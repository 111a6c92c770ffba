// Rounds: a campaign that learns as it grows keeps what it has, and asks for what it knows least.
import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { stream } from "../../kernels/random.ts"
import * as Graph from "../../pipeline/Graph.ts"
import { coarseGraining } from "../../recipes/coarse-graining.ts"
import { defaultRanges, factorsAt, knobsOf } from "../../schemas/ForceFieldSampling.ts"
import { acquireParameters } from "../../stages/acquireParameters.ts"
import { sampleParameters } from "../../stages/sampleParameters.ts"
import { trainModel } from "../../stages/trainModel.ts"
import { oplsAa, trimethylpentane } from "../all-atom/systems.ts"
import { runStage } from "./runStage.ts"
import { potentialOf } from "./syntheticCampaign.ts"

const nodesOf = (params: Readonly<Record<string, unknown>>) =>
  coarseGraining
    .build({ protocol: "tiny", initial: 3, batch: 2, ...params })
    .graph.nodes.flatMap((node) => (node._tag === "stage" ? [node] : []))

/** What decides a node, as far as a graph knows: its name, params, and the same of all it reads. */
const signatures = (params: Readonly<Record<string, unknown>>) => {
  const known = new Map<Graph.Node, string>()
  const signatureOf = (node: Graph.Node): string => {
    const found = known.get(node)
    if (found !== undefined) return found
    const inputs =
      node._tag === "stage"
        ? [JSON.stringify(node.params), ...Graph.artifactsOf(node).map((input) => signatureOf(input.node))]
        : [signatureOf(node.watch.node)]
    const made = createHash("sha256")
      .update(`${node.name}(${inputs.join(";")})`)
      .digest("hex")
    known.set(node, made)
    return made
  }
  return new Set(
    coarseGraining
      .build({ protocol: "tiny", initial: 3, batch: 2, ...params })
      .graph.nodes.filter(({ name }) => /sample=\d+$|round=/.test(name))
      .map(signatureOf)
  )
}

describe("a campaign by acquisition", () => {
  const grown = nodesOf({ samples: 6, acquisition: "uncertainty" })

  test("spreads its first samples, and chooses the others by models of all samples before their round", () => {
    const drawn = (stage: string) =>
      grown.filter((node) => node.stage.name === stage).map(({ name }) => name.replace(/.*sample=/, ""))
    expect(drawn("sample-parameters")).toEqual(["0", "1", "2"])
    expect(drawn("acquire-parameters")).toEqual(["3", "4", "5"])
    const places = grown.flatMap(({ params, stage }) =>
      stage.name === "acquire-parameters" ? [[params["round"], params["place"]]] : []
    )
    expect(places).toEqual([
      [1, 0],
      [1, 1],
      [2, 0]
    ])
    const learnt = grown.filter(({ name }) => name.startsWith("collect-potentials@round="))
    expect(learnt.map((node) => Graph.artifactsOf(node).length / 2)).toEqual([3, 5])
  })

  test.each([{ acquisition: "uncertainty" }, { warmStart: true }])(
    "has the same nodes for the samples that it has when it grows: %j",
    (params) => {
      const before = signatures({ samples: 5, ...params })
      const after = signatures({ samples: 8, ...params })
      expect([...before].filter((node) => !after.has(node))).toEqual([])
      expect(after.size).toBeGreaterThan(before.size)
    }
  )

  test("never learns from samples that are held out", () => {
    const models = grown.filter(({ name }) => name.startsWith("train-model@round="))
    expect(models.map(({ params }) => params["holdOut"])).toEqual([[1], [1]])
  })

  test("begins inversions at predictions only where it is asked to, after the first samples", () => {
    const started = (params: object) =>
      nodesOf({ samples: 5, ...params }).flatMap(({ name, stage }) =>
        stage.name === "warm-start" ? [name.replace(/.*sample=(\d+).*/, "$1")] : []
      )
    expect(started({ warmStart: true })).toEqual(["3", "4"])
    expect(started({ acquisition: "uncertainty" })).toEqual([])
    expect(nodesOf({ samples: 5 }).filter(({ name }) => name.includes("round="))).toEqual([])
  })
})

describe("a sample that is chosen", () => {
  const knobs = knobsOf(trimethylpentane, oplsAa)
  const reference = { molecule: trimethylpentane, forceField: oplsAa }
  const parametersOf = (factors: ArrayLike<number>) =>
    knobs.map(({ name, reference, unit }, k) => ({
      name,
      value: reference * factors[k],
      reference,
      factor: factors[k],
      parameter_unit: unit
    }))
  /** Twelve samples whose wells depend on one length alone, seen at short lengths only. */
  const learn = async () => {
    const samples = Array.from({ length: 12 }, (_, sample) => {
      const random = stream(9, sample)
      const factors = factorsAt(
        Float64Array.from(knobs, ({ name }) => (name === "bond CT-CT r0" ? 0.3 : 1) * random.uniform()),
        knobs,
        defaultRanges
      )
      return { sample, factors }
    })
    const none = {
      bondedPotentials: undefined,
      pairs: undefined,
      matching: undefined,
      mobilities: undefined,
      frictions: undefined
    }
    const length = knobs.findIndex(({ name }) => name === "bond CT-CT r0")
    const tables = {
      ...none,
      parameters: samples.flatMap(({ factors, sample }) =>
        parametersOf(factors).map((row) => ({ sample, ...row }))
      ),
      potentials: samples.flatMap(({ factors, sample }) =>
        potentialOf([factors[length], factors[length], 1, 1]).map((row) => ({ sample, ...row }))
      )
    }
    const net = { predict: "structure" as const, hidden: [8], epochs: 300, members: 4, folds: 2 }
    return (await runStage(trainModel, net, tables)).outputs.model
  }

  test("is one of many within the ranges, another at each place, and known by the model and its place", async () => {
    const model = await learn()
    const at = async (place: number, candidates = 200) =>
      (
        await runStage(
          acquireParameters,
          { seed: 1, index: 12 + place, round: 1, place, candidates },
          { ...reference, model }
        )
      ).outputs
    const chosen = await Promise.all([0, 1, 2, 3, 4].map((place) => at(place)))
    const lengths = chosen.map(
      ({ parameters }) => parameters.find(({ name }) => name === "bond CT-CT r0")?.factor ?? 0
    )
    for (const factor of lengths) {
      expect(factor).toBeGreaterThanOrEqual(0.85)
      expect(factor).toBeLessThanOrEqual(1.2)
    }
    expect(new Set(lengths).size).toBe(5)
    // Nothing was seen beyond 0.955: that is where the first ones are taken from.
    expect(lengths[0]).toBeGreaterThan(0.955)
    expect((await at(2)).parameters).toEqual(chosen[2]?.parameters)
    const bond = chosen[0]?.forceField.bonds.find(({ types }) => types.join() === "CT,CT")
    expect(bond?.r0).toBeCloseTo(0.1529 * lengths[0], 6)
  })

  test("is the next one of the sequence where nothing could be learned", async () => {
    const trained = null
    const declined = { quality: "declined" as const, reason: "2 samples, 3 needed" }
    const model = { predicts: "structure" as const, samples: [], trained, ...declined }
    const params = { seed: 1, index: 7 }
    const { parameters } = (
      await runStage(acquireParameters, { ...params, round: 1, place: 0 }, { ...reference, model })
    ).outputs
    expect(parameters).toEqual((await runStage(sampleParameters, params, reference)).outputs.parameters)
  })
})
