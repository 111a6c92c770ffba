// The stage that measures how fast beads diffuse.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Diffusion, Msd } from "../schemas/Diffusion.ts"
import { fitParams } from "../schemas/FitParams.ts"
import { BeadTrajectory } from "../schemas/Trajectory.ts"
import { mobilityOfBeads } from "./coarse/mobilityOfBeads.ts"

/** Self-diffusion of the beads from their mean squared displacement, at the finite size of the box. */
export const extractDiffusion = Stage.make("extract-diffusion", {
  module: import.meta.url,
  params: Schema.Struct(fitParams),
  inputs: { beads: BeadTrajectory },
  outputs: { diffusion: Diffusion, msd: Msd },
  deterministic: true,
  resources: { cores: 1, memory: 512 },
  run: Effect.fnUntraced(function* ({ params, inputs: { beads } }) {
    const { diffusion, msd } = yield* Effect.tryPromise({
      try: () => mobilityOfBeads(beads, params),
      catch: (problem) =>
        badInput(problem instanceof Error ? problem.message : String(problem), "look at the trajectory")
    })
    return { diffusion, msd }
  })
})
