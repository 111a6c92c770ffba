// Trains a network ensemble on a campaign, and scores it beside simpler methods by cross-validation over samples.
import * as Effect from "effect/Effect"
import { badInput, toolFailed } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import {
  BondedPotentials,
  Frictions,
  Mobilities,
  Pairs,
  Potentials,
  Predictions,
  SampleParameters,
  Scores
} from "../schemas/campaign.ts"
import { Matching } from "../schemas/Matching.ts"
import { Model } from "../schemas/Model.ts"
import * as Verdict from "../schemas/Verdict.ts"
import { TooLittle } from "./learning/campaignTables.ts"
import { LearningParams } from "./learning/LearningParams.ts"

/**
 * What `predict` says is learned from the parameters of the samples that are not held out: `structure` reads potentials
 * (of pairs, and of bonds and angles where there are any), `mobility` potentials, pairs and matching, `acceleration` mobilities, `friction` frictions. With too little to learn
 * from, the model is empty and its verdict `declined`.
 */
export const trainModel = Stage.make("train-model", {
  module: import.meta.url,
  params: LearningParams,
  inputs: {
    parameters: SampleParameters,
    potentials: Stage.optional(Potentials),
    bondedPotentials: Stage.optional(BondedPotentials),
    pairs: Stage.optional(Pairs),
    matching: Stage.optional(Matching),
    mobilities: Stage.optional(Mobilities),
    frictions: Stage.optional(Frictions)
  },
  outputs: { model: Model, scores: Scores, curve: Scores, predictions: Predictions },
  deterministic: true,
  resources: { cores: 1, memory: 1024 },
  run: Effect.fnUntraced(function* ({ inputs, params }) {
    const workspace = yield* Workspace
    const wasmFolder = `${workspace.packageFolder("@tensorflow/tfjs-backend-wasm")}/dist/`
    // TensorFlow.js takes 0.3 s to load, and whoever only builds a graph does not need it.
    const { fitModel } = yield* Effect.promise(() => import("./learning/fitModel.ts"))
    const onFold = (fold: number, folds: number): void =>
      workspace.progress(fold / (folds + 1), `fold ${fold + 1} of ${folds}`)
    const { predict } = params
    const fitted = yield* Effect.tryPromise({
      try: () => fitModel(inputs, params, wasmFolder, onFold),
      catch: (error) => error
    }).pipe(
      Effect.catch((error) => {
        if (error instanceof TooLittle) return Effect.succeed(Verdict.bad("declined", error.message))
        if (error instanceof RangeError) {
          return Effect.fail(badInput(error.message, "look at the tables and params of the model"))
        }
        if (error instanceof Error && "_tag" in error && error._tag === "BackendError") {
          return Effect.fail(toolFailed(error.message, "run npm install"))
        }
        return Effect.die(error)
      })
    )
    if ("trained" in fitted) {
      const { samples, trained, ...tables } = fitted
      return { model: { predicts: predict, samples, trained, ...Verdict.ok }, ...tables }
    }
    return {
      model: { predicts: predict, samples: [], trained: null, ...fitted },
      scores: [{ ...unscored, model: predict, ...fitted }],
      curve: [],
      predictions: []
    }
  })
})

const unscored = {
  method: "network",
  samples: 0,
  folds: 0,
  rmse: null,
  rmse_stderr: null,
  r2: null,
  coverage: null,
  target_unit: ""
}
