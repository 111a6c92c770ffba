// A held-out sample by simulation: what its inversion reached, and what was predicted from its force field alone.
import type { FrictionKind } from "../schemas/CgProtocol.ts"
import { deriveSeed } from "../kernels/random.ts"
import type { Artifact } from "../pipeline/Artifact.ts"
import { labelled } from "../pipeline/combinators.ts"
import type { CoarseRun } from "../schemas/CoarseRun.ts"
import type { Diffusion } from "../schemas/Diffusion.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Method, Model } from "../schemas/Model.ts"
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
  /** What the model that its own inversion gave did, in a run as long as those of the predicted ones. */
  readonly simulated: { readonly beads: Of<typeof BeadTrajectory>; readonly run: Of<typeof CoarseRun> }
  readonly coarse: Of<typeof Diffusion>
}

export interface Models {
  readonly structure: Of<typeof Model>
  readonly mobility: Of<typeof Model>
  readonly acceleration: Of<typeof Model>
  readonly friction: Of<typeof Model>
}

interface Check {
  readonly sample: number
  readonly seed: number
  readonly coarse: Settings["coarse"]
  readonly fit: Settings["coarseFit"]
  readonly friction: FrictionKind
  readonly grid: Settings["structure"]
}

/** The row of `validations` that the others are held against: the potential of the sample's own inversion. */
export const validateInversion = ({ grid, sample }: Check, system: System) =>
  labelled("route=ibi", () => {
    const { allAtom, coarse: diffusion, simulated, structure, target } = system
    // Not the inversion's own RDF, which is that of its best iteration: chance has a share in which one is best.
    const { rdf } = measureStructure(grid, { beads: simulated.beads })
    return validateModel(
      { sample, route: "ibi" },
      { target, structure, allAtom, rdf, diffusion, run: simulated.run }
    )
  })

/** A row of `validations` for each of the four routes that a method's predictions take; a model that was declined is not simulated. */
export const validateMethod = (
  method: Method,
  { coarse, fit, friction, grid, sample, seed }: Check,
  { allAtom, beads, parameters, structure, target }: System,
  models: Models
) => {
  // The labels and seeds of the networks' routes are plain, so that another method leaves their nodes alone.
  const suffix = method === "network" ? "" : ` ${method}`
  const on = <A>(route: string, body: () => A): A =>
    labelled(`route=${route}${suffix.replaceAll(" ", "-")}`, body)
  const simulate = (route: string, inputs: Omit<globalThis.Parameters<typeof cgMd>[1], "beads">) => {
    const params = { ...coarse, seed: deriveSeed(seed, `validate ${route}${suffix}`, sample) }
    // Only where friction is predicted does its kind matter.
    const kind = inputs.friction === undefined ? {} : { friction }
    const { beads: moved, run } = cgMd({ ...params, ...kind }, { ...inputs, beads })
    const { rdf } = measureStructure(grid, { beads: moved })
    const { diffusion } = extractDiffusion(fit, { beads: moved })
    return { target, structure, allAtom, rdf, diffusion, run }
  }

  const kept = on("structure", () => predictPotential({ method }, { model: models.structure, parameters }))
  const potentials = { potential: kept.potential, bonded: kept.bonded }
  const byStructure = on("structure", () => simulate("structure", potentials))
  return [
    on("structure", () =>
      validateModel({ sample, route: "structure" }, { ...byStructure, potential: kept.prediction })
    ),
    on("mobility", () => {
      const { prediction, ...predicted } = predictPotential(
        { method },
        { model: models.mobility, parameters }
      )
      const simulation = simulate("mobility", predicted)
      return validateModel({ sample, route: "mobility" }, { ...simulation, potential: prediction })
    }),
    on("rescaled", () => {
      const { prediction } = predictScalar({ method }, { model: models.acceleration, parameters })
      return validateModel(
        { sample, route: "rescaled" },
        { ...byStructure, potential: kept.prediction, prediction }
      )
    }),
    on("friction", () => {
      const { prediction } = predictScalar({ method }, { model: models.friction, parameters })
      const simulation = simulate("friction", { ...potentials, friction: prediction })
      return validateModel(
        { sample, route: "friction" },
        { ...simulation, potential: kept.prediction, prediction }
      )
    })
  ]
}
