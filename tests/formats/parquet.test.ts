// Tables through Parquet: round trips, bytes that repeat, and what DuckDB and parquetjs-lite read from them.
import { DuckDBInstance } from "@duckdb/node-api"
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, describe, expect, expectTypeOf, it } from "vitest"
import { decodeRows, decodeTable, encodeTable } from "../../formats/parquet.ts"
import * as Table from "../../formats/Table.ts"

const folder = mkdtempSync(join(tmpdir(), "largo-parquet-"))
afterAll(() => rmSync(folder, { recursive: true }))

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

const columns = {
  sample: { type: "int32", unit: "", description: "Index of the sample", minimum: 0 },
  D: { type: "float64", unit: "1e-9 m2/s", description: "Self-diffusion", nullable: true },
  rho: { type: "float32", unit: "g/cm3", description: "Density" },
  steps: { type: "int64", unit: "", description: "Steps" },
  quality: { type: "string", unit: "", description: "Verdict" },
  good: { type: "boolean", unit: "", description: "Fit for use", nullable: true },
  U: { type: "float64[]", unit: "kJ/mol", description: "Potential on its grid", nullable: true },
  k: { type: "float64[]", unit: "kJ/mol", description: "Three coefficients", length: 3 }
} as const satisfies Table.Columns

const rows: readonly Table.Row<typeof columns>[] = Array.from({ length: 100 }, (_, i) => ({
  sample: i,
  D: i % 7 === 3 ? null : 0.5 + i / 64,
  rho: Math.fround(0.7 + i / 1000),
  steps: 2 ** 40 + i,
  quality: i % 2 === 0 ? "good" : "not diffusive, größer 10 %",
  good: i % 5 === 0 ? null : i % 2 === 0,
  U: i % 9 === 0 ? null : Array.from({ length: i % 4 }, (__, j) => i * j),
  k: [i, -i - 1, i / 3]
}))
const table = { name: "diffusion", columns, rows, metadata: { molecule: "234TMP", seeds: [1, 2] } }

const wrong = (change: object) =>
  encodeTable({ columns, rows: rows.map((row, i) => (i === 4 ? { ...row, ...change } : row)) })

describe("a table as Parquet", () => {
  it("comes back as it was, with types, units, descriptions and metadata", async () => {
    expect(await decodeTable(await encodeTable(table))).toEqual(table)
  })

  it("gives the same bytes in another process", async () => {
    const script = `
      import { encodeTable } from ${JSON.stringify(new URL("../../formats/parquet.ts", import.meta.url).href)}
      process.stdin.setEncoding("utf8")
      let text = ""
      for await (const chunk of process.stdin) text += chunk
      process.stdout.write(await encodeTable(JSON.parse(text)))`
    const elsewhere = () =>
      execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
        input: JSON.stringify(table)
      })
    const here = sha256(await encodeTable(table))
    expect(sha256(elsewhere())).toBe(here)
    expect(sha256(elsewhere())).toBe(here)
    expect(sha256(await encodeTable(table))).toBe(here)
  })

  it("reads only the columns that are asked for, and names one that is absent", async () => {
    const bytes = await encodeTable(table)
    const some = await decodeTable(bytes, ["rho", "sample"])
    expect(Object.keys(some.columns)).toEqual(["rho", "sample"])
    expect(some.rows[5]).toEqual({ rho: rows[5]?.rho, sample: 5 })
    await expect(decodeTable(bytes, ["rh"])).rejects.toThrow(
      'Column "rh": is not in the table; it has sample, D, rho'
    )
  })

  it("gives rows of the wanted type only if units and types agree", async () => {
    const bytes = await encodeTable(table)
    const wanted = { D: columns.D, sample: columns.sample } as const
    const found = await decodeRows(bytes, wanted)
    expectTypeOf(found).toEqualTypeOf<readonly { readonly D: number | null; readonly sample: number }[]>()
    expect(found[3]).toEqual({ D: null, sample: 3 })
    const otherUnit = decodeRows(bytes, { D: { ...columns.D, unit: "nm2/ps" } })
    await expect(otherUnit).rejects.toThrow('Column "D": is in "1e-9 m2/s", not in "nm2/ps"')
    const otherType = decodeRows(bytes, { sample: { ...columns.sample, type: "float64" } })
    await expect(otherType).rejects.toThrow("is a int32, not a float64")
    const notNull = decodeRows(bytes, { D: { ...columns.D, nullable: false } })
    await expect(notNull).rejects.toThrow('Column "D": may hold nulls')
  })

  it("keeps a table without rows", async () => {
    const empty = { ...table, rows: [] }
    expect(await decodeTable(await encodeTable(empty))).toEqual(empty)
  })

  it("keeps any values of any columns", async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async (any) => {
        const bytes = await encodeTable(any)
        const back = await decodeTable(bytes)
        expect(back).toEqual(any)
        expect(sha256(await encodeTable(back))).toBe(sha256(bytes))
      }),
      { numRuns: 200, seed: 3 }
    )
  })

  it("refuses NaN and infinities, naming column and row", async () => {
    await expect(wrong({ rho: Number.NaN })).rejects.toThrow(
      'Column "rho", row 4: is NaN; make the column nullable'
    )
    await expect(wrong({ D: Infinity })).rejects.toThrow('Column "D", row 4: is Infinity; write null')
    await expect(wrong({ k: [1, Number.NaN, 2] })).rejects.toThrow('Column "k", row 4: item 1: is NaN')
    await expect(wrong({ rho: null })).rejects.toThrow("is null, but the column is not nullable")
    await expect(wrong({ k: [1, 2] })).rejects.toThrow("has 2 items, not 3")
    await expect(wrong({ sample: 1.5 })).rejects.toThrow("1.5 is no int32")
    await expect(wrong({ sample: -1 })).rejects.toThrow("-1 is below the minimum of 0")
    await expect(wrong({ steps: 2 ** 53 })).rejects.toThrow("9007199254740992 is no safe integer")
    await expect(wrong({ rho: 1e300 })).rejects.toThrow("1e+300 is beyond float32")
    await expect(wrong({ quality: 3 })).rejects.toThrow("a number is no string")
    await expect(wrong({ quality: undefined })).rejects.toThrow('Column "quality", row 4: is missing')
    await expect(wrong({ extra: 1 })).rejects.toThrow('Column "extra", row 4: has no spec')
    await expect(encodeTable({ columns: {}, rows: [] })).rejects.toThrow("at least one column")
  })

  it("costs nothing to import before a table is read or written", () => {
    const script = `
      import { registerHooks } from "node:module"
      const packages = []
      registerHooks({ resolve: (name, context, next) => (name.startsWith(".") || packages.push(name), next(name, context)) })
      await import(${JSON.stringify(new URL("../../formats/parquet.ts", import.meta.url).href)})
      process.stdout.write(JSON.stringify(packages.filter((name) => !/^(file|node):/.test(name))))`
    const heavy = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8"
    })
    expect(JSON.parse(heavy)).toEqual([])
  })
})

