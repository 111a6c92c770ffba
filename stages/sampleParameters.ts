// The stage that draws the force field of one sample.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { sobolPoint } from "../kernels/sobol.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import type { ForceField } from "../schemas/ForceField.ts"
import { defaultRanges, factorsAt, knobsOf, SamplingRanges } from "../schemas/ForceFieldSampling.ts"
import type { Molecule } from "../schemas/Molecule.ts"
import { ForceFieldFile, MoleculeFile } from "../schemas/moleculeFiles.ts"
import { Parameters } from "../schemas/Parameters.ts"
import { drawnForceField } from "./drawnForceField.ts"

/**
 * Every bonded parameter that the molecule uses times a factor from its range: point `index` of a scrambled Sobol
 * sequence, whatever the number of samples. Sample 0 is the unchanged force field.
 */
export const sampleParameters = Stage.make("sample-parameters", {
  module: import.meta.url,
  params: Schema.Struct({
    seed: Schema.Int,
    index: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    ranges: SamplingRanges.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaultRanges)))
  }),
  inputs: { molecule: MoleculeFile, forceField: ForceFieldFile },
  outputs: { forceField: ForceFieldFile, parameters: Parameters },
  deterministic: true,
  run: ({ params, inputs: { forceField, molecule } }) =>
    Effect.try({
      try: () => draw(molecule, forceField, params),
      catch: (problem) =>
        badInput(
          problem instanceof Error ? problem.message : String(problem),
          "correct the molecule, the force field, or the ranges that are sampled"
        )
    })
})

interface Draw {
  readonly seed: number
  readonly index: number
  readonly ranges: SamplingRanges
}

const draw = (molecule: Molecule, forceField: ForceField, { index, ranges, seed }: Draw) => {
  const knobs = knobsOf(molecule, forceField)
  const factors =
    index === 0
      ? new Float64Array(knobs.length).fill(1)
      : factorsAt(sobolPoint(seed, index, knobs.length), knobs, ranges)
  return drawnForceField(forceField, knobs, factors)
}
