// Collectors: a row a sample in the order of the samples, errors propagated, verdicts passed on and never lost.
import { describe, expect, test } from "vitest"
import type { Diffusion } from "../../schemas/Diffusion.ts"
import type { Friction } from "../../schemas/Friction.ts"
import type { AllAtomRun } from "../../schemas/AllAtomRun.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Inversion } from "../../schemas/Potential.ts"
import { collectBonded } from "../../stages/collectBonded.ts"
import { collectDiffusion } from "../../stages/collectDiffusion.ts"
import { collectFriction } from "../../stages/collectFriction.ts"
import { collectParameters } from "../../stages/collectParameters.ts"
import { collectPotentials } from "../../stages/collectPotentials.ts"
import { collectRdfs } from "../../stages/collectRdfs.ts"
import { collectSamples } from "../../stages/collectSamples.ts"
import { runStage } from "./runStage.ts"
import { parametersOf, potentialOf } from "./syntheticCampaign.ts"

type Row<K> = ValueOf<K> extends ReadonlyArray<infer R> ? R : never

const inversion: ValueOf<typeof Inversion> = {
  iteration: 7,
  residual: 0.02,
  noiseFloor: 0.016,
  chiSquare: null,
  variation: null,
  variationFloor: null,
  timeStep: 0.01,
  temperature: 298,
  pressure: 40,
  converged: true,
  history: [],
  quality: "ok",
  reason: null
}
const cavitated = { ...inversion, residual: null, quality: "cavitated" as const, reason: "mean P -420 bar" }
const run: Row<typeof AllAtomRun> = {
  molecules: 64,
  temperature: 298,
  temperature_stderr: 1,
  pressure: 12,
  pressure_stderr: 30,
  density: 0.73,
  density_stderr: 0.002,
  quality: "ok",
  reason: null
}
const diffusion = (D: number | null, stderr: number | null): Row<typeof Diffusion> => ({
  D,
  stderr,
  Q: D === null ? null : 0.4,
  offset: 0.01,
  tmin: 5,
  tmax: 20,
  slope: 1,
  molecules: 64,
  box: 2.6,
  frames: 400,
  quality: D === null ? "glassy" : "ok",
  reason: D === null ? "slope 0.6" : null
})

describe("collectors", () => {
  test("order rows by sample, whatever the order of the list", async () => {
    const systems = [3, 0, 12].map((sample) => ({
      label: `sample=${sample}`,
      parameters: parametersOf([1 + sample / 100, 1, 1, 1])
    }))
    const { parameters } = (await runStage(collectParameters, {}, { systems })).outputs
    expect(parameters.map(({ sample }) => sample)).toEqual(
      [0, 3, 12].flatMap((sample) => Array(4).fill(sample))
    )
    expect(parameters[4]).toMatchObject({ sample: 3, name: "bond CT-CT r0", factor: 1.03 })
  })

  test.each(["3", "sample=", "sample=-1", "sample=1/x", "pair=1"])("refuse the label %j", async (label) => {
    const systems = [{ label, parameters: parametersOf([1, 1, 1, 1]) }]
    await expect(runStage(collectParameters, {}, { systems })).rejects.toThrow(/names no sample/)
  })

  test("refuse a sample that comes twice, and a table of no row", async () => {
    const system = { label: "sample=1", parameters: parametersOf([1, 1, 1, 1]) }
    await expect(runStage(collectParameters, {}, { systems: [system, system] })).rejects.toThrow(/sample=1/)
    const empty = { label: "sample=1", run: [], inversion, target: [], model: [] }
    await expect(runStage(collectSamples, {}, { systems: [empty] })).rejects.toThrow(/sample 1 has 0 rows/)
  })

  test("make an empty table of an empty list", async () => {
    expect((await runStage(collectDiffusion, {}, { systems: [] })).outputs.mobilities).toEqual([])
  })
})

const rdf = (values: ReadonlyArray<number>) =>
  values.map((g, bin) => ({ pair: "A-A", r: 0.005 + 0.01 * bin, g, sem: 0.1 }))

describe("samples", () => {
  test("carry the run, the inversion, and the first verdict that is not ok", async () => {
    const measured = { target: rdf([0, 1, 2]), model: rdf([0, 1.5, 1.5]) }
    const systems = [
      { label: "sample=0", run: [run], inversion, ...measured },
      { label: "sample=1", run: [run], inversion: cavitated, ...measured },
      {
        label: "sample=2",
        run: [{ ...run, density: null, quality: "vapour", reason: "0.2" }],
        inversion: cavitated,
        target: [],
        model: []
      }
    ]
    const { samples } = (await runStage(collectSamples, {}, { systems })).outputs
    expect(samples[0]).toMatchObject({
      density: 0.73,
      residual: 0.02,
      noise_floor: 0.016,
      iterations: 7,
      quality: "ok"
    })
    // Three bins, each with the errors 0.1 of target and model.
    expect(samples[0].residual_stderr).toBeCloseTo(Math.sqrt(6 * 0.01) / 3, 12)
    expect(samples[1]).toMatchObject({
      density: 0.73,
      residual: null,
      residual_stderr: null,
      quality: "cavitated",
      reason: "mean P -420 bar"
    })
    expect(samples[2]).toMatchObject({ density: null, quality: "vapour", reason: "0.2" })
  })
})

