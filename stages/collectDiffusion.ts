// Gathers the mobility of all samples at both resolutions, and the acceleration of the coarse-grained models.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { acceleration } from "../kernels/pairs.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Mobilities } from "../schemas/campaign.ts"
import { Diffusion } from "../schemas/Diffusion.ts"
import * as Verdict from "../schemas/Verdict.ts"
import { bySample } from "./bySample.ts"
import { mobilityOf } from "./mobilityOf.ts"
import { onlyRow } from "./onlyRow.ts"

export const collectDiffusion = Stage.make("collect-diffusion", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { systems: Stage.list({ allAtom: Diffusion, coarse: Diffusion }) },
  outputs: { mobilities: Mobilities },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs }) {
    const systems = yield* bySample(inputs.systems)
    const mobilities = yield* Effect.forEach(
      systems,
      Effect.fnUntraced(function* (system) {
        const { sample } = system
        const allAtom = yield* onlyRow(system.allAtom, `the all-atom diffusion of sample ${sample}`)
        const coarse = yield* onlyRow(system.coarse, `the coarse-grained diffusion of sample ${sample}`)
        const [fine, fast] = [mobilityOf(allAtom), mobilityOf(coarse)]
        const gain = fine && fast && acceleration(fine, fast)
        const { quality, reason } = Verdict.first([allAtom, coarse].map(Verdict.ofRow))
        return {
          sample,
          D_AA: allAtom.D,
          D_AA_stderr: allAtom.stderr,
          Q_AA: allAtom.Q,
          D_CG: coarse.D,
          D_CG_stderr: coarse.stderr,
          Q_CG: coarse.Q,
          acceleration: gain?.factor ?? null,
          acceleration_stderr: gain?.stderr ?? null,
          quality,
          reason
        }
      })
    )
    return { mobilities }
  })
})
