// Predicts the acceleration or the friction of one sample from its force-field parameters.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Model, Prediction } from "../schemas/Model.ts"
import { Parameters } from "../schemas/Parameters.ts"
import * as Verdict from "../schemas/Verdict.ts"

/** The value with its standard error, both from the logarithm that was learned; an empty model passes its verdict on. */
export const predictScalar = Stage.make("predict-scalar", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { model: Model, parameters: Parameters },
  outputs: { prediction: Prediction },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs: { model, parameters } }) {
    const { predicts, quality, reason, trained } = model
    if (trained === null) {
      return { prediction: { predicts, value: null, stderr: null, extrapolated: [], quality, reason } }
    }
    if (trained.grid !== null) {
      return yield* Effect.fail(
        badInput(`a model of ${predicts} predicts a potential`, "pass one of acceleration or friction")
      )
    }
    const { applyModel } = yield* Effect.promise(() => import("./learning/applyModel.ts"))
    const { deviation, extrapolated, row } = yield* Effect.try({
      try: () => applyModel(trained, parameters),
      catch: (error) =>
        badInput(
          error instanceof Error ? error.message : String(error),
          "pass the parameters of a sample of the model's molecule"
        )
    })
    const value = Math.exp(row[0])
    const stderr = value * Math.max(deviation[0], trained.error)
    return { prediction: { predicts, value, stderr, extrapolated, ...Verdict.ok } }
  })
})
