// One table of a data set: its rows, what they are, and the Parquet files that hold them.
import type { TarFile } from "../../formats/tar.ts"
import { encodeTable } from "../../formats/parquet.ts"
import type { Columns, Row } from "../../formats/Table.ts"

export interface DatasetTable {
  readonly name: string
  /** One sentence: what a row is. */
  readonly about: string
  readonly columns: Columns
  readonly rows: ReadonlyArray<Row<Columns>>
  /** Whether each sample has a folder of its own, `sample=3`, so that one sample is read without the others. */
  readonly bySample: boolean
}

/** The form of a partition's folder is Hive's, which DuckDB, Polars, pandas and Arrow read as a column. */
export const partitionColumn = "sample"

/**
 * `NAME/part-0.parquet`, or `NAME/sample=3/part-0.parquet` for each sample. As in every Hive data set, the partition
 * column is in the path alone. A partitioned table without rows is one file without rows, so that a reader finds the
 * columns. Throws TableError for what a table does not hold.
 */
export const filesOf = async (table: DatasetTable): Promise<ReadonlyArray<TarFile>> => {
  const { columns, name, rows } = table
  if (!table.bySample || rows.length === 0) {
    return [{ path: `${name}/part-0.parquet`, bytes: await encodeTable({ name, columns, rows }, "plain") }]
  }
  const { [partitionColumn]: _, ...inFile } = columns
  const parts = Map.groupBy(rows, (row) => Number(row[partitionColumn]))
  return Promise.all(
    [...parts].map(async ([sample, part]) => ({
      path: `${name}/${partitionColumn}=${sample}/part-0.parquet`,
      bytes: await encodeTable(
        {
          name,
          columns: inFile,
          rows: part.map(({ [partitionColumn]: _sample, ...row }) => row),
          metadata: { [partitionColumn]: sample }
        },
        "plain"
      )
    }))
  )
}

/** How a query names the files of a table, relative to the data set's folder. */
export const globOf = ({ bySample, name }: DatasetTable): string =>
  bySample ? `${name}/**/*.parquet` : `${name}/*.parquet`
