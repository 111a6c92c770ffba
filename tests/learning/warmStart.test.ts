// Warm starts: an inversion begins at a prediction, keeps what was not predicted, and is done sooner.
import * as Schema from "effect/Schema"
import { describe, expect, test } from "vitest"
import * as Store from "../../cache/Store.ts"
import { each, labelled, pick, range } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import type { Inversion } from "../../schemas/Potential.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Prediction } from "../../schemas/Model.ts"
import { cgMd } from "../../stages/cgMd.ts"
import { collectParameters } from "../../stages/collectParameters.ts"
import { collectPotentials } from "../../stages/collectPotentials.ts"
import { invertBoltzmann } from "../../stages/invertBoltzmann.ts"
import { measureStructure } from "../../stages/measureStructure.ts"
import { predictPotential } from "../../stages/predictPotential.ts"
import { trainStructure } from "../../stages/trainers.ts"
import { warmStart } from "../../stages/warmStart.ts"
import { only, temporaryFolder, useRig } from "../engine/rig.ts"
import { drawSample } from "./learningPipeline.ts"
import { runStage } from "./runStage.ts"
import { drawBeads } from "./simulatedPrediction.ts"
import { factorsOf, potentialOf } from "./syntheticCampaign.ts"

const prediction: ValueOf<typeof Prediction> = {
  predicts: "structure",
  method: "network",
  value: null,
  stderr: 0.1,
  low: null,
  high: null,
  extrapolated: [],
  quality: "ok",
  reason: null
}

describe("the first guess", () => {
  const knots = ["A-A", "A-B"].flatMap((pair) =>
    Array.from({ length: 140 }, (_, i) => ({ pair, r: 0.01 * (i + 0.5), U: -0.5 }))
  )
  const table = (pair: string, U: number) =>
    Array.from({ length: 1381 }, (_, i) => ({ pair, r: Number((0.02 + 0.001 * i).toFixed(3)), U, F: 0 }))
  const potential = [...table("A-A", -0.5), ...table("A-B", -0.5)]
  const predicted = potentialOf(factorsOf(3))

  test("has the predicted energies at its own knots, up to its own cut-off; other pairs stay", async () => {
    const inputs = { knots, potential, predicted, prediction }
    const { outputs } = await runStage(warmStart, {}, inputs)
    expect(outputs.knots.map(({ pair, r }) => [pair, r])).toEqual(knots.map(({ pair, r }) => [pair, r]))
    for (const { r, U } of outputs.knots.filter(({ pair }) => pair === "A-A")) {
      const near = predicted.filter((row) => Math.abs(row.r - r) < 0.004)
      if (r < 0.45 || near.length === 0) continue
      const [low, high] = [Math.min(...near.map((row) => row.U)), Math.max(...near.map((row) => row.U))]
      expect(U).toBeGreaterThan(low - 0.05)
      expect(U).toBeLessThan(high + 0.05)
    }
    const core = outputs.knots.slice(0, 3).map(({ U }) => U)
    expect(core[0]).toBeGreaterThan(core[1])
    expect(core[1]).toBeGreaterThan(core[2])
    expect(outputs.knots.filter(({ pair }) => pair === "A-B")).toEqual(knots.slice(140))
    expect(outputs.potential.filter(({ pair }) => pair === "A-B")).toEqual(potential.slice(1381))
    expect(outputs.potential.map(({ r }) => r)).toEqual(potential.map(({ r }) => r))
  })

  test("stays where the model was declined", async () => {
    const declined = { ...prediction, stderr: null, quality: "declined" as const, reason: "few" }
    const inputs = { knots, potential, predicted: [], prediction: declined }
    expect((await runStage(warmStart, {}, inputs)).outputs).toEqual({ knots, potential })
  })
})

const held = 3

/** The liquid of a known potential, inverted from the potential of mean force and from a prediction. */
const inverting = Pipeline.make("inverting", { params: Schema.Struct({}) }, () => {
  const systems = each("sample", range(14), (sample) => drawSample({ sample }, {}))
  const { parameters } = collectParameters({}, { systems: systems.map(pick("parameters")) })
  const { potentials } = collectPotentials({}, { systems: systems.map(pick("potential", "inversion")) })
  const { model } = trainStructure(
    { hidden: [16], epochs: 400, members: 3, folds: 2, holdOut: [held] },
    { parameters, potentials }
  )
  const { beads } = drawBeads({}, {})
  const md = { timeStep: 0.01, equilibration: 10, production: 100, frameInterval: 0.2, temperature: 298.15 }
  const liquid = cgMd({ ...md, seed: 1 }, { potential: systems[held].potential, beads })
  const { rdf: target, structure } = measureStructure({ rMax: 1.3, binWidth: 0.01 }, { beads: liquid.beads })
  const start = predictPotential({}, { model, parameters: systems[held].parameters })
  const invert = (from?: typeof start) =>
    invertBoltzmann({ ...md, seed: 2, max: 12 }, { target, structure, beads: liquid.beads, start: from })
  const cold = labelled("cold", () => invert())
  const warm = labelled("warm", () => invert(start))
  return { cold: cold.inversion, warm: warm.inversion }
})

const rig = useRig()

test("an inversion from a prediction comes to the noise of its target in fewer iterations", async () => {
  const store = temporaryFolder()
  const did = await rig.run(inverting, { store })
  expect(only(did, "Failed").map(({ message, node }) => `${node}: ${message}`)).toEqual([])
  const { contents } = Store.open(store)
  const inversionOf = (target: string): ValueOf<typeof Inversion> =>
    JSON.parse(Buffer.from(contents.read(did.summary.targets[target] ?? "")).toString())
  const [cold, warm] = [inversionOf("cold"), inversionOf("warm")]
  for (const { converged, quality } of [cold, warm])
    expect({ converged, quality }).toEqual({ converged: true, quality: "ok" })
  expect(warm.history[0].residual).toBeLessThan(0.8 * (cold.history[0].residual ?? 0))
  expect(warm.iteration).toBeLessThan(cold.iteration)
}, 120_000)
