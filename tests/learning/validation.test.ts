// Validation: one row on a simulated model, whatever route it took, with numbers as far as there are any.
import { expect, test } from "vitest"
import type { CoarseRun } from "../../schemas/CoarseRun.ts"
import type { Diffusion } from "../../schemas/Diffusion.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Prediction } from "../../schemas/Model.ts"
import type { Structure } from "../../schemas/Rdf.ts"
import { collectValidations } from "../../stages/collectValidations.ts"
import { validateModel } from "../../stages/validateModel.ts"
import { runStage } from "./runStage.ts"

type Row<K> = ValueOf<K> extends ReadonlyArray<infer R> ? R : never
const ok = { quality: "ok" as const, reason: null }

const rdf = (values: ReadonlyArray<number>) =>
  values.map((g, bin) => ({ pair: "A-A", r: Number((0.005 + 0.01 * bin).toFixed(3)), g, sem: 0.01 }))
const diffusion = (D: number | null, stderr: number | null): Row<typeof Diffusion> => ({
  D,
  stderr,
  Q: 0.5,
  offset: 0.01,
  tmin: 5,
  tmax: 20,
  slope: 1,
  molecules: 64,
  box: 2.6,
  frames: 400,
  quality: D === null ? "declined" : "ok",
  reason: D === null ? "3 frames" : null
})
const run: Row<typeof CoarseRun> = {
  beads: 64,
  time_step: 0.01,
  temperature: 298,
  temperature_stderr: 1,
  pressure: 530,
  pressure_stderr: 20,
  ...ok
}
const structure: ValueOf<typeof Structure> = {
  noiseFloor: 0.016,
  normalization: "N(N-1)",
  frames: 400,
  ...ok
}
const prediction = (predicts: "acceleration" | "friction", value: number): ValueOf<typeof Prediction> => ({
  predicts,
  method: "network",
  value,
  stderr: 0.1 * value,
  low: 0.8 * value,
  high: 1.2 * value,
  extrapolated: [],
  ...ok
})
const inputs = {
  target: rdf([0, 1, 2, 1]),
  structure,
  allAtom: [diffusion(1, 0.05)],
  rdf: rdf([0, 1.2, 1.9, 1.1]),
  diffusion: [diffusion(5, 0.2)],
  run: [run],
  potential: undefined,
  prediction: undefined
}
const validate = async (
  route: "structure" | "rescaled" | "friction",
  changed: Partial<typeof inputs> | object = {}
) => (await runStage(validateModel, { sample: 3, route }, { ...inputs, ...changed })).outputs.validation

test("a simulated model is judged by its structure, mobility and pressure", async () => {
  const [row] = await validate("structure")
  expect(row).toMatchObject({
    sample: 3,
    route: "structure",
    method: "inversion",
    D: 5,
    D_target: 1,
    acceleration: 5,
    pressure: 530,
    pressure_stderr: 20,
    tau: null,
    ...ok
  })
  expect(row.residual).toBeCloseTo(0.4 / 4, 12)
  // 64 beads in a cube of 2.6 nm at 298 K: N kT / V.
  expect(row.ideal_pressure).toBeCloseTo(((64 * 1.380649e-23 * 298) / 2.6e-9 ** 3) * 1e-5, 4)
  // Two errors of 0.01: the mean of the absolute value of their difference.
  expect(row.noise_floor).toBeCloseTo(0.01 * Math.SQRT2 * Math.sqrt(2 / Math.PI), 6)
  expect(row.acceleration_stderr).toBeCloseTo(5 * Math.hypot(0.05, 0.04), 12)
})

test("the rescaled route divides D by the predicted acceleration, whose error it takes over", async () => {
  const [row] = await validate("rescaled", { prediction: prediction("acceleration", 4) })
  expect(row.D).toBeCloseTo(1.25, 12)
  expect(row.D_stderr).toBeCloseTo(1.25 * Math.hypot(0.04, 0.1), 12)
  expect(row.acceleration_stderr).toBeCloseTo(1.25 * Math.hypot(0.04, 0.1, 0.05), 12)
  await expect(validate("rescaled")).rejects.toThrow(/no predicted acceleration/)
  await expect(validate("rescaled", { prediction: prediction("friction", 4) })).rejects.toThrow(
    /acceleration/
  )
})

test("the friction route tells the damping time that the simulation ran with", async () => {
  const [row] = await validate("friction", { prediction: prediction("friction", 0.18) })
  expect(row).toMatchObject({ method: "network", tau: 0.18, D: 5, quality: "ok" })
})

test("a model that could not be simulated leaves nulls and the first verdict", async () => {
  const declined = { quality: "declined" as const, reason: "2 samples, 3 needed" }
  const potential = {
    predicts: "structure" as const,
    method: "network" as const,
    value: null,
    stderr: null,
    low: null,
    high: null,
    extrapolated: [],
    ...declined
  }
  const nothing = { ...run, temperature: null, pressure: null, quality: "declined", reason: "no potential" }
  const [row] = await validate("structure", {
    potential,
    rdf: [],
    diffusion: [diffusion(null, null)],
    run: [nothing]
  })
  expect(row).toMatchObject({ residual: null, D: null, acceleration: null, D_target: 1, ...declined })
})

test("a prediction that was declined leaves the rescaled mobility open, not the structure", async () => {
  const declined = {
    ...prediction("acceleration", 1),
    value: null,
    stderr: null,
    quality: "declined",
    reason: "few"
  }
  const [row] = await validate("rescaled", { prediction: declined })
  expect(row).toMatchObject({ D: null, acceleration: null, quality: "declined", reason: "few" })
  expect(row.residual).toBeCloseTo(0.1, 12)
})

test("distributions on different bins are refused", async () => {
  await expect(validate("structure", { rdf: rdf([0, 1]) })).rejects.toThrow(/grid of its target/)
})

test("collected checks are in the order of samples and routes", async () => {
  const at = async (sample: number, route: "structure" | "friction") =>
    (await runStage(validateModel, { sample, route }, inputs)).outputs.validation
  const checks = [
    { label: "sample=12", validation: await at(12, "structure") },
    { label: "sample=2", validation: await at(2, "structure") },
    { label: "sample=2 friction", validation: await at(2, "friction") }
  ]
  const { validations } = (await runStage(collectValidations, {}, { checks })).outputs
  expect(validations.map(({ route, sample }) => `${sample} ${route}`)).toEqual([
    "2 friction",
    "2 structure",
    "12 structure"
  ])
})
