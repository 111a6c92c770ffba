// Gathers the calibrated friction of all samples.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { Frictions } from "../schemas/campaign.ts"
import { Friction } from "../schemas/Friction.ts"
import { bySample } from "./bySample.ts"
import { onlyRow } from "./onlyRow.ts"

export const collectFriction = Stage.make("collect-friction", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { systems: Stage.list({ friction: Friction }) },
  outputs: { frictions: Frictions },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs }) {
    const systems = yield* bySample(inputs.systems)
    const frictions = yield* Effect.forEach(systems, ({ friction, sample }) =>
      Effect.map(onlyRow(friction, `the friction of sample ${sample}`), (row) => {
        const { D0: _D0, D_target_stderr: _error, runs: _runs, ...kept } = row
        return { sample, ...kept }
      })
    )
    return { frictions }
  })
})
