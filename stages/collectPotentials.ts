// Gathers the structure-preserving potentials of the samples whose inversion is usable.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { Potentials } from "../schemas/campaign.ts"
import { Inversion, Potential } from "../schemas/Potential.ts"
import { bySample } from "./bySample.ts"

export const collectPotentials = Stage.make("collect-potentials", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { systems: Stage.list({ potential: Potential, inversion: Inversion }) },
  outputs: { potentials: Potentials },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs }) {
    const systems = yield* bySample(inputs.systems)
    const usable = systems.filter(({ inversion }) => inversion.quality === "ok")
    return {
      potentials: usable.flatMap(({ potential, sample }) => potential.map((row) => ({ sample, ...row })))
    }
  })
})
