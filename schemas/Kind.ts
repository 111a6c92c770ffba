// A kind of artifact: its name, its form, and the codec between the value that a stage sees and stored bytes.
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { canonicalJson } from "../formats/canonicalJson.ts"
import { decodeRows, encodeTable } from "../formats/parquet.ts"
import type { Columns, Row } from "../formats/Table.ts"
import { problems } from "./issues.ts"

/** Where the bytes of a stored artifact are read from. Whoever reads has them verified. */
export interface Source {
  /** An absolute path of the bytes, read-only. */
  readonly path: string
  readonly bytes: () => Uint8Array
  readonly chunks: () => AsyncIterable<Uint8Array>
}

/** Where an artifact's bytes go, in order. */
export interface Sink {
  readonly write: (chunk: Uint8Array) => void
  /** Adds the bytes of a file of the attempt's folder. */
  readonly file: (path: string) => Promise<void>
}

/**
 * A named kind of artifact. `A` is the value that stages take and return; it is invariant, so that an artifact of
 * one kind is never taken for another.
 */
export interface Kind<in out A> {
  readonly name: string
  /** Name and digest of the form: part of the key of all that publishes or reads it. */
  readonly id: string
  readonly media: string
  /** Large intermediates are decoded lazily and are the first to go when space is short. */
  readonly big: boolean
  readonly encode: (value: A, sink: Sink) => Promise<void>
  readonly decode: (source: Source) => Promise<A>
}

/** The value that a kind stands for. */
export type ValueOf<K> = K extends Kind<infer A> ? A : never

/** A value that does not have the form of its kind. */
export class BadValue extends Error {
  readonly kind: string
  readonly problems: ReadonlyArray<string>
  constructor(kind: string, found: ReadonlyArray<string>) {
    super(`a value of kind "${kind}" is not valid: ${found.join("; ")}`)
    this.name = "BadValue"
    this.kind = kind
    this.problems = found
  }
}

const extensions: Readonly<Record<string, string>> = {
  "application/json": ".json",
  "application/vnd.apache.parquet": ".parquet",
  "application/vnd.apache.arrow.stream": ".arrows"
}

/** What programs expect at the end of the name of a file of a media type; "" where they expect nothing. */
export const extensionOf = (media: string): string => extensions[media] ?? ""

/** A mark in the type of a value that tells kinds of one structure apart. It does not exist at run time. */
export interface Named<N extends string> {
  readonly "~kind"?: N
}

const identify = (name: string, form: unknown): string =>
  `${name} ${createHash("sha256").update(canonicalJson(form)).digest("hex").slice(0, 16)}`

/** A kind of small artifact, stored as canonical JSON (RFC 8785) of the schema's encoded side. */
export const json = <const N extends string, A, E>(
  name: N,
  schema: Schema.Codec<A, E>
): Kind<A & Named<N>> => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all" })
  const encode = Schema.encodeUnknownResult(schema, { errors: "all" })
  return {
    name,
    get id() {
      return memo(this, () => identify(name, { json: Schema.toJsonSchemaDocument(schema) }))
    },
    media: "application/json",
    big: false,
    encode: async (value, sink) => {
      const encoded = encode(value)
      if (Result.isFailure(encoded)) throw new BadValue(name, problems(encoded.failure))
      sink.write(Buffer.from(canonicalJson(encoded.success)))
    },
    decode: async (source) => {
      const decoded = decode(JSON.parse(Buffer.from(source.bytes()).toString("utf8")))
      if (Result.isFailure(decoded)) throw new BadValue(name, problems(decoded.failure))
      return decoded.success as A & Named<N>
    }
  }
}

/**
 * The rows of a table, with the units of its columns in the type: a table with more columns fits where fewer are
 * read, one that lacks a column or has it in another unit does not.
 */
export type Rows<C extends Columns> = ReadonlyArray<Row<C>> & {
  readonly "~units"?: { readonly [K in keyof C]: C[K]["unit"] }
}

/** A kind of table: Parquet with a unit and a description for every column. */
export interface Table<C extends Columns> extends Kind<Rows<C>> {
  readonly columns: C
}

/** A kind of table from its columns. Values are checked against types, declared ranges, and for being finite. */
export const table = <const N extends string, const C extends Columns>(name: N, columns: C): Table<C> => ({
  name,
  columns,
  get id() {
    return memo(this, () => identify(name, { table: columns }))
  },
  media: "application/vnd.apache.parquet",
  big: false,
  encode: async (rows, sink) => sink.write(await encodeTable({ name, columns, rows })),
  decode: (source) => decodeRows(source.bytes(), columns)
})

/** A kind of file with a media type: the value is the path of the file, in the attempt's folder. */
export const file = <const N extends string>(
  name: N,
  media: string,
  options: { readonly big?: boolean } = {}
): Kind<FilePath & Named<N>> => ({
  name,
  id: identify(name, { file: media }),
  media,
  big: options.big ?? false,
  encode: async (value, sink) => sink.file(value.path),
  decode: async (source) => ({ path: source.path })
})

/** The place of a file artifact: absolute for inputs, relative to the attempt's folder for outputs. */
export interface FilePath {
  readonly path: string
}

/** A kind with a codec of its own; `form` is any JSON that changes when the stored form does. */
export const make = <A>(spec: {
  readonly name: string
  readonly form: unknown
  readonly media: string
  readonly big: boolean
  readonly encode: (value: A, sink: Sink) => Promise<void>
  readonly decode: (source: Source) => Promise<A>
}): Kind<A> => ({ ...spec, id: identify(spec.name, spec.form) })

const ids = new WeakMap<object, string>()

/** Ids are made on first use: turning a schema into its document costs milliseconds. */
const memo = (kind: object, compute: () => string): string => {
  let id = ids.get(kind)
  if (id === undefined) ids.set(kind, (id = compute()))
  return id
}
