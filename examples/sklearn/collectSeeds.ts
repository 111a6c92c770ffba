// Gathers the scores of both programs over all seeds.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../pipeline/Stage.ts"
import { Scores } from "../../schemas/campaign.ts"

export const collectSeeds = Stage.make("collect-seeds", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { seeds: Stage.list({ own: Scores, peer: Scores }) },
  outputs: { scores: Scores },
  deterministic: true,
  run: ({ inputs: { seeds } }) =>
    Effect.succeed({ scores: [...seeds.flatMap(({ own }) => own), ...seeds.flatMap(({ peer }) => peer)] })
})
