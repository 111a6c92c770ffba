// What the science says of a sample: a value in the `quality` and `reason` columns, never a failure.
import * as Schema from "effect/Schema"

/**
 * `ok`, or one word for what is wrong:
 *
 * - `diverged`: not finite, atoms lost, or another temperature than the thermostat's
 * - `cavitated`: a bubble under tension; `vapour`: no liquid at this temperature and pressure
 * - `unconverged pressure`: the box is not the one that belongs to the wanted pressure
 * - `glassy`, `not diffusive`: the run is too short for how slowly the molecules move
 * - `noisy`: the error of the result is above what its protocol allows
 * - `declined`: too little data to answer; the reason has the numbers
 */
export const qualities = [
  "ok",
  "diverged",
  "cavitated",
  "vapour",
  "unconverged pressure",
  "glassy",
  "not diffusive",
  "noisy",
  "declined"
] as const
export const Quality = Schema.Literals(qualities)
export type Quality = typeof Quality.Type

/** The reason is a sentence with the numbers behind a quality that is not `ok`, and null otherwise. */
export const Verdict = Schema.Struct({ quality: Quality, reason: Schema.NullOr(Schema.String) })
export type Verdict = typeof Verdict.Type

export const ok: Verdict = { quality: "ok", reason: null }

export const bad = (quality: Exclude<Quality, "ok">, reason: string): Verdict => ({ quality, reason })

/** The first verdict that is not `ok`, and nothing else of what carries it; what came before spoils what comes after. */
export const first = (verdicts: Iterable<Verdict>): Verdict => {
  for (const { quality, reason } of verdicts) if (quality !== "ok") return { quality, reason }
  return ok
}

/** The verdict in the columns `quality` and `reason` of a row. Throws for a quality that is none of the words above. */
export const ofRow: (row: unknown) => Verdict = Schema.decodeUnknownSync(Verdict)
