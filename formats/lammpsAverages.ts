// Reads the table that LAMMPS' `fix ave/time` writes in its default mode: a step and values a line.

/** Rows of a table, one behind the other. */
export interface Averages {
  readonly steps: Float64Array
  /** [row, value] */
  readonly values: Float64Array
  readonly width: number
}

/** A line that does not fit the others; from 1. */
export class AveragesError extends Error {
  readonly _tag = "AveragesError"
  readonly line: number
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`)
    this.line = line
  }
}

/** Throws AveragesError for what is no number, a row of another width, or a file without rows. */
export const readAverages = (text: string): Averages => {
  const lines = text.split("\n")
  const steps: Array<number> = []
  const values: Array<number> = []
  let width: number | undefined
  for (const [index, line] of lines.entries()) {
    const words = line.trim()
    if (words === "" || words.startsWith("#")) continue
    const [step, ...row] = words.split(/\s+/).map(Number)
    width ??= row.length
    if (row.length !== width)
      throw new AveragesError(index + 1, `${row.length} values after rows of ${width}: it was cut`)
    if (![step, ...row].every(Number.isFinite))
      throw new AveragesError(index + 1, `what is no number in "${words}"`)
    steps.push(step)
    values.push(...row)
  }
  if (width === undefined) throw new AveragesError(lines.length, "there is no row of numbers")
  return { steps: Float64Array.from(steps), values: Float64Array.from(values), width }
}
