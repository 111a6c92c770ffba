// The data card of a data set: what it is, how it was made, each table and column, what is missing, how to read and cite it.
import { markdownTable } from "../../formats/markdownTable.ts"
import { globOf } from "./DatasetTable.ts"
import type { DatasetTable } from "./DatasetTable.ts"

/** A row of a table that is left out of others, and why. */
export interface Missing {
  readonly table: string
  /** Such as "sample 3". */
  readonly row: string
  readonly quality: string
  readonly reason: string | null
}

export interface DataCard {
  readonly title: string
  /** Paragraphs of Markdown. */
  readonly description: string
  /** Paragraphs of Markdown: how the data came to be. */
  readonly making: string
  /** What it was made with; plain JSON. */
  readonly params: Readonly<Record<string, unknown>>
  readonly tables: ReadonlyArray<DatasetTable>
  readonly missing: ReadonlyArray<Missing>
  /** Further sentences on what is not there. */
  readonly remarks: ReadonlyArray<string>
  /** SQL that runs in the data set's folder. */
  readonly queries: ReadonlyArray<string>
  /** An SPDX identifier. */
  readonly license: string
  readonly citations: ReadonlyArray<string>
}

/** The card as Markdown; nothing in it depends on time or place. */
export const renderCard = (card: DataCard): string =>
  [
    `# ${card.title}`,
    card.description,
    "## How it was made",
    card.making,
    ...paramsSection(card),
    "## Tables",
    "Parquet files (Snappy, plain encoding, so that readers of any age can open them). The unit and description of each column are also in the Arrow field metadata" +
      " of the files. A folder such as `sample=3` holds the rows of that sample; readers of Hive data sets turn it" +
      " into the column `sample`.",
    markdownTable(
      ["table", "rows", "files", "a row is"],
      card.tables.map((table) => [
        `\`${table.name}\``,
        String(table.rows.length),
        `\`${globOf(table)}\``,
        table.about
      ])
    ),
    ...card.tables.map(tableSection),
    "## What is missing",
    ...missingSection(card),
    "## Reading it",
    ...card.queries.map((query) => `\`\`\`sql\n${query}\n\`\`\``),
    readersSection(card),
    "## Licence",
    `The data are under ${card.license}.`,
    "## Citation",
    ...(card.citations.length === 0 ? ["No citation was given."] : ["Please cite:"]),
    ...(card.citations.length === 0 ? [] : [card.citations.map((citation) => `- ${citation}`).join("\n")])
  ].join("\n\n") + "\n"

const paramsSection = ({ params }: DataCard): ReadonlyArray<string> => {
  const entries = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return []
  const rows = entries.map(([name, value]) => [`\`${name}\``, `\`${JSON.stringify(value)}\``])
  return ["The params of the campaign:", markdownTable(["param", "value"], rows)]
}

const tableSection = (table: DatasetTable): string => {
  const columns = Object.entries(table.columns)
  const nulls = (name: string): number => table.rows.filter((row) => row[name] === null).length
  return [
    `### ${table.name}`,
    `${sentence(table.about)} ${table.rows.length} rows.`,
    markdownTable(
      ["column", "type", "unit", "missing", "description"],
      columns.map(([name, { description, type, unit }]) => [
        `\`${name}\``,
        type,
        unit,
        String(nulls(name)),
        description
      ])
    )
  ].join("\n\n")
}

const missingSection = ({ missing, remarks }: DataCard): ReadonlyArray<string> => {
  const rows = missing.map(({ quality, reason, row, table }) => [`\`${table}\``, row, quality, reason ?? ""])
  return [
    missing.length === 0
      ? "Every row that was asked for is there, with the quality `ok`."
      : "These rows have a quality other than `ok`. They stay in their table with its reason, their numbers may be" +
        " missing, and what builds on them is left out of the other tables.",
    ...(missing.length === 0 ? [] : [markdownTable(["table", "row", "quality", "reason"], rows)]),
    ...remarks
  ]
}

const readersSection = ({ tables }: DataCard): string => {
  const example = tables.find(({ bySample }) => bySample) ?? tables[0]
  if (example === undefined) return "There is no table in it."
  const hive = example.bySample ? ", hive_partitioning=True" : ""
  return [
    "```python",
    "import pandas, polars",
    `pandas.read_parquet("${example.name}")`,
    `polars.scan_parquet("${globOf(example)}"${hive}).collect()`,
    "```"
  ].join("\n")
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
