// Finds pairs of samples: the all-atom liquid of one moves like the coarse-grained model of the other.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as kernel from "../kernels/pairs.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Mobilities, Pairs } from "../schemas/campaign.ts"
import { Matching } from "../schemas/Matching.ts"
import * as Verdict from "../schemas/Verdict.ts"

const Tolerance = Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThan(1))
const Count = Schema.Int.check(Schema.isGreaterThan(0))

export const matchPairs = Stage.make("match-pairs", {
  module: import.meta.url,
  params: Schema.Struct({
    /** Largest |D_AA - D_CG| / D_AA of a pair; it must be within 2 standard errors as well. */
    tolerance: Tolerance.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.05))),
    /** Fewer samples than this with a pair decline the matching. */
    minimumSources: Count.pipe(Schema.withDecodingDefaultKey(Effect.succeed(10)))
  }),
  inputs: { mobilities: Mobilities },
  outputs: { pairs: Pairs, matching: Matching },
  deterministic: true,
  run: ({ inputs: { mobilities }, params }) => {
    const usable = mobilities.flatMap(({ D_AA, D_AA_stderr, D_CG, D_CG_stderr, quality, sample }) =>
      quality === "ok" && D_AA !== null && D_AA_stderr !== null && D_CG !== null && D_CG_stderr !== null
        ? [{ sample, allAtom: { D: D_AA, stderr: D_AA_stderr }, coarse: { D: D_CG, stderr: D_CG_stderr } }]
        : []
    )
    const found = kernel.matchPairs(
      usable.map(({ allAtom }) => allAtom),
      usable.map(({ coarse }) => coarse),
      params
    )
    const pairs = found.pairs.map(({ ratio, ratioStderr, source, target }) => ({
      source: usable[source].sample,
      match: usable[target].sample,
      D_AA: usable[source].allAtom.D,
      D_CG: usable[target].coarse.D,
      ratio,
      ratio_stderr: ratioStderr
    }))
    const verdict = found.verdict === "matched" ? Verdict.ok : Verdict.bad("declined", found.reason)
    const { minimumSources } = params
    const matching = {
      samples: usable.length,
      sources: found.sources,
      minimumSources,
      pairs: pairs.length,
      ...verdict
    }
    return Effect.succeed({ pairs, matching })
  }
})
