// Which lag times of an MSD are fitted: bounds of the MSD, bounds of time, or a search.
import * as Schema from "effect/Schema"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/**
 * `{ msdMin, msdMax }` in nm2 follows how fast a system moves, `{ tmin, tmax }` in ps does not; "auto" looks for the
 * shortest lags from which on the quality of the fit stays flat near 1/2.
 */
export const FitWindow = Schema.Union([
  Schema.Literal("auto"),
  Schema.Struct({ tmin: Positive, tmax: Positive }),
  Schema.Struct({ msdMin: Positive, msdMax: Positive })
])
export type FitWindow = typeof FitWindow.Type
