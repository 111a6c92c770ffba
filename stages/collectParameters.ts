// Gathers the force-field parameters of all samples into one table.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { SampleParameters } from "../schemas/campaign.ts"
import { Parameters } from "../schemas/Parameters.ts"
import { bySample } from "./bySample.ts"

export const collectParameters = Stage.make("collect-parameters", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { systems: Stage.list({ parameters: Parameters }) },
  outputs: { parameters: SampleParameters },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs }) {
    const systems = yield* bySample(inputs.systems)
    return {
      parameters: systems.flatMap(({ parameters, sample }) => parameters.map((row) => ({ sample, ...row })))
    }
  })
})
