// The folds in which largo's own network is tested, so that another program can be tested on the same.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { foldsFor } from "../../kernels/crossValidate.ts"
import { makeFolds } from "../../kernels/folds.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { Mobilities } from "../../schemas/campaign.ts"
import { Folds } from "./tables.ts"

export const drawFolds = Stage.make("draw-folds", {
  module: import.meta.url,
  params: Schema.Struct({ folds: Schema.Int, seed: Schema.Int }),
  inputs: { mobilities: Mobilities },
  outputs: { folds: Folds },
  deterministic: true,
  run: ({ inputs: { mobilities }, params }) =>
    Effect.sync(() => {
      const samples = mobilities.flatMap(({ acceleration, quality, sample }) =>
        quality === "ok" && acceleration !== null && acceleration > 0 ? [sample] : []
      )
      const count = foldsFor(samples.length, params.folds)
      const folds = count === 0 ? [] : makeFolds(samples.length, count, params.seed)
      return {
        folds: folds.flatMap(({ test }, fold) => [...test].map((row) => ({ sample: samples[row], fold })))
      }
    })
})
