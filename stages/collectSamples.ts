// Gathers a row a sample: its all-atom run, and how well its potential gives the structure again.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { AllAtomRun } from "../schemas/AllAtomRun.ts"
import { Samples } from "../schemas/campaign.ts"
import { Inversion } from "../schemas/Potential.ts"
import { Rdf } from "../schemas/Rdf.ts"
import * as Verdict from "../schemas/Verdict.ts"
import { bySample } from "./bySample.ts"
import { residualStderrOf } from "./coarse/rdfRows.ts"
import { onlyRow } from "./onlyRow.ts"

export const collectSamples = Stage.make("collect-samples", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { systems: Stage.list({ run: AllAtomRun, inversion: Inversion, target: Rdf, model: Rdf }) },
  outputs: { samples: Samples },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs }) {
    const systems = yield* bySample(inputs.systems)
    const samples = yield* Effect.forEach(systems, ({ inversion, model, run, sample, target }) =>
      Effect.map(onlyRow(run, `the all-atom run of sample ${sample}`), (row) => {
        const { quality, reason } = Verdict.first([Verdict.ofRow(row), inversion])
        return {
          sample,
          temperature: row.temperature,
          pressure: row.pressure,
          pressure_stderr: row.pressure_stderr,
          density: row.density,
          density_stderr: row.density_stderr,
          residual: inversion.residual,
          residual_stderr: inversion.residual === null ? null : residualStderrOf(model, target),
          noise_floor: inversion.noiseFloor,
          variation: inversion.variation,
          variation_floor: inversion.variationFloor,
          iterations: inversion.residual === null ? null : inversion.iteration,
          quality,
          reason
        }
      })
    )
    return { samples }
  })
})
