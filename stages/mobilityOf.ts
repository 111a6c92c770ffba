// The mobility that a row states, where it states one.
import type { Mobility } from "../kernels/pairs.ts"

/** D and its standard error (1e-9 m2/s), or undefined where either is missing or D is not positive. */
export const mobilityOf = (row: {
  readonly D: number | null
  readonly stderr: number | null
}): Mobility | undefined =>
  row.D !== null && row.stderr !== null && row.D > 0 ? { D: row.D, stderr: row.stderr } : undefined
