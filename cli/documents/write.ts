// Writes what is made from schemas, graphs and published data into README.md and docs/: `node cli/documents/write.ts`.
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { campaignParams } from "./campaignParams.ts"
import { parquetTables } from "./parquetTables.ts"
import { pipelineFigure } from "./pipelineFigure.ts"
import { resultsPage } from "./resultsPage.ts"

/** The folder that the names of pages are relative to. */
export const root = fileURLToPath(new URL("../../", import.meta.url))

/** File name -> text. */
export const pages = async (): Promise<Readonly<Record<string, string>>> => ({
  "README.md": withFigure(readFileSync(`${root}README.md`, "utf8")),
  "docs/params.md": campaignParams(),
  "docs/parquet-tables.md": parquetTables(),
  "docs/results.md": await resultsPage()
})

/** The README with its one Mermaid block drawn anew. */
const withFigure = (readme: string): string =>
  readme.replace(/(?<=^```mermaid\n)[^`]*(?=```$)/m, () => `${pipelineFigure()}\n`)

if (import.meta.main) {
  for (const [name, text] of Object.entries(await pages())) writeFileSync(`${root}${name}`, text)
}
