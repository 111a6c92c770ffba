// The files of an export with its tables as CSV instead of Parquet.
import { encodeCsv } from "../formats/csv.ts"
import { TableError } from "../formats/Table.ts"
import type { TarFile } from "../formats/tar.ts"
import type { ExportedTable } from "./exportedTables.ts"
import { ReportError } from "./ReportError.ts"

const asCsvPath = (path: string): string => path.replace(/\.parquet$/, ".csv")

const note = `> In this copy the tables are CSV: read \`.csv\` where this card says \`.parquet\`. An empty field is a missing value.`

/**
 * Each table's files as CSV, under the same names but for the ending; the card says so. Throws ReportError for a column
 * of lists, which CSV has no form for.
 */
export const csvFiles = (
  files: ReadonlyArray<TarFile>,
  tables: ReadonlyArray<ExportedTable>
): { readonly files: ReadonlyArray<TarFile>; readonly tables: ReadonlyArray<ExportedTable> } => {
  const texts = new Map(
    tables.flatMap((table) => table.files.map((file) => [file.path, textOf(table.name, file.table)] as const))
  )
  return {
    files: files.map(({ bytes, path }) => {
      const text =
        path === "README.md" ? `${note}\n\n${Buffer.from(bytes).toString("utf8")}` : texts.get(path)
      return text === undefined ? { path, bytes } : { path: asCsvPath(path), bytes: Buffer.from(text) }
    }),
    tables: tables.map((table) => ({
      ...table,
      files: table.files.map((file) => ({ ...file, path: asCsvPath(file.path) }))
    }))
  }
}

const textOf = (name: string, { columns, rows }: ExportedTable["files"][number]["table"]): string => {
  try {
    return encodeCsv(columns, rows)
  } catch (error) {
    if (!(error instanceof TableError)) throw error
    throw new ReportError(`table ${name}: ${error.message}`, "export it as Parquet: leave out --format csv")
  }
}
