// Writes the pages of docs/ that are made from schemas: `node cli/documents/write.ts`.
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { campaignParams } from "./campaignParams.ts"
import { parquetTables } from "./parquetTables.ts"

/** File name -> text. */
export const pages = (): Readonly<Record<string, string>> => ({
  "params.md": campaignParams(),
  "parquet-tables.md": parquetTables()
})

/** The folder of the pages. */
export const folder = fileURLToPath(new URL("../../docs/", import.meta.url))

if (import.meta.main) {
  for (const [name, text] of Object.entries(pages())) writeFileSync(`${folder}${name}`, text)
}
