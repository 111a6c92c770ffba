// Tables as Parquet files: one column an array, units and descriptions in the metadata.
import type * as ArrowModule from "apache-arrow"
import type { Data, Field } from "apache-arrow"
import type { FileMetaData } from "hyparquet"
import { canonicalJson } from "./canonicalJson.ts"
import { inferColumns } from "./inferColumns.ts"
import {
  assertColumns,
  check,
  type Columns,
  type ColumnSpec,
  type Row,
  type Table,
  TableError,
  type ValueOf
} from "./Table.ts"

// The heavy libraries are imported inside the functions: a run whose tables are all cached never loads them.
type Arrow = typeof ArrowModule

/** The one key of the file's own metadata: JSON `{ name, columns: { column: spec }, metadata }`. */
export const metadataKey = "largo"

/** How a file is compressed: `small` (zstd), or `plain` for readers of any age (Snappy, values in their plain encoding). */
export type Form = "small" | "plain"

/**
 * The bytes of a Parquet file that holds a table; the same rows give the same bytes in every process.
 * Unit and description are also in the Arrow field metadata, where pandas and Polars look for them.
 * Throws TableError, naming column and row, for what `Table.check` refuses, such as NaN.
 */
export const encodeTable = async (table: Table, form: Form = "small"): Promise<Uint8Array> => {
  check(table)
  const [arrow, parquet] = await Promise.all([import("apache-arrow"), import("parquet-wasm")])
  const fields = Object.entries(table.columns).map(([name, spec]) => makeField(arrow, name, spec))
  const children = fields.map((field) => {
    const spec = specOf(table, field.name)
    return columnData(
      arrow,
      field,
      spec,
      table.rows.map((row) => row[field.name] ?? null)
    )
  })
  const type = new arrow.Struct(fields)
  const struct = arrow.makeData({ type, length: table.rows.length, nullCount: 0, children })
  const batch = new arrow.RecordBatch(new arrow.Schema(fields), struct)
  const inWasm = parquet.Table.fromIPCStream(arrow.tableToIPC(new arrow.Table([batch]), "stream"))
  const header = { name: table.name ?? "", columns: table.columns, metadata: table.metadata ?? {} }
  // A single key: several would be written in an order that changes from process to process.
  const keys = new Map([[metadataKey, canonicalJson(header)]])
  const properties = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression[form === "small" ? "ZSTD" : "SNAPPY"])
    .setDictionaryEnabled(form === "small")
    .setKeyValueMetadata(keys)
    .build()
  return parquet.writeParquet(inWasm, properties)
}

/**
 * The table in a Parquet file, or only the named columns of it.
 * A file of another writer is read too: its columns get the unit "" and an empty description.
 * Throws TableError for a column that is absent or whose type no table has.
 */
export const decodeTable = async (bytes: Uint8Array, columns?: readonly string[]): Promise<Table> => {
  const [hyparquet, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors")
  ])
  const file = {
    byteLength: bytes.byteLength,
    // A copy, because a Buffer may be a window on memory that it shares with others.
    slice: (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer
  }
  const footer = await hyparquet.parquetMetadataAsync(file)
  const { columns: all, metadata, name: tableName } = readHeader(footer)
  const names = columns ?? Object.keys(all)
  const specs: Record<string, ColumnSpec> = {}
  for (const name of names) {
    const spec = all[name]
    if (spec === undefined) {
      throw new TableError(name, -1, `is not in the table; it has ${Object.keys(all).join(", ")}`)
    }
    specs[name] = spec
  }
  const rows: Record<string, ValueOf<ColumnSpec>>[] = await hyparquet.parquetReadObjects({
    file,
    metadata: footer,
    columns: [...names],
    compressors
  })
  for (const [name, { nullable, type }] of Object.entries(specs)) {
    if (type === "int64") narrowIntegers(rows, name)
    // hyparquet gives undefined where a list is null.
    if (nullable === true) for (const row of rows) row[name] ??= null
  }
  return { name: tableName, columns: specs, rows, metadata }
}

/**
 * The rows of a table that must have at least these columns, with their types and units.
 * Throws TableError for the first column that is absent or of another type or unit, or may hold nulls.
 */
export const decodeRows = async <const C extends Columns>(
  bytes: Uint8Array,
  columns: C
): Promise<readonly Row<C>[]> => {
  const table: Table = await decodeTable(bytes, Object.keys(columns))
  assertColumns(table, columns)
  return table.rows
}

const readHeader = (footer: FileMetaData): Required<Omit<Table, "rows">> => {
  const own = footer.key_value_metadata?.find(({ key }) => key === metadataKey)?.value
  const inferred = inferColumns(footer)
  if (own === undefined) return { name: "", columns: inferred, metadata: {} }
  const header: Required<Omit<Table, "rows">> = JSON.parse(own)
  // Canonical JSON sorts names; the order of the columns is that of the Parquet schema.
  return {
    ...header,
    columns: Object.fromEntries(Object.keys(inferred).map((name) => [name, specOf(header, name)]))
  }
}

