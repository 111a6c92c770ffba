// A stage that gathers: one table over all sizes, from however many of them there are.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../../pipeline/Stage.ts"
import { stokesEinstein } from "./stokesEinstein.ts"
import { Mobility, Scan } from "./tables.ts"

/** Rows in the order of the list; a size without a mobility is left out. */
export const collectScan = Stage.make("collect-scan", {
  module: import.meta.url,
  params: Schema.Struct({
    radii: Schema.Array(Schema.Finite),
    temperature: Schema.Finite,
    viscosity: Schema.Finite
  }),
  inputs: { walks: Stage.list({ mobility: Mobility }) },
  outputs: { scan: Scan },
  deterministic: true,
  run: ({ params: { radii, temperature, viscosity }, inputs: { walks } }) =>
    Effect.succeed({
      scan: walks.flatMap(({ mobility: [row] }, index) => {
        const radius = radii[index]
        const expected = stokesEinstein(temperature, viscosity, radius)
        const { D, stderr } = row
        return row.quality === "ok" && D !== null && stderr !== null ? [{ radius, D, stderr, expected }] : []
      })
    })
})
