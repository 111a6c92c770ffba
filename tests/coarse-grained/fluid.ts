// A fluid whose potential is known, put through the coarse-grained stages.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import { labelled } from "../../pipeline/combinators.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { Potential } from "../../schemas/Potential.ts"
import { BeadTrajectory } from "../../schemas/Trajectory.ts"
import { calibrateFriction } from "../../stages/calibrateFriction.ts"
import { cgMd } from "../../stages/cgMd.ts"
import { extractDiffusion } from "../../stages/extractDiffusion.ts"
import { invertBoltzmann } from "../../stages/invertBoltzmann.ts"
import { measureStructure } from "../../stages/measureStructure.ts"
import { framesOf, latticeFrame, latticeMeta } from "./runStage.ts"

export const edge = 2.56
const cutoff = 1.2

/** Lennard-Jones, 1 kJ/mol and 0.6 nm, led to 0 over the last 0.2 nm; kJ/mol. */
export const knownPotential = (r: number): number => {
  const t = Math.min(1, Math.max(0, (r - cutoff + 0.2) / 0.2))
  const x = (0.6 / Math.max(r, 0.3)) ** 6
  return 4 * (x * x - x) * (1 - t * t * t * (10 - 15 * t + 6 * t * t))
}

/** The known potential as a table, and beads on a lattice to begin with. */
export const knownFluid = Stage.make("known-fluid", {
  module: import.meta.url,
  params: Schema.Struct({ quality: Schema.String }),
  inputs: {},
  outputs: { beads: BeadTrajectory, potential: Potential },
  deterministic: true,
  run: ({ params: { quality } }) => {
    const ok = quality === "ok"
    const h = 1e-6
    const rows = Array.from({ length: 591 }, (_, i) => {
      const r = Number((0.02 + 0.002 * i).toPrecision(10))
      return {
        pair: "A-A",
        r,
        U: knownPotential(r),
        F: (knownPotential(r - h) - knownPotential(r + h)) / (2 * h)
      }
    })
    const meta = { ...latticeMeta(4), quality, reason: ok ? "" : "as the test wants it" }
    return Effect.succeed({
      beads: { meta, frames: framesOf(ok ? [latticeFrame(4, edge)] : []) },
      potential: rows
    })
  }
})

/** Relaxation time of the friction that stands for the all-atom mobility, ps. */
export const hiddenTau = 0.3

/**
 * The fluid with friction plays the all-atom system: its structure is inverted, and its mobility is to be reached by
 * friction on the potential that was found.
 */
export const roundTrip = Pipeline.make(
  "round-trip",
  { params: Schema.Struct({ quality: Schema.String }) },
  ({ quality }) => {
    const times = { temperature: 298.15, timeStep: 0.01, equilibration: 20, frameInterval: 0.2 }
    const grid = { rMax: cutoff, binWidth: 0.01 }
    const fluid = knownFluid({ quality }, {})
    const thermostat = { type: "langevin", tau: hiddenTau } as const
    const { beads, run: hidden } = labelled("hidden", () =>
      cgMd({ ...times, production: 250, seed: 1, thermostat }, fluid)
    )
    const { rdf: target, structure } = measureStructure(grid, { beads })
    const { inversion, potential, rdf } = invertBoltzmann(
      { ...times, equilibration: 5, production: 100, max: 14, floorFactor: 1.2, seed: 2 },
      { target, structure, beads }
    )
    const model = cgMd({ ...times, production: 500, seed: 3 }, { potential, beads, inversion })
    const allAtom = labelled("hidden", () => extractDiffusion({}, { beads })).diffusion
    const coarse = extractDiffusion({}, { beads: model.beads }).diffusion
    const calibrated = calibrateFriction(
      { ...times, production: 500, seed: 4, fit: {} },
      { potential, inversion, beads, target, structure, allAtom, coarse, run: model.run, model: model.beads }
    )
    return {
      hidden,
      target,
      structure,
      potential,
      rdf,
      inversion,
      run: model.run,
      allAtom,
      coarse,
      friction: calibrated.friction,
      frictionRdf: calibrated.rdf,
      frictionMsd: calibrated.msd
    }
  }
)
