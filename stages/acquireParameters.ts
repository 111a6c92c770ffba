// The stage that chooses the force field of one sample where a model of the samples before it is least certain.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { deriveSeed } from "../kernels/random.ts"
import { sobolPoint } from "../kernels/sobol.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { defaultRanges, factorsAt, knobsOf, SamplingRanges } from "../schemas/ForceFieldSampling.ts"
import { Model } from "../schemas/Model.ts"
import { ForceFieldFile, MoleculeFile } from "../schemas/moleculeFiles.ts"
import { Parameters } from "../schemas/Parameters.ts"
import { drawnForceField } from "./drawnForceField.ts"

const Index = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Count = Schema.Int.check(Schema.isGreaterThan(0))

/**
 * Of `candidates` points of a Sobol sequence that belongs to the round, the one at `place` in the order in which the
 * ensemble of the model picks them. Where the model was declined, the point `index` of the campaign's own sequence.
 */
export const acquireParameters = Stage.make("acquire-parameters", {
  module: import.meta.url,
  params: Schema.Struct({
    seed: Schema.Int,
    index: Index,
    /** Samples of a round are chosen by one model, place after place. */
    round: Count,
    place: Index,
    candidates: Count.pipe(Schema.withDecodingDefaultKey(Effect.succeed(256))),
    ranges: SamplingRanges.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaultRanges)))
  }),
  inputs: { molecule: MoleculeFile, forceField: ForceFieldFile, model: Model },
  outputs: { forceField: ForceFieldFile, parameters: Parameters },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params, inputs: { forceField, model, molecule } }) {
    const { candidates, index, place, ranges, round, seed } = params
    const { pickCandidate } = yield* Effect.promise(() => import("./learning/pickCandidate.ts"))
    return yield* Effect.try({
      try: () => {
        const knobs = knobsOf(molecule, forceField)
        const at = (sequence: number, point: number) =>
          factorsAt(sobolPoint(sequence, point, knobs.length), knobs, ranges)
        if (model.trained === null) return drawnForceField(forceField, knobs, at(seed, index))
        const drawn = Array.from({ length: candidates }, (_, k) => at(deriveSeed(seed, "acquire", round), k))
        const names = knobs.map(({ name }) => name)
        return drawnForceField(forceField, knobs, drawn[pickCandidate(model.trained, names, drawn, place)])
      },
      catch: (problem) =>
        badInput(
          problem instanceof Error ? problem.message : String(problem),
          "correct the molecule, the force field, or the ranges that are sampled"
        )
    })
  })
})
