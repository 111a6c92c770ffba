// The stage that measures the structure of beads: radial distribution functions, bonds and angles.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { BondedDistribution } from "../schemas/Bonded.ts"
import { Rdf, Structure } from "../schemas/Rdf.ts"
import { BeadTrajectory, verdictOf } from "../schemas/Trajectory.ts"
import { noiseOf } from "./coarse/rdfRows.ts"
import { structureOfBeads } from "./coarse/structureOfBeads.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/**
 * g(r) per pair of bead types, distributions of bonds and angles where molecules have several beads, all with errors from
 * blocks; and the residual of g that chance alone would give.
 */
export const measureStructure = Stage.make("measure-structure", {
  module: import.meta.url,
  params: Schema.Struct({
    /** Upper edge of the last bin, nm. Null: half the box, at most 1.5. A campaign wants one for all its samples. */
    rMax: Schema.NullOr(Positive).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
    /** nm */
    binWidth: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.01))),
    normalization: Schema.Literals(["N(N-1)", "N2"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("N(N-1)" as const))
    ),
    /** At least this many blocks of the trajectory give the errors. */
    blocks: Schema.Int.check(Schema.isGreaterThanOrEqualTo(2)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(5))
    )
  }),
  inputs: { beads: BeadTrajectory },
  outputs: { rdf: Rdf, structure: Structure, distributions: BondedDistribution },
  deterministic: true,
  resources: { cores: 1, memory: 256 },
  run: Effect.fnUntraced(function* ({ params, inputs: { beads } }) {
    const upstream = verdictOf(beads.meta)
    const { normalization } = params
    const nothing = { noiseFloor: null, normalization, frames: 0 }
    if (upstream.quality !== "ok") {
      return { rdf: [], distributions: [], structure: { ...nothing, ...upstream } }
    }
    const { distributions, frames, rdf, verdict } = yield* Effect.tryPromise({
      try: () => structureOfBeads(beads.meta, beads.frames, params),
      catch: (problem) =>
        badInput(problem instanceof Error ? problem.message : String(problem), "look at the trajectory")
    })
    const floor = verdict.quality === "ok" ? noiseOf(rdf, rdf) : null
    return { rdf, distributions, structure: { noiseFloor: floor, normalization, frames, ...verdict } }
  })
})
