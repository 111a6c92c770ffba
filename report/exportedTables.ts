// The tables among the files of an export: their columns, rows, and the files that hold them.
import { decodeTable } from "../formats/parquet.ts"
import type { Columns, Table } from "../formats/Table.ts"
import type { TarFile } from "../formats/tar.ts"

export interface ExportedTable {
  readonly name: string
  readonly columns: Columns
  /** The column that folders such as `sample=3` stand for; undefined where one file holds all rows. */
  readonly partition: string | undefined
  readonly files: ReadonlyArray<{ readonly path: string; readonly table: Table }>
}

/** `NAME.parquet`, `NAME/part-0.parquet` and `NAME/sample=3/part-0.parquet` are files of the table NAME. */
export const exportedTables = async (
  files: ReadonlyArray<TarFile>
): Promise<ReadonlyArray<ExportedTable>> => {
  const read = await Promise.all(
    files
      .filter(({ path }) => path.endsWith(".parquet"))
      .map(async ({ bytes, path }) => ({ path, table: await decodeTable(bytes) }))
  )
  const groups = Map.groupBy(read, ({ path }) =>
    path.includes("/") ? path.slice(0, path.indexOf("/")) : path.slice(0, -".parquet".length)
  )
  return Array.from(groups, ([name, files]) => ({
    name,
    columns: files[0].table.columns,
    partition: /\/([^/=]+)=[^/]*\//.exec(files[0].path)?.[1],
    files
  }))
}
