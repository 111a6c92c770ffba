// Routes: what the simulated checks of a campaign come to, and which samples are checked by which models.
import { describe, expect, test } from "vitest"
import { coarseGraining } from "../../recipes/coarse-graining.ts"
import type { Validations } from "../../schemas/campaign.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { compareRoutes } from "../../stages/compareRoutes.ts"
import { runStage } from "./runStage.ts"

type Row = ValueOf<typeof Validations>[number]

const row = (sample: number, route: string, changed: Partial<Row> = {}): Row => ({
  sample,
  route,
  method: route === "ibi" ? "inversion" : "network",
  residual: 0.02 + 0.001 * sample,
  noise_floor: 0.016,
  D: 5,
  D_stderr: 0.1,
  D_target: 1,
  D_target_stderr: 0.1,
  acceleration: 5,
  acceleration_stderr: 0.5,
  pressure: 500,
  pressure_stderr: 1,
  ideal_pressure: 160,
  tau: null,
  quality: "ok",
  reason: null,
  ...changed
})
const compare = async (validations: ReadonlyArray<Row>) =>
  (await runStage(compareRoutes, {}, { validations })).outputs.routes

describe("the table of routes", () => {
  test("has the mean of ln a with its interval, from the inversion to friction", async () => {
    const factors = [0.9, 1, 1.1, 1.2]
    const routes = await compare(
      factors.flatMap((acceleration, sample) => [
        row(sample, "friction", { acceleration, acceleration_stderr: 0.1 * acceleration }),
        row(sample, "ibi"),
        row(sample, "structure", { residual: 2 * (0.02 + 0.001 * sample) })
      ])
    )
    expect(routes.map(({ method, route }) => `${route} by ${method}`)).toEqual([
      "ibi by inversion",
      "structure by network",
      "friction by network"
    ])
    const logs = factors.map(Math.log)
    const mean = logs.reduce((a, b) => a + b, 0) / 4
    const scatter = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 3)
    const friction = routes[2]
    expect(friction).toMatchObject({ samples: 4, quality: "ok" })
    expect(friction.mean_ln_a).toBeCloseTo(mean, 12)
    expect(friction.mean_ln_a_high).toBeCloseTo(mean + (3.182 * scatter) / 2, 12)
    expect(friction.scatter_ln_a).toBeCloseTo(scatter, 12)
    expect(friction.error_ln_a).toBeCloseTo(0.1, 12)
    expect(routes[0]).toMatchObject({ residual_ratio: 1, residual_ratio_stderr: 0, pressure_change: null })
    expect(routes[1].residual_ratio).toBeCloseTo(2, 12)
    expect(routes[1].residual_ratio_stderr).toBeCloseTo(0, 12)
  })

  test("holds the pressure with friction against the same potential without", async () => {
    const [, friction] = await compare([
      row(0, "structure", { pressure: 500 }),
      row(0, "friction", { pressure: 503, pressure_stderr: 0.5 }), // 0.019 rho kT
      row(1, "structure", { pressure: 400, pressure_stderr: 30 }),
      row(1, "friction", { pressure: 430, pressure_stderr: 30 }), // within 2 standard errors
      row(2, "structure", { pressure: 400 }),
      row(2, "friction", { pressure: 416 }) // 0.1 rho kT, at 11 standard errors
    ])
    expect(friction.route).toBe("friction")
    expect(friction.pressure_kept).toBe(2)
    expect(friction.pressure_change).toBeCloseTo((3 + 30 + 16) / 3 / 160, 12)
  })

  test("counts only checks that are ok, and says why a route has none", async () => {
    const declined = { quality: "declined", reason: "2 sources", acceleration: null, residual: null }
    const [ibi, mobility] = await compare([
      row(0, "ibi"),
      row(1, "ibi", { quality: "noisy", reason: "40 %", acceleration: 50 }),
      row(0, "mobility", declined),
      row(1, "mobility", declined)
    ])
    expect(ibi).toMatchObject({ samples: 1, mean_ln_a: Math.log(5), mean_ln_a_low: null, quality: "ok" })
    expect(mobility).toMatchObject({ samples: 0, mean_ln_a: null, quality: "declined", reason: "2 sources" })
  })
})

describe("k-fold validation", () => {
  const built = (params: Readonly<Record<string, unknown>>) =>
    coarseGraining
      .build({ protocol: "tiny", samples: 7, ...params })
      .graph.nodes.flatMap((node) => (node._tag === "stage" ? [node] : []))

  test("checks every sample once, by models of its fold, which were trained without it", () => {
    const nodes = built({ validation: "kfold", folds: 3 })
    const checks = nodes.filter(({ name }) => /^validate-model@.*route=structure$/.test(name))
    expect(checks.map(({ params }) => Number(params["sample"])).sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6
    ])
    const predicted = nodes.filter(({ stage }) => stage.name === "predict-potential")
    for (const { inputs, name, params: _ } of predicted) {
      const sample = Number(/sample=(\d+)/.exec(name)?.[1])
      const models = inputs.flatMap((input) => (input._tag === "one" ? [input.artifact.node] : []))
      const trainers = models.filter((node) => node._tag === "stage" && node.stage.name === "train-model")
      expect(trainers).toHaveLength(1)
      for (const trainer of trainers) {
        expect(trainer.name).toMatch(/^train-model@fold=\d\//)
        expect(trainer._tag === "stage" && trainer.params["holdOut"]).toContain(sample)
      }
    }
    // The models of the campaign itself learn from all.
    const whole = nodes.filter(({ name }) =>
      /^train-model@(structure|mobility|acceleration|friction)$/.test(name)
    )
    expect(whole.map(({ params }) => params["holdOut"])).toEqual([[], [], [], []])
  })

  test("simulates the predictions of each method that is asked for, and leaves the network's nodes alone", () => {
    const one = built({ validation: "kfold", folds: 3 }).map(
      ({ name, params }) => `${name} ${JSON.stringify(params)}`
    )
    const both = built({ validation: "kfold", folds: 3, methods: ["network", "gaussian process"] })
    const names = new Set(both.map(({ name, params }) => `${name} ${JSON.stringify(params)}`))
    expect(one.filter((name) => !names.has(name))).toEqual([])
    const routes = both.filter(({ stage }) => stage.name === "validate-model")
    expect(routes).toHaveLength(7 * (1 + 4 + 4))
  })

  test("of as many folds as samples, or more, leaves each sample out alone", () => {
    const nodes = built({ validation: "kfold", folds: 20 })
    const held = nodes.flatMap(({ name, params }) =>
      /fold=\d+\/structure$/.test(name) ? [params["holdOut"]] : []
    )
    expect(held).toHaveLength(7)
    expect(
      held
        .flat()
        .map(Number)
        .sort((a, b) => a - b)
    ).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
})
