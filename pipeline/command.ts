// A program as a stage: inputs linked into its folder, an argument list with their paths, outputs read from its files.
import { createReadStream, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { canonicalJson } from "../formats/canonicalJson.ts"
import { decodeCsv, encodeCsv } from "../formats/csv.ts"
import { decodeTable } from "../formats/parquet.ts"
import { TableError } from "../formats/Table.ts"
import type { Columns } from "../formats/Table.ts"
import type { Source } from "../schemas/Kind.ts"
import type { ErasedKind } from "./Artifact.ts"
import { StageFailure, toolFailed } from "./outcome.ts"
import type { ListSlot, OptionalSlot, Resources, Slot, Slots } from "./Stage.ts"
import type { Tool } from "./Tool.ts"
import { Workspace } from "./Workspace.ts"

/** An output of a program: its kind, and the file that the program leaves, from its folder. */
export interface CommandOutput {
  readonly kind: ErasedKind
  /** A table is read as CSV from a name that ends in `.csv`, else as Parquet; JSON and other kinds as they are stored. */
  readonly file: string
}

export type CommandOutputs = Readonly<Record<string, CommandOutput>>

/** Where a program finds its inputs: paths from its folder; of a list a path for each field of each row. */
export type InputPaths<In extends Slots> = {
  readonly [K in keyof In]: In[K] extends ListSlot<infer F>
    ? ReadonlyArray<{ readonly [L in keyof F]: string } & { readonly label: string }>
    : In[K] extends OptionalSlot<ErasedKind>
      ? string | undefined
      : string
}

/** What a stage that is a program consists of. */
export interface CommandSpec<P, E, In extends Slots, Out extends CommandOutputs> {
  /** `import.meta.url` of the module that makes it. */
  readonly module: string
  /** The program finds them as `params.json`, encoded, defaults filled in. */
  readonly params: Schema.Codec<P, E>
  /** Linked to `inputs/`: JSON with `.json`, tables with `.parquet`, files as they are. All of them read-only. */
  readonly inputs: In
  /** How the program reads tables; `csv` writes them beside the Parquet files. */
  readonly tables?: "parquet" | "csv"
  readonly outputs: Out
  readonly program: Tool
  /** The arguments, which no shell looks at; paths are from the program's folder. */
  readonly argv: (context: {
    readonly params: P
    readonly inputs: InputPaths<In>
    readonly outputs: { readonly [K in keyof Out]: string }
    readonly cores: number
  }) => ReadonlyArray<string>
  readonly salt?: string
  readonly deterministic?: boolean
  readonly resources?: Resources | ((params: P) => Resources)
}

/** The form in which a program finds params and inputs. It is no part of a kind, so it goes into the key by the salt. */
const form = "command 1"

/** The parts of a stage that a command fills in. */
export const contractOf = <P, E, In extends Slots, Out extends CommandOutputs>(
  spec: CommandSpec<P, E, In, Out>
) => {
  const { argv, outputs, program, tables = "parquet" } = spec
  const encode = Schema.encodeUnknownSync(spec.params)
  const files = Object.fromEntries(Object.entries(outputs).map(([name, { file }]) => [name, file]))

  const run = Effect.fnUntraced(function* (given: { readonly params: P; readonly inputs: unknown }) {
    const ws = yield* Workspace
    yield* ws.write("params.json", canonicalJson(encode(given.params)))
    const linked: Array<LinkedFile> = []
    const inputs = pathsOf(given.inputs, ws.folder, linked) as InputPaths<In>
    for (const file of Object.values(files)) {
      yield* Effect.sync(() => mkdirSync(join(ws.folder, dirname(file)), { recursive: true }))
    }
    const args = argv({ params: given.params, inputs, outputs: files as never, cores: ws.cores })
    const { code, tail } = yield* ws.run(program.name, args)
    const said = tail.trim() === "" ? "; it printed nothing" : `:\n${tail.trim()}`
    if (code !== 0) {
      return yield* Effect.fail(
        toolFailed(
          `${program.name} ended with status ${code}${said}`,
          "mend what it says; largo logs has all of it"
        )
      )
    }
    const written = linked.find(({ path, state }) => stateOf(path) !== state)
    if (written !== undefined) {
      const name = relative(ws.folder, written.path)
      return yield* Effect.fail(
        toolFailed(
          `${program.name} wrote to its input ${name}`,
          "have it copy the file and write to the copy"
        )
      )
    }
    const values: Record<string, unknown> = {}
    for (const [name, { file, kind }] of Object.entries(outputs)) {
      if (!(yield* ws.exists(file))) {
        const what = `${program.name} ended well, but did not leave ${file}, its output "${name}"`
        return yield* Effect.fail(toolFailed(`${what}${said}`, "mend the program, or the name of the file"))
      }
      values[name] = yield* valueOf(ws.folder, name, file, kind)
    }
    return values
  })

  return {
    inputs: Object.fromEntries(
      Object.entries(spec.inputs).map(([name, slot]) => [name, linkedSlot(slot, tables)])
    ) as unknown as In,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { kind }]) => [name, kind])
    ) as unknown as {
      readonly [K in keyof Out]: Out[K]["kind"]
    },
    tools: [program],
    salt: spec.salt === undefined ? form : `${form}; ${spec.salt}`,
    // What a slot holds at run time are linked files, which `argv` alone gets to see.
    run: run as never
  }
}

