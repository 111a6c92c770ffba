// A graph that grows while it runs: measure a curve coarsely, then again where it turned out to be steep.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, forEachRow, pick } from "../pipeline/combinators.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import * as Stage from "../pipeline/Stage.ts"
import * as Kind from "../schemas/Kind.ts"
import { stream } from "../kernels/random.ts"

const pressure = { type: "float64", unit: "bar", description: "pressure" } as const
const loading = { type: "float64", unit: "", description: "share of the sites that are taken" } as const

const Curve = Kind.table("curve", { pressure, loading })
const Pressures = Kind.table("pressures", { pressure })

/** How many of 2,000 sites hold a molecule: each is taken with the chance that Hill's equation gives. */
export const measureLoading = Stage.make("measure-loading", {
  module: import.meta.url,
  params: Schema.Struct({ seed: Schema.Int, pressure: Schema.Finite }),
  inputs: {},
  outputs: { point: Curve },
  deterministic: true,
  run: ({ params: { pressure, seed } }) =>
    Effect.sync(() => {
      const random = stream(seed, "loading", pressure)
      const chance = 1 / (1 + (5 / pressure) ** 8)
      let taken = 0
      for (let site = 0; site < 2000; site++) if (random.uniform() < chance) taken++
      return { point: [{ pressure, loading: taken / 2000 }] }
    })
})

/** The points as one curve, by rising pressure. */
export const joinCurve = Stage.make("join-curve", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { coarse: Stage.list({ point: Curve }), fine: Stage.list({ point: Curve }) },
  outputs: { curve: Curve },
  deterministic: true,
  run: ({ inputs: { coarse, fine } }) =>
    Effect.succeed({
      curve: [...coarse, ...fine].flatMap(({ point }) => point).sort((a, b) => a.pressure - b.pressure)
    })
})

/** The middles of all intervals over which the loading changes by more than `step`. */
export const findSteep = Stage.make("find-steep", {
  module: import.meta.url,
  params: Schema.Struct({ step: Schema.Finite }),
  inputs: { coarse: Stage.list({ point: Curve }) },
  outputs: { steep: Pressures },
  deterministic: true,
  run: ({ params: { step }, inputs: { coarse } }) =>
    Effect.sync(() => {
      const curve = coarse.flatMap(({ point }) => point)
      const steep = curve.flatMap((point, index) => {
        const next = curve[index + 1]
        return next !== undefined && Math.abs(next.loading - point.loading) > step
          ? [{ pressure: (point.pressure + next.pressure) / 2 }]
          : []
      })
      return { steep }
    })
})

export const adaptive = Pipeline.make(
  "adaptive",
  {
    params: Schema.Struct({
      seed: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
      step: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.1)))
    })
  },
  ({ seed, step }) => {
    const coarse = each("pressure", [1, 2, 3, 4, 5, 6, 7, 8], (pressure) =>
      measureLoading({ seed, pressure }, {})
    ).map(pick("point"))
    const { steep } = findSteep({ step }, { coarse })
    // One node a row, known by its row alone: another `step` runs only the pressures that are new.
    const fine = forEachRow(
      steep,
      ({ pressure }) => `pressure=${pressure}`,
      ({ pressure }) => measureLoading({ seed, pressure }, {})
    )
    return { steep, ...joinCurve({}, { coarse, fine }) }
  }
)
