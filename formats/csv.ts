// Tables as CSV (RFC 4180): a header, a comma between fields, quotes where a text needs them, nothing where a value is null.
import { type Columns, type ColumnSpec, type Row, TableError, type ValueOf } from "./Table.ts"

/** What stands for a missing number where a program writes it out: R, numpy and pandas each have a way of their own. */
const missing = new Set(["", "NA", "NaN", "nan", "NULL", "null", "None"])

/**
 * The text of a table; numbers as short as they can be while they read back the same.
 * Throws TableError for a column of lists, which CSV has no form for.
 */
export const encodeCsv = (
  columns: Columns,
  rows: Iterable<Readonly<Record<string, ValueOf<ColumnSpec>>>>
): string => {
  const names = Object.keys(columns)
  for (const name of names) refuseLists(name, columns[name])
  const lines = [names.map(quote).join(",")]
  for (const row of rows) lines.push(names.map((name) => field(row[name])).join(","))
  return `${lines.join("\n")}\n`
}

/**
 * The rows of a table from its text: columns by the names of the header, in any order; those that are not asked for are
 * left out. An empty field of a nullable column is null. Throws TableError, naming column and row.
 */
export const decodeCsv = <const C extends Columns>(text: string, columns: C): ReadonlyArray<Row<C>> => {
  const [header, ...lines] = records(text)
  const names = Object.keys(columns)
  const places = names.map((name) => {
    refuseLists(name, columns[name])
    const place = header?.indexOf(name) ?? -1
    if (place >= 0) return place
    throw new TableError(name, -1, `is not in the header, which has ${header?.join(", ") ?? "nothing"}`)
  })
  return lines.map((line, index) => {
    const row: Record<string, ValueOf<ColumnSpec>> = {}
    for (const [k, name] of names.entries()) {
      const given = line[places[k]]
      if (given === undefined) throw new TableError(name, index, "the line ends before it")
      row[name] = valueOf(given, columns[name], name, index)
    }
    return row as Row<C>
  })
}

const refuseLists = (name: string, { type }: ColumnSpec): void => {
  if (type === "float64[]") throw new TableError(name, -1, "holds lists, which CSV has no form for")
}

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const field = (value: ValueOf<ColumnSpec>): string => (value === null ? "" : quote(String(value)))

const valueOf = (
  given: string,
  { nullable, type }: ColumnSpec,
  name: string,
  row: number
): ValueOf<ColumnSpec> => {
  if (type === "string") return given === "" && nullable === true ? null : given
  const word = given.trim()
  if (nullable === true && missing.has(word)) return null
  if (type === "boolean") {
    if (/^(true|1)$/i.test(word)) return true
    if (/^(false|0)$/i.test(word)) return false
    throw new TableError(name, row, `"${given}" is no boolean`)
  }
  const number = word === "" ? NaN : Number(word)
  if (Number.isNaN(number)) throw new TableError(name, row, `"${given}" is no number`)
  return number
}

/** One field and what ends it: quoted or bare, before a comma, a line break or the end. */
const fieldPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y

/** The fields of each line. Throws TableError for a quote that is not closed or stands amid a field. */
const records = (text: string): Array<Array<string>> => {
  const lines: Array<Array<string>> = []
  let line: Array<string> = []
  let at = text.startsWith("\uFEFF") ? 1 : 0
  while (at < text.length) {
    fieldPattern.lastIndex = at
    const found = fieldPattern.exec(text)
    if (found === null)
      throw new TableError("", lines.length - 1, "a quote is not closed, or stands amid a field")
    const [whole, quoted, bare, end] = found
    line.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    at += whole.length
    // A comma at the very end has an empty field behind it.
    if (end === "," && at === text.length) line.push("")
    if (end === "," && at < text.length) continue
    // An empty line is no record, but of a table of one column it is an empty field.
    if (line.length > 1 || line[0] !== "" || lines[0]?.length === 1) lines.push(line)
    line = []
  }
  return lines
}