/** A slot whose artifacts are not decoded, but put in place as files. */
const linkedSlot = (slot: Slot, tables: "parquet" | "csv"): Slot => {
  if (!("_tag" in slot)) return linkedKind(slot, tables)
  if (slot._tag === "optional") return { ...slot, kind: linkedKind(slot.kind, tables) }
  const fields = Object.entries(slot.fields).map(([field, kind]) => [field, linkedKind(kind, tables)])
  return { ...slot, fields: Object.fromEntries(fields) as Record<string, ErasedKind> }
}

/** The same kind, whose value is the place of the file. Its id stays, and is still made only when it is asked for. */
const linkedKind = (kind: ErasedKind, tables: "parquet" | "csv"): ErasedKind =>
  Object.create(kind, {
    decode: {
      value: async (source: Source): Promise<LinkedFile> => {
        const { path } = source
        const columns = columnsOf(kind)
        if (tables === "parquet" || columns === undefined) return new LinkedFile(path, path)
        const { rows } = await decodeTable(source.bytes(), Object.keys(columns))
        const read = path.replace(/\.parquet$/, ".csv")
        writeFileSync(read, encodeCsv(columns, rows))
        return new LinkedFile(path, read)
      }
    }
  }) as ErasedKind

/** An input in its place. */
class LinkedFile {
  readonly path: string
  /** What the program reads: the file itself, or the same table as CSV. */
  readonly read: string
  readonly state: string

  constructor(path: string, read: string) {
    this.path = path
    this.read = read
    this.state = stateOf(path)
  }
}

/** The inputs with paths from the folder in place of the files, which are noted in `linked`. */
const pathsOf = (given: unknown, folder: string, linked: Array<LinkedFile>): unknown => {
  if (given instanceof LinkedFile) {
    linked.push(given)
    return relative(folder, given.read)
  }
  if (Array.isArray(given)) return given.map((item) => pathsOf(item, folder, linked))
  if (typeof given !== "object" || given === null) return given
  return Object.fromEntries(
    Object.entries(given).map(([name, item]) => [name, pathsOf(item, folder, linked)])
  )
}

/** What changes when somebody writes to a file. */
const stateOf = (path: string): string => {
  const status = statSync(path, { throwIfNoEntry: false })
  return status === undefined ? "" : `${status.size} ${status.mtimeMs} ${status.ino}`
}

const columnsOf = (kind: ErasedKind): Columns | undefined =>
  "columns" in kind ? (kind.columns as Columns) : undefined

/** The value in a file that a program left. */
const valueOf = (
  folder: string,
  name: string,
  file: string,
  kind: ErasedKind
): Effect.Effect<unknown, StageFailure> =>
  Effect.tryPromise({
    try: async () => {
      const path = join(folder, file)
      const columns = columnsOf(kind)
      if (columns === undefined) return kind.decode(fileSource(path))
      if (file.endsWith(".csv")) return decodeCsv(readFileSync(path, "utf8"), columns)
      return parquetRows(readFileSync(path), columns)
    },
    catch: (error) =>
      new StageFailure(
        "BrokenOutput",
        `output "${name}", ${file}: ${error instanceof Error ? error.message : String(error)}`,
        "mend the program, or the kind of the output"
      )
  })

const fileSource = (path: string): Source => ({
  path,
  bytes: () => readFileSync(path),
  chunks: () => createReadStream(path, { highWaterMark: 1 << 20 })
})

/** Rows of a Parquet file of any writer. Units are checked where the file states them. */
const parquetRows = async (bytes: Uint8Array, columns: Columns) => {
  const found = await decodeTable(bytes, Object.keys(columns))
  for (const [column, { unit }] of Object.entries(found.columns)) {
    const wanted = columns[column].unit
    if (unit !== "" && unit !== wanted)
      throw new TableError(column, -1, `is in "${unit}", not in "${wanted}"`)
  }
  return found.rows
}
