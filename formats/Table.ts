// A table in memory: columns with type, unit and description, and its rows as plain objects.

/** How a column is stored. An `int64` is a JavaScript number within the safe integers. */
export type ColumnType = "float64" | "float32" | "int32" | "int64" | "string" | "boolean" | "float64[]"

/** What a column holds. `length` fixes the number of items of a `float64[]`; without it each row has its own. */
export interface ColumnSpec {
  readonly type: ColumnType
  /** Such as "nm" or "1e-9 m2/s"; "" for a count, a ratio or a text. */
  readonly unit: string
  readonly description: string
  readonly nullable?: boolean
  readonly length?: number
  /** Inclusive bounds of each number. */
  readonly minimum?: number
  readonly maximum?: number
}

export type Columns = Readonly<Record<string, ColumnSpec>>

interface ValueOfType {
  readonly float64: number
  readonly float32: number
  readonly int32: number
  readonly int64: number
  readonly string: string
  readonly boolean: boolean
  readonly "float64[]": readonly number[]
}

export type ValueOf<S extends ColumnSpec> =
  | ValueOfType[S["type"]]
  | ("nullable" extends keyof S ? (S["nullable"] extends false ? never : null) : never)

/** The row type of some columns: `Row<typeof columns>`, where `columns` is declared `as const`. */
export type Row<C extends Columns> = { readonly [K in keyof C]: ValueOf<C[K]> }

export interface Table<C extends Columns = Columns> {
  readonly name?: string
  readonly columns: C
  readonly rows: readonly Row<C>[]
  /** What holds for the whole table; plain JSON. */
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** A table that breaks its own columns; `row` is -1 where a column itself is wrong. */
export class TableError extends Error {
  readonly _tag = "TableError"
  readonly column: string
  readonly row: number
  constructor(column: string, row: number, problem: string) {
    super(`Column "${column}"${row < 0 ? "" : `, row ${row}`}: ${problem}`)
    this.name = "TableError"
    this.column = column
    this.row = row
  }
}

/** One numeric column as an array [row]; throws TableError where it is null or no number. */
export const floats = (table: Table, column: string): Float64Array => {
  if (!Object.hasOwn(table.columns, column)) throw new TableError(column, -1, "is not in the table")
  return Float64Array.from(table.rows, (row, i) => {
    const value = row[column]
    if (typeof value !== "number") throw new TableError(column, i, `${describe(value)} is no number`)
    return value
  })
}

/** Throws TableError for the first of these columns that the table lacks or has with another type or unit. */
export function assertColumns<C extends Columns>(table: Table, columns: C): asserts table is Table<C> {
  for (const [name, { nullable, type, unit }] of Object.entries(columns)) {
    const found = table.columns[name]
    if (found === undefined) throw new TableError(name, -1, "is not in the table")
    if (found.type !== type) throw new TableError(name, -1, `is a ${found.type}, not a ${type}`)
    if (found.unit !== unit) throw new TableError(name, -1, `is in "${found.unit}", not in "${unit}"`)
    if (found.nullable === true && nullable !== true) throw new TableError(name, -1, "may hold nulls")
  }
}

/** Throws TableError for the first value that its column does not allow: a NaN, a null, a column without a spec. */
export const check = ({ columns, rows }: Table): void => {
  const specs = Object.entries(columns)
  if (specs.length === 0) throw new TableError("", -1, "a table needs at least one column")
  for (const [name, spec] of specs) checkSpec(name, spec)
  for (const [i, row] of rows.entries()) {
    for (const [name, spec] of specs) {
      const problem = problemOf(row[name], spec)
      if (problem !== undefined) throw new TableError(name, i, problem)
    }
    for (const name of Object.keys(row)) {
      if (!Object.hasOwn(columns, name)) throw new TableError(name, i, "has no spec in the table's columns")
    }
  }
}

const checkSpec = (name: string, { length, type }: ColumnSpec): void => {
  if (name === "" || name === "__proto__" || !name.isWellFormed()) {
    throw new TableError(name, -1, "is no name for a column")
  }
  if (length === undefined) return
  if (type !== "float64[]") throw new TableError(name, -1, `a length makes no sense for ${type}`)
  if (!Number.isSafeInteger(length) || length < 1) throw new TableError(name, -1, `has the length ${length}`)
}

const problemOf = (value: unknown, spec: ColumnSpec): string | undefined => {
  if (value === undefined) return "is missing"
  if (value === null) return spec.nullable === true ? undefined : "is null, but the column is not nullable"
  if (spec.type === "string") {
    if (typeof value !== "string") return `${describe(value)} is no string`
    return value.isWellFormed() ? undefined : "the string has a lone surrogate"
  }
  if (spec.type === "boolean")
    return typeof value === "boolean" ? undefined : `${describe(value)} is no boolean`
  return spec.type === "float64[]" ? problemOfList(value, spec) : problemOfNumber(value, spec)
}

const problemOfNumber = (
  value: unknown,
  { maximum, minimum, nullable, type }: ColumnSpec
): string | undefined => {
  if (typeof value !== "number") return `${describe(value)} is no number`
  if (!Number.isFinite(value)) {
    return `is ${value}; ${nullable === true ? "write null" : "make the column nullable and write null"}`
  }
  if (type === "int32" && value !== (value | 0)) return `${value} is no int32`
  if (type === "int64" && !Number.isSafeInteger(value)) return `${value} is no safe integer`
  if (type === "float32" && !Number.isFinite(Math.fround(value))) return `${value} is beyond float32`
  if (minimum !== undefined && value < minimum) return `${value} is below the minimum of ${minimum}`
  if (maximum !== undefined && value > maximum) return `${value} is above the maximum of ${maximum}`
  return undefined
}

const problemOfList = (value: unknown, spec: ColumnSpec): string | undefined => {
  if (!Array.isArray(value) && !(value instanceof Float64Array))
    return `${describe(value)} is no list of numbers`
  const items: ArrayLike<unknown> = value
  const { length } = spec
  if (length !== undefined && items.length !== length) return `has ${items.length} items, not ${length}`
  for (let i = 0; i < items.length; i++) {
    const problem = problemOfNumber(items[i], spec)
    if (problem !== undefined) return `item ${i}: ${problem}`
  }
  return undefined
}

const describe = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`
