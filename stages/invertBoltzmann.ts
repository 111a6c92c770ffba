// Iterative Boltzmann inversion as a part of a pipeline: each iteration is a node of its own.
import type { Artifact } from "../pipeline/Artifact.ts"
import { iterate } from "../pipeline/combinators.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { BondedDistribution, BondedPotential } from "../schemas/Bonded.ts"
import type { Prediction } from "../schemas/Model.ts"
import type { Inversion, Potential } from "../schemas/Potential.ts"
import type { Rdf, Structure } from "../schemas/Rdf.ts"
import type { BeadTrajectory } from "../schemas/Trajectory.ts"
import { boltzmannInvert } from "./boltzmannInvert.ts"
import type { IbiParams } from "./ibiStep.ts"
import { ibiStep } from "./ibiStep.ts"
import { warmStart } from "./warmStart.ts"

/**
 * The potential whose model has the target's structure, down to the noise of the target or for `max` iterations. The
 * RDF and the numbers of the inversion were measured with that very potential.
 */
export const invertBoltzmann = (
  { max, ...params }: (typeof IbiParams)["Encoded"] & { readonly max: number },
  inputs: {
    readonly target: Artifact<ValueOf<typeof Rdf>>
    readonly structure: Artifact<ValueOf<typeof Structure>>
    readonly beads: Artifact<ValueOf<typeof BeadTrajectory>>
    /** Of molecules with several beads. */
    readonly bondedTarget?: Artifact<ValueOf<typeof BondedDistribution>>
    /** Where to begin, instead of the potential of mean force. */
    readonly start?:
      | {
          readonly potential: Artifact<ValueOf<typeof Potential>>
          readonly prediction: Artifact<ValueOf<typeof Prediction>>
        }
      | undefined
  }
): {
  readonly potential: Artifact<ValueOf<typeof Potential>>
  readonly rdf: Artifact<ValueOf<typeof Rdf>>
  /** Potentials of bonds and angles, and the distributions that the model has; empty where molecules have one bead. */
  readonly bonded: Artifact<ValueOf<typeof BondedPotential>>
  readonly distributions: Artifact<ValueOf<typeof BondedDistribution>>
  readonly inversion: Artifact<ValueOf<typeof Inversion>>
} => {
  const { start, ...targets } = inputs
  const { bondedTarget, structure, target } = inputs
  const guess = boltzmannInvert({ temperature: params.temperature }, { target, structure, bondedTarget })
  const predicted = start && { predicted: start.potential, prediction: start.prediction }
  const { bonded, distributions, inversion, potential, rdf } = iterate({
    init:
      predicted === undefined
        ? guess
        : { ...guess, ...warmStart({}, { knots: guess.knots, potential: guess.potential, ...predicted }) },
    step: (state) => ibiStep(params, { ...targets, ...state }),
    until: { read: "inversion", done: ({ converged }) => converged },
    max
  })
  return { potential, rdf, bonded, distributions, inversion }
}
