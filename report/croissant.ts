// The description of an export for machine learning tools, in the Croissant format of MLCommons, version 1.0.
import type { ColumnType } from "../formats/Table.ts"
import type { About } from "./About.ts"
import type { ExportedTable } from "./exportedTables.ts"
import type { FileFacts } from "./FileFacts.ts"

/** The context that the specification prescribes (https://docs.mlcommons.org/croissant/docs/croissant-spec.html). */
const context = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  extract: "cr:extract",
  field: "cr:field",
  fileProperty: "cr:fileProperty",
  fileObject: "cr:fileObject",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform"
}

const dataTypes: Readonly<Record<ColumnType, string>> = {
  float64: "sc:Float",
  float32: "sc:Float",
  int32: "sc:Integer",
  int64: "sc:Integer",
  string: "sc:Text",
  boolean: "sc:Boolean",
  "float64[]": "sc:Float"
}

/**
 * Tables as record sets, columns as fields with their units, files with their digests; plain JSON-LD.
 * @param facts of every file, by its path
 */
export const croissant = (
  about: About,
  tables: ReadonlyArray<ExportedTable>,
  facts: ReadonlyMap<string, FileFacts>
): object => ({
  "@context": context,
  "@type": "sc:Dataset",
  conformsTo: "http://mlcommons.org/croissant/1.0",
  name: about.title,
  description: about.description,
  ...(about.license === undefined ? {} : { license: about.license }),
  ...(about.citations.length === 0 ? {} : { citeAs: about.citations.join("; ") }),
  datePublished: about.record.startedAt.slice(0, 10),
  version: "1.0.0",
  distribution: tables.map((table) => source(table, facts)),
  recordSet: tables.map(recordSet)
})

const idOf = ({ name }: ExportedTable): string => `${name}-files`

/** One file with its digest, or the set of the files of a partitioned table. */
const source = (table: ExportedTable, facts: ReadonlyMap<string, FileFacts>): object => {
  const { encodingFormat, path, sha256, size } = facts.get(table.files[0].path)!
  if (table.partition !== undefined || table.files.length > 1) {
    const ending = path.slice(path.lastIndexOf("."))
    const includes = `${table.name}/*${table.partition === undefined ? "" : "/*"}${ending}`
    return { "@type": "cr:FileSet", "@id": idOf(table), name: idOf(table), encodingFormat, includes }
  }
  const contentSize = `${size} B`
  return {
    "@type": "cr:FileObject",
    "@id": idOf(table),
    name: idOf(table),
    contentUrl: path,
    contentSize,
    encodingFormat,
    sha256
  }
}

const recordSet = (table: ExportedTable): object => {
  const { columns, name, partition } = table
  const whole = partition !== undefined || table.files.length > 1 ? "fileSet" : "fileObject"
  const from = { [whole]: { "@id": idOf(table) } }
  const fields = Object.entries(columns).map(([column, { description, type, unit }]) => ({
    "@type": "cr:Field",
    "@id": `${name}/${column}`,
    name: `${name}/${column}`,
    description: unit === "" ? description : `${description}, ${unit}`,
    dataType: dataTypes[type],
    ...(type === "float64[]" ? { repeated: true } : {}),
    source: { ...from, extract: { column } }
  }))
  const inFolder =
    partition === undefined
      ? []
      : [
          {
            "@type": "cr:Field",
            "@id": `${name}/${partition}`,
            name: `${name}/${partition}`,
            description: `${partition}, from the name of the folder`,
            dataType: "sc:Integer",
            source: {
              ...from,
              extract: { fileProperty: "fullpath" },
              transform: { regex: `.*${partition}=(\\d+)/.*` }
            }
          }
        ]
  return { "@type": "cr:RecordSet", "@id": name, name, field: [...inFolder, ...fields] }
}
