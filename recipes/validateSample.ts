// A held-out sample by simulation: what its inversion reached, and what was predicted from its force field alone.
import { deriveSeed } from "../kernels/random.ts"
import type { Artifact } from "../pipeline/Artifact.ts"
import { labelled } from "../pipeline/combinators.ts"
import type { CoarseRun } from "../schemas/CoarseRun.ts"
import type { Diffusion } from "../schemas/Diffusion.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Model } from "../schemas/Model.ts"
import type { Parameters } from "../schemas/Parameters.ts"
import type { Rdf, Structure } from "../schemas/Rdf.ts"
import type { BeadTrajectory } from "../schemas/Trajectory.ts"
import { cgMd } from "../stages/cgMd.ts"
import { extractDiffusion } from "../stages/extractDiffusion.ts"
import { measureStructure } from "../stages/measureStructure.ts"
import { predictPotential } from "../stages/predictPotential.ts"
import { predictScalar } from "../stages/predictScalar.ts"
import { validateModel } from "../stages/validateModel.ts"
import type { Settings } from "./campaignSettings.ts"

type Of<K> = Artifact<ValueOf<K>>

/** What a campaign has of one sample. */
export interface System {
  readonly parameters: Of<typeof Parameters>
  readonly beads: Of<typeof BeadTrajectory>
  readonly target: Of<typeof Rdf>
  readonly structure: Of<typeof Structure>
  readonly allAtom: Of<typeof Diffusion>
  /** RDF, diffusion and run of the model that its own inversion gave. */
  readonly model: Of<typeof Rdf>
  readonly coarse: Of<typeof Diffusion>
  readonly simulated: Of<typeof CoarseRun>
}

export interface Models {
  readonly structure: Of<typeof Model>
  readonly mobility: Of<typeof Model>
  readonly acceleration: Of<typeof Model>
  readonly friction: Of<typeof Model>
}

/** A row of `validations` for each of the five routes; a model that was declined is not simulated. */
export const validateSample = (
  {
    coarse,
    fit,
    grid,
    sample,
    seed
  }: {
    readonly sample: number
    readonly seed: number
    readonly coarse: Settings["coarse"]
    readonly fit: Settings["coarseFit"]
    readonly grid: Settings["structure"]
  },
  system: System,
  models: Models
) => {
  const { allAtom, beads, parameters, structure, target } = system
  const measured = { target, structure, allAtom }
  const on = <A>(route: string, body: () => A): A => labelled(`route=${route}`, body)

  const simulate = (route: string, inputs: Omit<globalThis.Parameters<typeof cgMd>[1], "beads">) => {
    const params = { ...coarse, seed: deriveSeed(seed, `validate ${route}`, sample) }
    const { beads: moved, run } = cgMd(params, { ...inputs, beads })
    const { rdf } = measureStructure(grid, { beads: moved })
    const { diffusion } = extractDiffusion(fit, { beads: moved })
    return { ...measured, rdf, diffusion, run }
  }

  const byInversion = { ...measured, rdf: system.model, diffusion: system.coarse, run: system.simulated }
  const kept = on("structure", () => predictPotential({}, { model: models.structure, parameters }))
  const byStructure = on("structure", () => simulate("structure", { potential: kept.potential }))
  return [
    on("ibi", () => validateModel({ sample, route: "ibi" }, byInversion)),
    on("structure", () =>
      validateModel({ sample, route: "structure" }, { ...byStructure, potential: kept.prediction })
    ),
    on("mobility", () => {
      const { potential, prediction } = predictPotential({}, { model: models.mobility, parameters })
      const simulation = simulate("mobility", { potential })
      return validateModel({ sample, route: "mobility" }, { ...simulation, potential: prediction })
    }),
    on("rescaled", () => {
      const { prediction } = predictScalar({}, { model: models.acceleration, parameters })
      return validateModel(
        { sample, route: "rescaled" },
        { ...byStructure, potential: kept.prediction, prediction }
      )
    }),
    on("friction", () => {
      const { prediction } = predictScalar({}, { model: models.friction, parameters })
      const simulation = simulate("friction", { potential: kept.potential, friction: prediction })
      return validateModel(
        { sample, route: "friction" },
        { ...simulation, potential: kept.prediction, prediction }
      )
    })
  ]
}
