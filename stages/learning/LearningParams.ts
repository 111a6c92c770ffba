// How models are trained and judged: the params of train-model, with their defaults.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Predicts } from "../../schemas/Model.ts"

const Count = Schema.Int.check(Schema.isGreaterThan(0))
const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const NotNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Index = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

export const LearningParams = Schema.Struct({
  predict: Predicts,
  /** Widths of the hidden layers. */
  hidden: Schema.Array(Count).pipe(Schema.withDecodingDefaultKey(Effect.succeed([32, 32]))),
  activation: Schema.Literals(["tanh", "relu"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("tanh" as const))
  ),
  /** Passes over all samples, each one step. */
  epochs: Count.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1000))),
  learningRate: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.01))),
  /** Share of each weight lost per unit of learning rate and step. */
  weightDecay: NotNegative.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  /** Networks of the ensemble. */
  members: Count.pipe(Schema.withDecodingDefaultKey(Effect.succeed(5))),
  /** Folds of the cross-validation, as far as the samples reach. */
  folds: Schema.Int.check(Schema.isGreaterThanOrEqualTo(2)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(5))
  ),
  seed: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  /** Where tensors are computed; the two differ in the last bits. */
  backend: Schema.Literals(["wasm", "cpu"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("wasm" as const))
  ),
  /** Numbers of samples, fewer than there are, for which the scores are found as well: a learning curve. */
  curve: Schema.Array(Schema.Int.check(Schema.isGreaterThanOrEqualTo(3))).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([]))
  ),
  /** Samples that are kept from the training, so that they can be predicted. */
  holdOut: Schema.Array(Index).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** Share of the variance of the targets that their principal components hold; the rest passes for noise. */
  variance: Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThanOrEqualTo(1)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(0.995))
  ),
  /** kJ/mol: potentials are learned from where the first of them falls below it, and errors count up to it. */
  energyCap: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(10))),
  /** nm between the distances at which potentials are learned. */
  spacing: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.01)))
})
export type LearningParams = typeof LearningParams.Type
