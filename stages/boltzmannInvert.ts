// The stage that makes the first guess of an inversion: the potential of mean force.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { invertBonded, invertPair } from "../kernels/inversion.ts"
import * as Stage from "../pipeline/Stage.ts"
import { BondedDistribution, BondedKnots, BondedPotential } from "../schemas/Bonded.ts"
import { Inversion, Potential, PotentialKnots } from "../schemas/Potential.ts"
import { Rdf, Structure } from "../schemas/Rdf.ts"
import { bad, ok } from "../schemas/Verdict.ts"
import type { Verdict } from "../schemas/Verdict.ts"
import * as Bonded from "./coarse/bondedRows.ts"
import { knotRows, potentialRows } from "./coarse/potentialRows.ts"
import { distributionsOf, reachOf } from "./coarse/rdfRows.ts"

/** U = -kT ln g for each pair of bead types, -kT ln P for each bond and angle, with nothing simulated yet. */
export const boltzmannInvert = Stage.make("boltzmann-invert", {
  module: import.meta.url,
  params: Schema.Struct({
    /** K */
    temperature: Schema.Finite.check(Schema.isGreaterThan(0))
  }),
  inputs: { target: Rdf, structure: Structure, bondedTarget: Stage.optional(BondedDistribution) },
  outputs: {
    knots: PotentialKnots,
    potential: Potential,
    rdf: Rdf,
    bondedKnots: BondedKnots,
    bonded: BondedPotential,
    distributions: BondedDistribution,
    inversion: Inversion
  },
  deterministic: true,
  resources: { cores: 1, memory: 128 },
  run: ({ params: { temperature }, inputs: { bondedTarget, structure, target } }) =>
    Effect.sync(() => {
      if (structure.quality !== "ok") return ended({ quality: structure.quality, reason: structure.reason })
      try {
        const inverted = Array.from(distributionsOf(target), ([pair, g]) => {
          const knots = invertPair(g, temperature)
          return { knots: knotRows(pair, knots), potential: potentialRows(pair, knots, reachOf(g)) }
        })
        const terms = Bonded.distributionsOf(bondedTarget ?? []).map((term) => {
          const knots = invertBonded(Bonded.withoutElement(term.kind, term.of), { temperature })
          return { knots: Bonded.knotRows(term, knots), potential: Bonded.potentialRows(term, knots) }
        })
        return {
          ...nothing,
          bondedKnots: terms.flatMap(({ knots }) => knots),
          bonded: terms.flatMap(({ potential }) => potential),
          knots: inverted.flatMap(({ knots }) => knots),
          potential: inverted.flatMap(({ potential }) => potential),
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
  chiSquare: null,
  variation: null,
  variationFloor: null,
  timeStep: null,
  temperature: null,
  pressure: null,
  history: []
}

const nothing = { knots: [], potential: [], rdf: [], bondedKnots: [], bonded: [], distributions: [] }

const ended = (verdict: Verdict) => ({ ...nothing, inversion: { ...begun, converged: true, ...verdict } })
