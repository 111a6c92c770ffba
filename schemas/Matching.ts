// Whether a campaign has enough pairs of equal mobility to learn from.
import * as Schema from "effect/Schema"
import * as Kind from "./Kind.ts"
import { Verdict } from "./Verdict.ts"

/** `declined`, with the numbers in the reason, where too few sources have a pair. */
export const Matching = Kind.json(
  "matching",
  Schema.Struct({
    /** Samples whose mobilities at both resolutions are usable. */
    samples: Schema.Int,
    /** Samples whose all-atom mobility some coarse-grained model has. */
    sources: Schema.Int,
    minimumSources: Schema.Int,
    pairs: Schema.Int,
    ...Verdict.fields
  })
)