const specOf = ({ columns }: Pick<Table, "columns">, name: string): ColumnSpec => {
  const spec = columns[name]
  if (spec === undefined) throw new TableError(name, -1, "has no spec in the file's metadata")
  return spec
}

const narrowIntegers = (rows: Record<string, unknown>[], name: string): void => {
  for (const [i, row] of rows.entries()) {
    if (typeof row[name] !== "bigint") continue
    const value = Number(row[name])
    if (!Number.isSafeInteger(value))
      throw new TableError(name, i, `${row[name]} is beyond the safe integers`)
    row[name] = value
  }
}

const makeField = (arrow: Arrow, name: string, spec: ColumnSpec): Field => {
  const metadata = new Map([
    ["description", spec.description],
    ["unit", spec.unit]
  ])
  return new arrow.Field(name, arrowType(arrow, spec), spec.nullable === true, metadata)
}

const arrowType = (arrow: Arrow, { length, type }: ColumnSpec) => {
  if (type === "float64[]") {
    const item = new arrow.Field("item", new arrow.Float64(), false)
    return length === undefined ? new arrow.List(item) : new arrow.FixedSizeList(length, item)
  }
  const types = {
    float64: arrow.Float64,
    float32: arrow.Float32,
    int32: arrow.Int32,
    int64: arrow.Int64,
    string: arrow.Utf8,
    boolean: arrow.Bool
  }
  return new types[type]()
}

type Values = readonly ValueOf<ColumnSpec>[]

// Arrow's builders would take 20 times as long as filling the typed arrays here.
const columnData = (arrow: Arrow, { type }: Field, spec: ColumnSpec, values: Values): Data => {
  const { length } = values
  const valid = validity(values)
  const common = { length, nullCount: valid.nullCount, nullBitmap: valid.bitmap }
  if (arrow.DataType.isFloat(type)) {
    const data =
      spec.type === "float32" ? Float32Array.from(values, Number) : Float64Array.from(values, Number)
    return arrow.makeData({ type, ...common, data })
  }
  if (arrow.DataType.isInt(type)) {
    const data =
      spec.type === "int64"
        ? BigInt64Array.from(values, (v) => BigInt(Number(v)))
        : Int32Array.from(values, Number)
    return arrow.makeData({ type, ...common, data })
  }
  if (arrow.DataType.isBool(type)) {
    return arrow.makeData({ type, ...common, data: packBits(values, (value) => value === true) })
  }
  if (arrow.DataType.isUtf8(type)) {
    const encoder = new TextEncoder()
    const texts = values.map((value) => encoder.encode(typeof value === "string" ? value : ""))
    const valueOffsets = offsetsOf(texts)
    const data = new Uint8Array(valueOffsets[length] ?? 0)
    for (const [i, text] of texts.entries()) data.set(text, valueOffsets[i])
    return arrow.makeData({ type, ...common, valueOffsets, data })
  }
  // A null of a fixed size list still takes up its room.
  const blank = Array.from<number>({ length: spec.length ?? 0 }).fill(0)
  const lists = values.map((value) => (isList(value) ? value : blank))
  const valueOffsets = offsetsOf(lists)
  const data = new Float64Array(valueOffsets[length] ?? 0)
  for (const [i, list] of lists.entries()) data.set(list, valueOffsets[i])
  const child = arrow.makeData({ type: new arrow.Float64(), length: data.length, nullCount: 0, data })
  if (arrow.DataType.isFixedSizeList(type)) return arrow.makeData({ type, ...common, child })
  if (arrow.DataType.isList(type)) return arrow.makeData({ type, ...common, valueOffsets, child })
  throw new TableError("", -1, `no Arrow data for ${spec.type}`)
}

const isList = (value: ValueOf<ColumnSpec>): value is readonly number[] =>
  typeof value === "object" && value !== null

const offsetsOf = (items: readonly { readonly length: number }[]): Int32Array => {
  const offsets = new Int32Array(items.length + 1)
  let end = 0
  for (const [i, { length }] of items.entries()) {
    end += length
    if (end > 0x7fffffff) throw new TableError("", i, "the column is longer than 2 GiB")
    offsets[i + 1] = end
  }
  return offsets
}

const validity = (values: Values): { nullCount: number; bitmap: Uint8Array | null } => {
  const nullCount = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0)
  return { nullCount, bitmap: nullCount === 0 ? null : packBits(values, (value) => value !== null) }
}

const packBits = (values: Values, isSet: (value: ValueOf<ColumnSpec>) => boolean): Uint8Array => {
  // Whole 8-byte words, as Arrow pads its buffers.
  const bits = new Uint8Array(Math.ceil(values.length / 64) * 8)
  for (const [i, value] of values.entries()) {
    const byte = i >> 3
    if (isSet(value)) bits[byte] = (bits[byte] ?? 0) | (1 << (i & 7))
  }
  return bits
}
