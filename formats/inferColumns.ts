// The columns of a Parquet file that another program wrote, from its schema alone.
import type { FileMetaData, SchemaTree } from "hyparquet"
import { type Columns, type ColumnSpec, type ColumnType, TableError } from "./Table.ts"

/**
 * Columns of a file without units of its own: unit and description are "".
 * Throws TableError for a type that no table has, such as a timestamp.
 */
export const inferColumns = ({ schema }: FileMetaData): Columns => {
  const [root] = subtree(schema, 0)
  return Object.fromEntries(root.children.map((tree) => [tree.element.name, inferColumn(tree)]))
}

type Tree = Pick<SchemaTree, "element"> & { readonly children: readonly Tree[] }

const subtree = (schema: FileMetaData["schema"], at: number): [Tree, number] => {
  const element = schema[at]
  if (element === undefined) throw new TableError("", -1, "the Parquet schema is cut short")
  const children: Tree[] = []
  let next = at + 1
  for (let i = 0; i < (element.num_children ?? 0); i++) {
    const [child, after] = subtree(schema, next)
    children.push(child)
    next = after
  }
  return [{ element, children }, next]
}

const inferColumn = ({ children, element }: Tree): ColumnSpec => {
  const nullable = element.repetition_type === "OPTIONAL"
  const item = children[0]?.children[0]
  const isList = element.converted_type === "LIST" || element.logical_type?.type === "LIST"
  const type = isList ? (item?.element.type === "DOUBLE" ? "float64[]" : undefined) : scalarType(element)
  if (type === undefined) {
    const name = element.logical_type?.type ?? element.converted_type ?? element.type ?? "group"
    throw new TableError(element.name, -1, `no table has a column of the Parquet type ${name}`)
  }
  return { type, unit: "", description: "", ...(nullable ? { nullable } : {}) }
}

const scalarType = ({ converted_type, logical_type, type }: Tree["element"]): ColumnType | undefined => {
  if (converted_type === "UTF8" || logical_type?.type === "STRING") return "string"
  const isPlain = converted_type === undefined || converted_type === "INT_32" || converted_type === "INT_64"
  if (!isPlain) return undefined
  switch (type) {
    case "DOUBLE":
      return "float64"
    case "FLOAT":
      return "float32"
    case "INT32":
      return "int32"
    case "INT64":
      return "int64"
    case "BOOLEAN":
      return "boolean"
    default:
      return undefined
  }
}
