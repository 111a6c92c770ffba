// The control of an inversion: a Lennard-Jones fluid, whose exact answer is known, and inversions of its RDF alone.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { boltzmann } from "../../kernels/constants.ts"
import type { Artifact } from "../../pipeline/Artifact.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import { labelled } from "../../pipeline/combinators.ts"
import * as Stage from "../../pipeline/Stage.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { Potential } from "../../schemas/Potential.ts"
import { BeadTrajectory } from "../../schemas/Trajectory.ts"
import { cgMd } from "../../stages/cgMd.ts"
import { invertBoltzmann } from "../../stages/invertBoltzmann.ts"
import { measureStructure } from "../../stages/measureStructure.ts"
import { framesOf, latticeFrame, latticeMeta } from "./runStage.ts"

const temperature = 298.15
/** kJ/mol: a reduced temperature of 1. */
export const epsilon = boltzmann * temperature
/** nm */
export const sigma = 0.6
/** Reduced density. */
const density = 0.8
export const cutoff = 2.5 * sigma
/** One unit of time in ps, for beads of 114.23 g/mol. */
export const tau = sigma * Math.sqrt(114.23 / epsilon)

/** kJ/mol, 0 at the cut-off. */
export const lennardJones = (r: number): number => plain(r) - plain(cutoff)

const plain = (r: number): number => 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)

/** n^3 beads on a lattice at the reduced density, and the exact table of their potential. */
export const lennardJonesFluid = Stage.make("lennard-jones-fluid", {
  module: import.meta.url,
  params: Schema.Struct({ side: Schema.Int }),
  inputs: {},
  outputs: { beads: BeadTrajectory, potential: Potential },
  deterministic: true,
  run: ({ params: { side } }) => {
    const potential = Array.from({ length: 1301 }, (_, i) => {
      const r = Number((0.2 + 0.001 * i).toPrecision(10))
      const x = (sigma / r) ** 6
      return { pair: "A-A", r, U: lennardJones(r), F: (24 * epsilon * (2 * x * x - x)) / r }
    })
    const frame = latticeFrame(side, Number((side * sigma * Math.cbrt(1 / density)).toPrecision(8)))
    return Effect.succeed({ beads: { meta: latticeMeta(side), frames: framesOf([frame]) }, potential })
  }
})

const Run = Schema.Struct({
  method: Schema.Literals(["ibi", "imc"]),
  /** Of a run of full length. */
  frames: Schema.Int,
  max: Schema.Int
})

/** The fluid, and inversions of its RDF. Frames are 0.75 ps or 0.18 tau apart, 25 steps. */
export const control = Pipeline.make(
  "lennard-jones",
  { params: Schema.Struct({ side: Schema.Int, frames: Schema.Int, inversions: Schema.Array(Run) }) },
  ({ frames, inversions, side }) => {
    const times = { temperature, timeStep: 0.03, equilibration: 20 * tau, frameInterval: 0.75 }
    const fluid = lennardJonesFluid({ side }, {})
    const exact = labelled("exact", () =>
      cgMd({ ...times, equilibration: 50 * tau, production: 0.75 * frames, seed: 1 }, fluid)
    )
    const { beads } = exact
    const { rdf: target, structure } = measureStructure({ rMax: cutoff }, { beads })
    const models = inversions.flatMap(({ frames: own, max, method }) => {
      const { inversion, potential } = labelled(`method=${method}`, () =>
        invertBoltzmann(
          { ...times, production: 0.75 * own, max, method, seed: 2 },
          { target, structure, beads }
        )
      )
      return Object.entries({ [`${method}-inversion`]: inversion, [`${method}-potential`]: potential })
    })
    return { exact: exact.run, structure, ...Object.fromEntries<Artifact<unknown>>(models) }
  }
)

/** Largest difference between a potential and the exact one at 0.95 < r / sigma < 2.45, in epsilon. */
export const errorOf = (potential: ValueOf<typeof Potential>): number =>
  potential
    .filter(({ r }) => r > 0.95 * sigma && r < 2.45 * sigma)
    .reduce((worst, { U, r }) => Math.max(worst, Math.abs(U - lennardJones(r)) / epsilon), 0)

/** A pressure in bar in units of epsilon / sigma^3. */
export const reduced = (pressure: number): number => (pressure * 0.0602214076 * sigma ** 3) / epsilon
