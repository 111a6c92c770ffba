// Predicts the coarse-grained potential of one sample from its force-field parameters.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Model, Prediction } from "../schemas/Model.ts"
import { methodParam } from "./learning/methodParam.ts"
import { BondedPotential } from "../schemas/Bonded.ts"
import { Parameters } from "../schemas/Parameters.ts"
import { Potential } from "../schemas/Potential.ts"
import * as Verdict from "../schemas/Verdict.ts"

/** No rows where the model is empty (its verdict is passed on) or what it predicts repels nowhere (`diverged`). */
export const predictPotential = Stage.make("predict-potential", {
  module: import.meta.url,
  params: Schema.Struct(methodParam),
  inputs: { model: Model, parameters: Parameters },
  outputs: { potential: Potential, bonded: BondedPotential, prediction: Prediction },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs: { model, parameters }, params: { method } }) {
    const { predicts, trained } = model
    const unknown = { predicts, method, value: null, stderr: null, low: null, high: null, extrapolated: [] }
    if (trained === null) {
      const { quality, reason } = model
      return { potential: [], bonded: [], prediction: { ...unknown, quality, reason } }
    }
    if (trained.grid === null) {
      return yield* Effect.fail(
        badInput(`a model of ${predicts} predicts no potential`, "pass one of structure or mobility")
      )
    }
    const { applyModel, energyError, potentialsOf } = yield* Effect.promise(
      () => import("./learning/applyModel.ts")
    )
    const applied = yield* Effect.try({
      try: () => applyModel(trained, parameters, method),
      catch: (error) =>
        badInput(
          error instanceof Error ? error.message : String(error),
          "pass the parameters of a sample of the model's molecule"
        )
    })
    const { extrapolated } = applied
    const stderr = energyError(trained, applied)
    try {
      const potentials = potentialsOf(trained, applied)
      return { ...potentials, prediction: { ...unknown, stderr, extrapolated, ...Verdict.ok } }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const verdict = Verdict.bad("diverged", `the predicted potential: ${error.message}`)
      return { potential: [], bonded: [], prediction: { ...unknown, extrapolated, ...verdict } }
    }
  })
})
