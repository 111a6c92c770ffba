// Which lag times of an MSD are fitted: bounds of time, later for what moves slowly, or a search.
import * as Schema from "effect/Schema"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/** One bound each, so that a user may set one and keep the others. */
export const windowBounds = {
  tmin: Positive,
  tmax: Positive,
  /** 0 is as good as none. */
  msdMin: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
} as const

/**
 * `{ tmin, tmax }` in ps; with `msdMin` in nm2, a system that moves more slowly has the window that many times later, from
 * where its MSD is `msdMin`. "auto" looks for the shortest lags from which on the quality of the fit stays flat near 1/2.
 * No window reaches beyond half the run.
 */
export const FitWindow = Schema.Union([
  Schema.Literal("auto"),
  Schema.Struct({ ...windowBounds, msdMin: Schema.optionalKey(windowBounds.msdMin) }).check(
    Schema.makeFilter(({ tmax, tmin }) => tmin < tmax || `the window ends at ${tmax} ps, before it begins`)
  )
])
export type FitWindow = typeof FitWindow.Type
