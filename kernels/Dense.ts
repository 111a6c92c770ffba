// A dense table of numbers, row by row: samples down, variables across.
import { Matrix } from "ml-matrix"

export interface Dense {
  readonly rows: number
  readonly columns: number
  /** Row-major, rows x columns. */
  readonly values: Float64Array
}

/** A table from its rows, all of one length. Throws RangeError where one is not. */
export const fromRows = (rows: ReadonlyArray<ArrayLike<number>>): Dense => {
  const columns = rows[0]?.length ?? 0
  const values = new Float64Array(rows.length * columns)
  for (const [i, row] of rows.entries()) {
    if (row.length !== columns) throw new RangeError(`row ${i} has ${row.length} numbers, row 0 ${columns}`)
    values.set(row, i * columns)
  }
  return { rows: rows.length, columns, values }
}

/** Row i, a view. */
export const row = (table: Dense, i: number): Float64Array =>
  table.values.subarray(i * table.columns, (i + 1) * table.columns)

/** The rows at the given indices, in their order. */
export const takeRows = (table: Dense, indices: ArrayLike<number>): Dense => {
  const values = new Float64Array(indices.length * table.columns)
  for (let k = 0; k < indices.length; k++) values.set(row(table, indices[k]), k * table.columns)
  return { rows: indices.length, columns: table.columns, values }
}

/** What centres and scales the columns of a table. */
export interface Standard {
  readonly mean: Float64Array
  /** Population standard deviation; 1 for a column that is constant. */
  readonly scale: Float64Array
}

/** Mean and standard deviation of each column. Throws RangeError for an empty table or a value that is not finite. */
export const standardOf = (table: Dense): Standard => {
  const { rows, columns, values } = table
  if (rows === 0 || columns === 0) throw new RangeError(`a table of ${rows} x ${columns} has no mean`)
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    throw new RangeError(`row ${Math.floor(bad / columns)}, column ${bad % columns} is ${values[bad]}`)
  }
  const mean = new Float64Array(columns)
  const scale = new Float64Array(columns)
  for (let k = 0; k < values.length; k++) mean[k % columns] += values[k] / rows
  for (let k = 0; k < values.length; k++) scale[k % columns] += (values[k] - mean[k % columns]) ** 2 / rows
  for (let j = 0; j < columns; j++) {
    const deviation = Math.sqrt(scale[j])
    // Rounding in the mean alone leaves about 1e-16 of it: that is a constant, too.
    scale[j] = deviation > 1e-12 * Math.abs(mean[j]) ? deviation : 1
  }
  return { mean, scale }
}

/** The table with each column centred and scaled. */
export const standardise = (table: Dense, { mean, scale }: Standard): Dense => ({
  ...table,
  values: table.values.map((value, k) => (value - mean[k % table.columns]) / scale[k % table.columns])
})

/** The inverse of `standardise`. */
export const restore = (table: Dense, { mean, scale }: Standard): Dense => ({
  ...table,
  values: table.values.map((value, k) => value * scale[k % table.columns] + mean[k % table.columns])
})

/** As a matrix of ml-matrix, and back. */
export const toMatrix = (table: Dense): Matrix => Matrix.from1DArray(table.rows, table.columns, table.values)

export const fromMatrix = (matrix: Matrix): Dense => ({
  rows: matrix.rows,
  columns: matrix.columns,
  values: Float64Array.from(matrix.to1DArray())
})

/** Throws RangeError unless two tables have as many rows, and at least `least`. */
export const requireSameRows = (x: Dense, y: Dense, least: number): void => {
  if (x.rows !== y.rows || x.rows < least) {
    throw new RangeError(`needs ${least} rows or more with as many answers, not ${x.rows} with ${y.rows}`)
  }
}
