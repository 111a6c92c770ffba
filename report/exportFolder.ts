// Writes the results of a run to a folder: the data set that it made, or else each target as a file.
import type { Store } from "../cache/Store.ts"
import * as About from "./About.ts"
import { croissant } from "./croissant.ts"
import { csvFiles } from "./csvFiles.ts"
import { exportedFiles } from "./exportedFiles.ts"
import { exportedTables } from "./exportedTables.ts"
import * as FileFacts from "./FileFacts.ts"
import { ReportError } from "./ReportError.ts"
import { roCrate } from "./roCrate.ts"
import type { RunRecord } from "./RunRecord.ts"
import { jsonFile, marker, writeFolder } from "./writeFolder.ts"
import type { Written } from "./writeFolder.ts"

export interface Exported extends Written {
  readonly run: string
}

/** How tables are written. */
export type TableFormat = "parquet" | "csv"

/** What the export says of itself, beside the card and the checksums. */
const own = [marker, "croissant.json", "ro-crate-metadata.json"]

/**
 * Writes a run's results to the folder `to`, described for catalogues by croissant.json and ro-crate-metadata.json. The
 * same run gives the same bytes. Throws ReportError where `to` holds anything but an earlier export, or where there is
 * nothing to write.
 */
export const exportFolder = async (
  store: Store,
  record: RunRecord,
  to: string,
  format: TableFormat = "parquet"
): Promise<Exported> => {
  const found = await exportedFiles(store, record)
  const read = await exportedTables(found)
  const { files: results, tables } = format === "csv" ? csvFiles(found, read) : { files: found, tables: read }
  const taken = results.find(({ path }) => own.includes(path))
  if (taken !== undefined) {
    throw new ReportError(
      `a target is written to ${taken.path}, where the export describes itself`,
      `give the target another name than ${taken.path.replace(/\.\w+$/, "")}`
    )
  }
  const about = About.of(record)
  const origin = { format: 1, pipeline: record.pipeline, run: record.id, targets: digestsOf(record) }
  const files = [...results, jsonFile(marker, origin)]
  const facts = new Map(files.map((file) => [file.path, FileFacts.of(file)]))
  const catalogue = jsonFile(own[1], croissant(about, tables, facts))
  files.push(catalogue, jsonFile(own[2], roCrate(about, [...facts.values(), FileFacts.of(catalogue)])))
  return { run: record.id, ...writeFolder(to, files) }
}

const digestsOf = ({ targets }: RunRecord): Readonly<Record<string, string | null>> =>
  Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, target?.digest ?? null]))
