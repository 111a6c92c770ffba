// Predicts the acceleration or the friction of one sample from its force-field parameters.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Model, Prediction } from "../schemas/Model.ts"
import { methodParam } from "./learning/methodParam.ts"
import { Parameters } from "../schemas/Parameters.ts"
import * as Verdict from "../schemas/Verdict.ts"

/** The value with its standard error and interval, all from the logarithm that was learned; an empty model passes its verdict on. */
export const predictScalar = Stage.make("predict-scalar", {
  module: import.meta.url,
  params: Schema.Struct(methodParam),
  inputs: { model: Model, parameters: Parameters },
  outputs: { prediction: Prediction },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs: { model, parameters }, params: { method } }) {
    const { predicts, quality, reason, trained } = model
    const unknown = { predicts, method, value: null, stderr: null, low: null, high: null, extrapolated: [] }
    if (trained === null) return { prediction: { ...unknown, quality, reason } }
    if (trained.grid !== null) {
      return yield* Effect.fail(
        badInput(`a model of ${predicts} predicts a potential`, "pass one of acceleration or friction")
      )
    }
    const { applyModel } = yield* Effect.promise(() => import("./learning/applyModel.ts"))
    const { extrapolated, half, row, stderr } = yield* Effect.try({
      try: () => applyModel(trained, parameters, method),
      catch: (error) =>
        badInput(
          error instanceof Error ? error.message : String(error),
          "pass the parameters of a sample of the model's molecule"
        )
    })
    const value = Math.exp(row[0])
    const at = (shift: number | undefined) => (shift === undefined ? null : Math.exp(row[0] + shift))
    const [low, high] = [at(half && -half[0]), at(half?.[0])]
    const prediction = { predicts, method, value, stderr: value * stderr[0], low, high, extrapolated }
    return { prediction: { ...prediction, ...Verdict.ok } }
  })
})
