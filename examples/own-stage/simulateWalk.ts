// A stage that simulates: Brownian walkers of one size in a liquid.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stream } from "../../kernels/random.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { stokesEinstein } from "./stokesEinstein.ts"
import { Walk } from "./tables.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const Count = Schema.Int.check(Schema.isGreaterThan(0))

/** Gaussian steps of variance 2 D dt a coordinate; everything random follows from the seed in the params. */
export const simulateWalk = Stage.make("simulate-walk", {
  module: import.meta.url,
  params: Schema.Struct({
    seed: Schema.Int,
    /** nm */
    radius: Positive,
    /** K */
    temperature: Positive,
    /** mPa s */
    viscosity: Positive,
    walkers: Count,
    /** Steps of 1 ps. */
    steps: Count
  }),
  inputs: {},
  outputs: { walk: Walk },
  deterministic: true,
  run: ({ params: { radius, seed, steps, temperature, viscosity, walkers } }) =>
    Effect.sync(() => {
      const random = stream(seed, "walk", radius)
      // 1e-9 m2/s are 1e-3 nm2/ps.
      const step = Math.sqrt(2 * 1e-3 * stokesEinstein(temperature, viscosity, radius))
      const place = new Float64Array(3 * walkers)
      const walk = Array.from({ length: steps + 1 }, (_, t) => {
        if (t > 0) for (let i = 0; i < place.length; i++) place[i] += step * random.normal()
        return { t, positions: [...place] }
      })
      return { walk }
    })
})
