// A stage that measures: how fast walkers diffuse, with the error and the quality of the fit.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fitDiffusion } from "../../kernels/diffusion.ts"
import { meanSquaredDisplacement } from "../../kernels/msd.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { Mobility, Walk } from "./tables.ts"

const Picoseconds = Schema.Finite.check(Schema.isGreaterThan(0))

export const measureMobility = Stage.make("measure-mobility", {
  module: import.meta.url,
  params: Schema.Struct({ tmin: Picoseconds, tmax: Picoseconds }),
  inputs: { walk: Walk },
  outputs: { mobility: Mobility },
  deterministic: true,
  run: ({ params: window, inputs: { walk } }) =>
    Effect.sync(() => {
      const positions = Float64Array.from(walk.flatMap((frame) => frame.positions))
      const shape = { frames: walk.length, beads: positions.length / walk.length / 3 }
      const msd = meanSquaredDisplacement(positions, shape)
      const { D, stderr, Q } = fitDiffusion(msd, walk[1].t - walk[0].t, { window })
      // What the science says of a result is a value: who collects it skips the row, and says why.
      const verdict =
        Q > 0.2
          ? { quality: "ok", reason: null }
          : { quality: "not diffusive", reason: `quality of the fit ${Q.toFixed(2)}, below 0.2` }
      return { mobility: [{ D, stderr, Q, ...verdict }] }
    })
})
