// Gathers the scores of all models, their learning curves, and the predictions behind them.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { Predictions, Scores } from "../schemas/campaign.ts"

export const collectScores = Stage.make("collect-scores", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { models: Stage.list({ scores: Scores, curve: Scores, predictions: Predictions }) },
  outputs: { scores: Scores, curves: Scores, predictions: Predictions },
  deterministic: true,
  run: ({ inputs: { models } }) =>
    Effect.succeed({
      scores: models.flatMap(({ scores }) => scores),
      curves: models.flatMap(({ curve }) => curve),
      predictions: models.flatMap(({ predictions }) => predictions)
    })
})
