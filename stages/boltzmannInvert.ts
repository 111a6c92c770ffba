// The stage that makes the first guess of an inversion: the potential of mean force.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { invertPair } from "../kernels/inversion.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Inversion, Potential, PotentialKnots } from "../schemas/Potential.ts"
import { Rdf, Structure } from "../schemas/Rdf.ts"
import { bad, ok } from "../schemas/Verdict.ts"
import type { Verdict } from "../schemas/Verdict.ts"
import { knotRows, potentialRows } from "./coarse/potentialRows.ts"
import { distributionsOf, reachOf } from "./coarse/rdfRows.ts"

/** U = -kT ln g for each pair of bead types, with nothing simulated yet. */
export const boltzmannInvert = Stage.make("boltzmann-invert", {
  module: import.meta.url,
  params: Schema.Struct({
    /** K */
    temperature: Schema.Finite.check(Schema.isGreaterThan(0))
  }),
  inputs: { target: Rdf, structure: Structure },
  outputs: { knots: PotentialKnots, potential: Potential, rdf: Rdf, inversion: Inversion },
  deterministic: true,
  resources: { cores: 1, memory: 128 },
  run: ({ params: { temperature }, inputs: { structure, target } }) =>
    Effect.sync(() => {
      if (structure.quality !== "ok") return ended({ quality: structure.quality, reason: structure.reason })
      try {
        const inverted = Array.from(distributionsOf(target), ([pair, g]) => {
          const knots = invertPair(g, temperature)
          return { knots: knotRows(pair, knots), potential: potentialRows(pair, knots, reachOf(g)) }
        })
        return {
          knots: inverted.flatMap(({ knots }) => knots),
          potential: inverted.flatMap(({ potential }) => potential),
          rdf: [],
          inversion: { ...begun, converged: false, ...ok }
        }
      } catch (problem) {
        if (!(problem instanceof RangeError)) throw problem
        return ended(bad("declined", `the target has no potential: ${problem.message}`))
      }
    })
})

const begun = {
  iteration: 0,
  residual: null,
  noiseFloor: null,
  temperature: null,
  pressure: null,
  history: []
}

const ended = (verdict: Verdict) => ({
  knots: [],
  potential: [],
  rdf: [],
  inversion: { ...begun, converged: true, ...verdict }
})
