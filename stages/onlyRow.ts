// The row of a table that has one row.
import * as Effect from "effect/Effect"
import type { StageFailure } from "../pipeline/outcome.ts"
import { badInput } from "../pipeline/outcome.ts"

/** The row; fails with `BadInput`, naming the table, unless there is exactly one. */
export const onlyRow = <R>(rows: ReadonlyArray<R>, table: string): Effect.Effect<R, StageFailure> => {
  const [row] = rows
  return row !== undefined && rows.length === 1
    ? Effect.succeed(row)
    : Effect.fail(badInput(`${table} has ${rows.length} rows instead of one`, "pass the table of one system"))
}