describe("potentials and distributions", () => {
  test("of unusable samples are left out", async () => {
    const potential = potentialOf([1, 1, 1, 1])
    const systems = [
      { label: "sample=0", potential, inversion: cavitated },
      { label: "sample=1", potential, inversion }
    ]
    const { potentials } = (await runStage(collectPotentials, {}, { systems })).outputs
    expect(potentials).toHaveLength(potential.length)
    expect(new Set(potentials.map(({ sample }) => sample))).toEqual(new Set([1]))
  })

  test("stand beside their targets bin by bin, null where there is no model", async () => {
    const systems = [
      { label: "sample=0", target: rdf([0, 1, 2]), model: rdf([0, 1.5, 1.5]) },
      { label: "sample=1", target: rdf([0, 1, 2]), model: [] }
    ]
    const { rdfs } = (await runStage(collectRdfs, {}, { systems })).outputs
    expect(rdfs.map(({ g_target }) => g_target)).toEqual([0, 1, 2, 0, 1, 2])
    expect(rdfs.map(({ g_model }) => g_model)).toEqual([0, 1.5, 1.5, null, null, null])
  })
})

describe("bonds and angles", () => {
  test("keep potentials of usable inversions, and targets beside models whose bins end earlier", async () => {
    const bin = { kind: "bond", beads: "A-B", theta: null, sem: 0.01 }
    const bins = (...shares: ReadonlyArray<number>) =>
      shares.map((share, i) => ({ ...bin, r: 0.001 + 0.002 * i, share }))
    const bonded = [{ kind: "bond", beads: "A-B", theta: null, r: 0.25, U: 0, F: 1, torque: null }]
    const systems = [
      {
        label: "sample=0",
        bonded,
        bondedTarget: bins(0.2, 0.8, 0),
        distributions: bins(0.3, 0.7),
        inversion
      },
      { label: "sample=1", bonded: [], bondedTarget: bins(1), distributions: [], inversion: cavitated }
    ]
    const { bondedDistributions, bondedPotentials } = (await runStage(collectBonded, {}, { systems })).outputs
    expect(bondedPotentials).toEqual([{ sample: 0, ...bonded[0] }])
    expect(bondedDistributions.map(({ model, sample, target }) => [sample, target, model])).toEqual([
      [0, 0.2, 0.3],
      [0, 0.8, 0.7],
      [0, 0, 0],
      [1, 1, null]
    ])
  })
})

describe("mobilities and frictions", () => {
  test("have accelerations whose relative errors add in squares", async () => {
    const systems = [
      { label: "sample=0", allAtom: [diffusion(1, 0.03)], coarse: [diffusion(5, 0.2)] },
      { label: "sample=1", allAtom: [diffusion(null, null)], coarse: [diffusion(5, 0.2)] }
    ]
    const { mobilities } = (await runStage(collectDiffusion, {}, { systems })).outputs
    expect(mobilities[0]).toMatchObject({ D_AA: 1, D_CG: 5, acceleration: 5, quality: "ok" })
    expect(mobilities[0].acceleration_stderr).toBeCloseTo(5 * Math.hypot(0.03, 0.04), 12)
    expect(mobilities[1]).toMatchObject({
      D_CG: 5,
      acceleration: null,
      quality: "glassy",
      reason: "slope 0.6"
    })
  })

  test("keep what the calibration found", async () => {
    const friction: Row<typeof Friction> = {
      tau: 0.18,
      tau_stderr: 0.01,
      c: 0.14,
      D0: 5.5,
      D_target: 1.05,
      D_target_stderr: 0.05,
      D: 1.049,
      D_stderr: 0.04,
      acceleration: 1,
      acceleration_stderr: 0.06,
      residual: 0.02,
      residual_without: 0.021,
      pressure: 500,
      pressure_without: 520,
      rdf_change: 0.006,
      rdf_change_noise: 0.005,
      pressure_change: 8,
      pressure_change_stderr: 6,
      pressure_change_reduced: 0.05,
      runs: 3,
      quality: "ok",
      reason: null
    }
    const systems = [{ label: "sample=4", friction: [friction] }]
    const { frictions } = (await runStage(collectFriction, {}, { systems })).outputs
    expect(frictions).toHaveLength(1)
    expect(frictions[0]).toMatchObject({ sample: 4, tau: 0.18, residual_without: 0.021, quality: "ok" })
  })
})
