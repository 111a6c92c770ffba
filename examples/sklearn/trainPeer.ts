// scikit-learn's MLPRegressor as a stage: a Python script with tables in and a table out.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../pipeline/Stage.ts"
import { Mobilities, SampleParameters, Scores } from "../../schemas/campaign.ts"
import { TextFile } from "../../schemas/TextFile.ts"
import { python } from "./python.ts"
import { Folds } from "./tables.ts"

const withDefault = <S extends Schema.Constraint>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

export const trainPeer = Stage.command("train-peer", {
  module: import.meta.url,
  params: Schema.Struct({
    seed: Schema.Int,
    hidden: withDefault(Schema.Array(Schema.Int), [32, 32]),
    activation: withDefault(Schema.Literals(["tanh", "relu"]), "tanh"),
    alpha: withDefault(Schema.Finite, 0.1), // L2 penalty
    learningRate: withDefault(Schema.Finite, 0.01),
    epochs: withDefault(Schema.Int, 1000), // each one step over all samples
    members: withDefault(Schema.Int, 5)
  }),
  inputs: { script: TextFile, parameters: SampleParameters, mobilities: Mobilities, folds: Folds },
  tables: "csv",
  outputs: { scores: { kind: Scores, file: "scores.csv" } },
  program: python,
  argv: ({ inputs, outputs }) => [
    inputs.script,
    inputs.parameters,
    inputs.mobilities,
    inputs.folds,
    outputs.scores
  ],
  deterministic: true,
  resources: { cores: 1, memory: 512 }
})
