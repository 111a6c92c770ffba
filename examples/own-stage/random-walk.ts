// A pipeline of one's own: simulate walkers of several sizes, measure how fast each diffuses, gather a table.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, pick } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { collectScan } from "./collectScan.ts"
import { measureMobility } from "./measureMobility.ts"
import { simulateWalk } from "./simulateWalk.ts"
import type { Scan } from "./tables.ts"

const withDefault = <S extends Schema.Constraint>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

const Fit = Schema.Struct({ tmin: withDefault(Schema.Finite, 2), tmax: withDefault(Schema.Finite, 20) }) // ps

export const randomWalk = Pipeline.make(
  "random-walk",
  {
    params: Schema.Struct({
      seed: withDefault(Schema.Int, 1),
      radii: withDefault(Schema.Array(Schema.Finite), [0.2, 0.4, 0.8]), // nm
      temperature: withDefault(Schema.Finite, 298.15), // K
      viscosity: withDefault(Schema.Finite, 0.89), // mPa s, water
      walkers: withDefault(Schema.Int, 64),
      steps: withDefault(Schema.Int, 400), // of 1 ps
      fit: withDefault(Fit, {})
    })
  },
  ({ fit, radii, seed, steps, temperature, viscosity, walkers }) => {
    const liquid = { temperature, viscosity }
    const walks = each("radius", radii, (radius) => {
      const { walk } = simulateWalk({ ...liquid, seed, radius, walkers, steps }, {})
      return { walk, ...measureMobility(fit, { walk }) }
    })
    return collectScan({ ...liquid, radii }, { walks: walks.map(pick("mobility")) })
  }
)

/** What `largo run` prints at the end. */
export const summary = async (values: (target: string) => Promise<unknown>): Promise<string> => {
  const scan = (await values("scan")) as ValueOf<typeof Scan>
  const lines = scan.map(
    ({ D, expected, radius, stderr }) =>
      `${radius.toFixed(1)} nm  ${D.toFixed(3)} +- ${stderr.toFixed(3)}  (${expected.toFixed(3)})`
  )
  return ["D in 1e-9 m2/s, and what Stokes and Einstein expect", ...lines].join("\n") + "\n"
}