describe("another reader of the Parquet file", () => {
  it("DuckDB finds the right sums, and the units in the metadata", async () => {
    const path = join(folder, "table.parquet")
    writeFileSync(path, await encodeTable(table))
    const db = await (await DuckDBInstance.create(":memory:")).connect()
    const query = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjectsJson()
    const [sums] = await query(`
      SELECT sum(sample)::DOUBLE AS sample, sum(D) AS D, count(D)::DOUBLE AS n, sum(rho) AS rho,
        sum(steps)::DOUBLE AS steps, count(*) FILTER (WHERE good)::DOUBLE AS good, sum(list_sum(U)) AS U,
        sum(k[3]) AS k3, max(quality) AS quality
      FROM '${path}'`)
    const sum = (f: (row: (typeof rows)[number]) => number | null) =>
      rows.reduce((s, row) => s + (f(row) ?? 0), 0)
    expect(sums).toMatchObject({
      sample: 4950,
      n: rows.filter(({ D }) => D !== null).length,
      steps: sum(({ steps }) => steps),
      good: rows.filter(({ good }) => good).length,
      U: sum(({ U }) => U?.reduce((s, u) => s + u, 0) ?? null),
      quality: "not diffusive, größer 10 %"
    })
    expect(Number(sums?.D)).toBeCloseTo(
      sum(({ D }) => D),
      10
    )
    expect(Number(sums?.rho)).toBeCloseTo(
      sum(({ rho }) => rho),
      10
    )
    expect(Number(sums?.k3)).toBeCloseTo(4950 / 3, 10)

    const [units] = await query(`
      SELECT decode(value)->>'$.columns.D.unit' AS unit, decode(value)->>'$.metadata.molecule' AS molecule
      FROM parquet_kv_metadata('${path}') WHERE decode(key) = 'largo'`)
    expect(units).toEqual({ unit: "1e-9 m2/s", molecule: "234TMP" })
    const codecs = await query(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`)
    expect(codecs).toEqual([{ compression: "ZSTD" }])
  })

  it("Arrow finds unit and description in the field metadata", async () => {
    const [arrow, parquet] = await Promise.all([import("apache-arrow"), import("parquet-wasm")])
    const { schema } = arrow.tableFromIPC(parquet.readParquet(await encodeTable(table)).intoIPCStream())
    const field = schema.fields.find(({ name }) => name === "D")
    expect(Object.fromEntries(field?.metadata ?? [])).toEqual({
      unit: "1e-9 m2/s",
      description: "Self-diffusion"
    })
    expect(String(schema.fields.find(({ name }) => name === "k")?.type)).toContain("FixedSizeList[3]")
  })
})

describe("a Parquet file of another writer", () => {
  it("DuckDB's is read with inferred columns", async () => {
    const path = join(folder, "duckdb.parquet")
    const db = await (await DuckDBInstance.create(":memory:")).connect()
    await db.run(`COPY (SELECT i::INTEGER AS a, i::BIGINT AS b, i / 4 AS c, 'x' || i AS d, i > 2 AS e, [1.5::DOUBLE, i] AS f
      FROM range(4) t(i)) TO '${path}' (FORMAT parquet, COMPRESSION snappy)`)
    const { readFileSync } = await import("node:fs")
    const back = await decodeTable(readFileSync(path))
    const types = Object.fromEntries(Object.entries(back.columns).map(([name, { type }]) => [name, type]))
    expect(types).toEqual({ a: "int32", b: "int64", c: "float64", d: "string", e: "boolean", f: "float64[]" })
    expect(back.rows[3]).toEqual({ a: 3, b: 3, c: 0.75, d: "x3", e: true, f: [1.5, 3] })
    await db.run(`COPY (SELECT TIMESTAMP '2020-01-01' AS t) TO '${path}' (FORMAT parquet)`)
    await expect(decodeTable(readFileSync(path))).rejects.toThrow(
      'Column "t": no table has a column of the Parquet type'
    )
  })

  it("parquetjs-lite and we read the same from a plain uncompressed file", async () => {
    const path = join(folder, "plain.parquet")
    const [arrow, parquet] = await Promise.all([import("apache-arrow"), import("parquet-wasm")])
    const a = Float64Array.from({ length: 1000 }, (_, i) => i / 8)
    const b = Int32Array.from({ length: 1000 }, (_, i) => 7 * i)
    const ipc = arrow.tableToIPC(arrow.tableFromArrays({ a, b }), "stream")
    const properties = new parquet.WriterPropertiesBuilder()
      .setCompression(parquet.Compression.UNCOMPRESSED)
      .setDictionaryEnabled(false)
      .setEncoding(parquet.Encoding.PLAIN)
      .build()
    const bytes = parquet.writeParquet(parquet.Table.fromIPCStream(ipc), properties)
    writeFileSync(path, bytes)
    const ours = await decodeTable(bytes)
    expect(ours.rows).toEqual(await readWithParquetjs(path))
    expect(Table.floats(ours, "a")).toEqual(a)
  })
})

interface Cursor {
  next(): Promise<object | null>
}
interface Reader {
  getCursor(): Cursor
  close(): Promise<void>
}
const { ParquetReader }: { ParquetReader: { openFile(path: string): Promise<Reader> } } = createRequire(
  import.meta.url
)("parquetjs-lite")

const readWithParquetjs = async (path: string): Promise<object[]> => {
  const reader = await ParquetReader.openFile(path)
  const cursor = reader.getCursor()
  const found: object[] = []
  for (let row = await cursor.next(); row !== null; row = await cursor.next()) found.push({ ...row })
  await reader.close()
  return found
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const valueOf = (spec: Table.ColumnSpec): fc.Arbitrary<Table.ValueOf<Table.ColumnSpec>> => {
  const { length } = spec
  const byType: Record<Table.ColumnType, fc.Arbitrary<string | number | boolean | number[]>> = {
    float64: finite,
    float32: fc.float({ noNaN: true, noDefaultInfinity: true }),
    int32: fc.integer(),
    int64: fc.maxSafeInteger(),
    string: fc.string({ unit: "binary" }),
    boolean: fc.boolean(),
    "float64[]": fc.array(
      finite,
      length === undefined ? { maxLength: 4 } : { minLength: length, maxLength: length }
    )
  }
  return spec.nullable === true ? fc.option(byType[spec.type], { freq: 3 }) : byType[spec.type]
}
const anyColumn: fc.Arbitrary<Table.ColumnSpec> = fc
  .record({
    type: fc.constantFrom(
      ...(["float64", "float32", "int32", "int64", "string", "boolean", "float64[]"] as const)
    ),
    unit: fc.constantFrom("", "nm", "kJ/mol"),
    description: fc.string({ unit: "binary" }),
    nullable: fc.boolean(),
    length: fc.option(fc.integer({ min: 1, max: 3 }))
  })
  .map(({ length, ...spec }) => (spec.type === "float64[]" && length !== null ? { ...spec, length } : spec))
const columnName = fc.string({ minLength: 1, unit: "grapheme" }).filter((name) => name !== "__proto__")
const anyTable: fc.Arbitrary<Table.Table> = fc
  .dictionary(columnName, anyColumn, { minKeys: 1, maxKeys: 6, noNullPrototype: true })
  .chain((specs) => {
    const row = fc.record(
      Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, valueOf(spec)]))
    )
    return fc
      .array(row, { maxLength: 20 })
      .map((any) => ({ name: "", columns: specs, rows: any, metadata: {} }))
  })
