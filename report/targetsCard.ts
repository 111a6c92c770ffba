// The data card of a run whose pipeline makes no data set: its targets, and the columns of those that are tables.
import { markdownTable } from "../formats/markdownTable.ts"
import type { Table } from "../formats/Table.ts"
import type { RunRecord } from "./RunRecord.ts"

export interface DescribedTarget {
  readonly name: string
  readonly kind: string
  /** The file or folder that holds it. */
  readonly paths: string
  readonly table: Table | undefined
}

/** Markdown; the same run gives the same text. */
export const renderTargetsCard = (record: RunRecord, targets: ReadonlyArray<DescribedTarget>): string => {
  const missing = Object.entries(record.targets).flatMap(([name, target]) => (target === null ? [name] : []))
  const params = Object.entries(record.params).map(([name, value]) => [
    code(name),
    code(JSON.stringify(value))
  ])
  return (
    [
      `# Results of ${record.pipeline}`,
      `The targets of run ${record.id} of the pipeline \`${record.pipeline}\`, made with largo ${record.version}.`,
      ...(params.length === 0 ? [] : ["## Params", markdownTable(["param", "value"], params)]),
      "## Files",
      markdownTable(
        ["target", "file", "kind", "rows"],
        targets.map(({ kind, name, paths, table }) => [
          code(name),
          code(paths),
          kind,
          table === undefined ? "" : String(table.rows.length)
        ])
      ),
      ...targets.flatMap(({ name, table }) => (table === undefined ? [] : [tableSection(name, table)])),
      ...(missing.length === 0
        ? []
        : ["## What is missing", `The run did not reach ${missing.map(code).join(", ")}.`])
    ].join("\n\n") + "\n"
  )
}

const tableSection = (name: string, { columns }: Table): string => {
  const rows = Object.entries(columns).map(([column, { description, type, unit }]) => [
    code(column),
    type,
    unit,
    description
  ])
  return `### ${name}\n\n${markdownTable(["column", "type", "unit", "description"], rows)}`
}

const code = (text: string): string => `\`${text}\``
