// The answer of an analysis: a table as CSV, or as columns and rows of JSON.
import type { Output } from "../Output.ts"

/** null where there is no number: nothing in CSV. */
export type TableRow = ReadonlyArray<number | null>

/** Twelve digits hide the rounding of sums, which differs in the last ones with the order of adding. */
const digits = 12

export const answerTable = (
  out: Output,
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<TableRow>
): void => {
  const rounded = rows.map((row) =>
    row.map((value) => (value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(digits))))
  )
  out.answer({ columns, rows: rounded }, () =>
    [columns.join(","), ...rounded.map((row) => row.map((value) => value ?? "").join(","))].join("\n")
  )
}
