// docs/parquet-tables.md: every table of the exported data set, from the kinds that its stage declares.
import { markdownTable } from "../../formats/markdownTable.ts"
import type { Columns } from "../../formats/Table.ts"
import { globOf } from "../../stages/dataset/DatasetTable.ts"
import { tables } from "../../stages/exportDataset.ts"

const described = Object.entries(tables).map(([name, { about, bySample, kind }]) => ({
  name,
  about,
  bySample,
  columns: kind.columns as Columns,
  rows: []
}))

/** The page as Markdown. */
export const parquetTables = (): string =>
  [
    "# The tables of the data set",
    "<!-- Written by `node cli/documents/write.ts` from the schemas; edit schemas/campaign.ts instead. -->",
    "`npx largo export coarse-graining --to DIR` writes these tables as Parquet files (Snappy, plain encoding, which readers of any age open), with a data card" +
      " (`README.md`) and checksums beside them. The unit and description of each column are also in the Arrow field" +
      " metadata of each file. A table that is partitioned has a folder a sample, `sample=3`; readers of Hive data sets" +
      " make the column `sample` of it. *May be null* marks numbers that are not there where `quality` says why.",
    markdownTable(
      ["table", "files", "a row is"],
      described.map((table) => [
        `[\`${table.name}\`](#${table.name})`,
        `\`${globOf(table)}\``,
        `${table.about}${table.bySample ? "; partitioned by sample" : ""}`
      ])
    ),
    ...described.flatMap(({ about, columns, name }) => [
      `## ${name}`,
      `${about.charAt(0).toUpperCase()}${about.slice(1)}.`,
      markdownTable(
        ["column", "type", "unit", "description"],
        Object.entries(columns).map(([column, { description, nullable, type, unit }]) => [
          `\`${column}\``,
          type,
          unit,
          nullable === true ? `${description}; may be null` : description
        ])
      )
    ])
  ].join("\n\n") + "\n"
