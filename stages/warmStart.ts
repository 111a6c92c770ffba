// The stage that begins an inversion at a predicted potential instead of the potential of mean force.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { cubicSpline, splineValue } from "../kernels/spline.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Prediction } from "../schemas/Model.ts"
import { Potential, PotentialKnots } from "../schemas/Potential.ts"
import { knotRows, knotsOf, potentialRows, tablesOf } from "./coarse/potentialRows.ts"

/**
 * The first guess with the energies of each pair that was predicted in place of its own, on the same knots and up to the same
 * cut-off. Pairs that were not predicted stay, and so does all where the model was declined.
 */
export const warmStart = Stage.make("warm-start", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {
    knots: PotentialKnots,
    potential: Potential,
    predicted: Potential,
    prediction: Prediction
  },
  outputs: { knots: PotentialKnots, potential: Potential },
  deterministic: true,
  run: ({ inputs: { knots, potential, predicted, prediction } }) =>
    Effect.sync(() => {
      if (prediction.quality !== "ok") return { knots, potential }
      const tables = tablesOf(predicted)
      const guesses = tablesOf(potential)
      const started = Array.from(knotsOf(knots), ([pair, own]) => {
        const table = tables.get(pair)
        const guess = guesses.get(pair)
        if (table === undefined || guess === undefined) {
          return { knots: knotRows(pair, own), potential: potential.filter((row) => row.pair === pair) }
        }
        const spline = cubicSpline(table.r, table.U)
        const last = table.r[table.r.length - 1]
        const at = (r: number): number => {
          // Bins closer than the table begins: straight on, as its core goes.
          if (r < table.r[0]) return table.U[0] + table.F[0] * (table.r[0] - r)
          return r >= last ? 0 : splineValue(spline, r)
        }
        const next = { x: own.x, U: own.x.map(at) }
        return {
          knots: knotRows(pair, next),
          potential: potentialRows(pair, next, guess.r[guess.r.length - 1])
        }
      })
      return {
        knots: started.flatMap((each) => each.knots),
        potential: started.flatMap((each) => each.potential)
      }
    })
})
