// How a diffusion coefficient is fitted and judged: the params that stages which measure one share.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { FitWindow } from "./FitWindow.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

export const fitParams = {
  window: FitWindow.pipe(Schema.withDecodingDefaultKey(Effect.succeed({ tmin: 8, tmax: 20, msdMin: 0.05 }))),
  /** A larger stderr / D makes the row `noisy`. */
  maxRelativeError: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.35))),
  /**
   * A smaller slope of log MSD against log time makes the row `not diffusive`. Rattling in the cage of neighbours lowers
   * it to 0.85 even in a thin liquid, give or take 0.1 in a short run; a glass is below 0.5.
   */
  minSlope: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.6)))
} as const
