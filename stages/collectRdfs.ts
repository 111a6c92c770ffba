// Gathers the radial distribution functions of all samples: the all-atom target beside the structure-preserving model.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { Rdfs } from "../schemas/campaign.ts"
import { Rdf } from "../schemas/Rdf.ts"
import { bySample } from "./bySample.ts"

/** Bins are one where their centres agree to 1e-6 nm. */
const binOf = ({ pair, r }: { readonly pair: string; readonly r: number }): string =>
  `${pair} ${r.toFixed(6)}`

export const collectRdfs = Stage.make("collect-rdfs", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { systems: Stage.list({ target: Rdf, model: Rdf }) },
  outputs: { rdfs: Rdfs },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs }) {
    const systems = yield* bySample(inputs.systems)
    const rdfs = systems.flatMap(({ model, sample, target }) => {
      const modelled = new Map(model.map((row) => [binOf(row), row.g]))
      return target.map((row) => ({
        sample,
        pair: row.pair,
        r: row.r,
        g_target: row.g,
        g_target_sem: row.sem,
        g_model: modelled.get(binOf(row)) ?? null
      }))
    })
    return { rdfs }
  })
})
