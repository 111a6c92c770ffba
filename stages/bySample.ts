// Rows of a list slot, ordered by the sample that their labels name.
import * as Effect from "effect/Effect"
import type { StageFailure } from "../pipeline/outcome.ts"
import { badInput } from "../pipeline/outcome.ts"

/**
 * The rows with their sample index, lowest first: a table gathered from them does not depend on the order in which the
 * pipeline's loop made them. Labels are those of `each("sample", ...)`: `sample=3`. Fails with `BadInput` for a label of
 * another form and for a sample that comes twice.
 */
export const bySample = <R extends { readonly label: string }>(
  rows: ReadonlyArray<R>
): Effect.Effect<ReadonlyArray<R & { readonly sample: number }>, StageFailure> =>
  Effect.gen(function* () {
    const seen = new Set<number>()
    const found: Array<R & { readonly sample: number }> = []
    for (const row of rows) {
      const sample = Number(/^sample=(\d+)$/.exec(row.label)?.[1])
      if (!Number.isSafeInteger(sample)) return yield* unlabelled(row.label)
      if (seen.has(sample)) return yield* twice(sample)
      seen.add(sample)
      found.push({ ...row, sample })
    }
    return found.sort((a, b) => a.sample - b.sample)
  })

const unlabelled = (label: string): Effect.Effect<never, StageFailure> =>
  Effect.fail(
    badInput(
      `a row is labelled "${label}", which names no sample`,
      'make the rows with each("sample", range(n), ...), which labels them sample=0, sample=1, ...'
    )
  )

const twice = (sample: number): Effect.Effect<never, StageFailure> =>
  Effect.fail(badInput(`two rows are labelled sample=${sample}`, "give each sample once"))
