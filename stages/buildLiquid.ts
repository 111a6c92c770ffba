// The stage that packs molecules into a box.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { writeLammpsData } from "../formats/writeLammpsData.ts"
import { stream } from "../kernels/random.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import { packed } from "../schemas/Liquid.ts"
import { LiquidFile } from "../schemas/LiquidFile.ts"
import { repartitionHydrogenMass } from "../schemas/Molecule.ts"
import { ForceFieldFile, MoleculeFile } from "../schemas/moleculeFiles.ts"
import { assignTerms } from "../schemas/MoleculeTerms.ts"
import type { MoleculeTerms } from "../schemas/MoleculeTerms.ts"
import { AllAtomProtocol } from "../schemas/Protocol.ts"
import { liquidData } from "./lammps/liquidData.ts"

const { hydrogenMassFactor, molecules, packingDensity } = AllAtomProtocol.fields

/** A liquid packed at random, each sample in its own way, as a LAMMPS data file. */
export const buildLiquid = Stage.make("build-liquid", {
  module: import.meta.url,
  params: Schema.Struct({
    seed: Schema.Int,
    index: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    molecules,
    packingDensity,
    hydrogenMassFactor
  }),
  inputs: { molecule: MoleculeFile, forceField: ForceFieldFile },
  outputs: { liquid: LiquidFile },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params, inputs: { forceField, molecule } }) {
    const ws = yield* Workspace
    const liquid = yield* Effect.try({
      try: () =>
        pack(assignTerms(repartitionHydrogenMass(molecule, params.hydrogenMassFactor), forceField), params),
      catch: (problem) =>
        badInput(
          problem instanceof Error ? problem.message : String(problem),
          "correct the molecule or the force field, or lower packingDensity or hydrogenMassFactor"
        )
    })
    yield* ws.write("liquid.data", writeLammpsData(liquidData(liquid)))
    return { liquid: { path: "liquid.data" } }
  })
})

/** Long bonds need more room: what does not fit is tried at these fractions of the density. */
const thinner = [1, 0.85, 0.7]

interface Packing {
  readonly seed: number
  readonly index: number
  readonly molecules: number
  readonly packingDensity: number
}

const pack = (terms: MoleculeTerms, { index, molecules: copies, packingDensity: density, seed }: Packing) => {
  const random = stream(seed, index, "build-liquid")
  let refused: unknown
  for (const fraction of thinner) {
    try {
      return packed(terms, copies, density * fraction, random)
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem
      refused ??= problem
    }
  }
  throw refused
}
