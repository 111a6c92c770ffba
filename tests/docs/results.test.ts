// The published tables of a campaign: other readers open them, and what docs/results.md says follows from their rows.
import { DuckDBInstance } from "@duckdb/node-api"
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { decodeTable } from "../../formats/parquet.ts"
import { Routes, Validations } from "../../schemas/campaign.ts"
import { compareRoutes } from "../../stages/compareRoutes.ts"
import { runStage } from "../learning/runStage.ts"

const root = path.join(import.meta.dirname, "..", "..")
const data = path.join(root, "examples", "data")
const files = fs
  .readdirSync(data, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".parquet"))
const page = fs.readFileSync(path.join(root, "docs", "results.md"), "utf8")
const read = (table: string) =>
  decodeTable(fs.readFileSync(path.join(data, "234-trimethylpentane", `${table}.parquet`)))

describe("examples/data", () => {
  it("holds a few megabytes of tables, and nothing of the machine that made them", () => {
    expect(files.length).toBeGreaterThan(10)
    const sizes = files.map((file) => fs.statSync(path.join(data, file)).size)
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(4e6)
    for (const file of files) {
      const text = fs.readFileSync(path.join(data, file), "latin1")
      expect(text, file).not.toMatch(/\/(tmp|home|work|root)\//)
    }
  })

  it.each(files)("%s is read by DuckDB as by largo", async (file) => {
    const connection = await (await DuckDBInstance.create()).connect()
    const full = path.join(data, file)
    const found = await connection.runAndReadAll(`SELECT count(*)::INT AS n FROM '${full}'`)
    const { columns, rows } = await decodeTable(fs.readFileSync(full))
    expect(found.getRowObjects()).toEqual([{ n: rows.length }])
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${full}'`)
    expect(described.getRowObjects().map((row) => row["column_name"])).toEqual(Object.keys(columns))
  })

  it("has routes that follow from its validations, each sample held out once", async () => {
    const validations = (await read("validations")).rows
    const { rows } = await read("routes")
    const named = <K extends object>(columns: K, row: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.keys(columns).map((name) => [name, row[name] ?? null]))
    const inputs = validations.map((row) => named(Validations.columns, row)) as never
    const { routes } = (await runStage(compareRoutes, {}, { validations: inputs })).outputs
    expect(rows.map((row) => named(Routes.columns, row))).toEqual(routes)
    const keys = validations.map(
      ({ method, route, sample }) => `${String(sample)} ${String(route)} ${String(method)}`
    )
    expect(new Set(keys).size).toBe(keys.length)
    const { rows: samples } = await read("samples")
    expect(new Set(validations.map(({ sample }) => sample)).size).toBe(samples.length)
  })
})

describe("docs/results.md", () => {
  it("states the mean of ln a of each route, worked out here from D and D all-atom alone", async () => {
    const { rows } = await read("validations")
    const ok = rows.filter(({ quality }) => quality === "ok")
    for (const method of ["network", "gaussian process"]) {
      const logs = ok
        .filter((row) => row["route"] === "friction" && row["method"] === method)
        .map(({ D, D_target }) => Math.log(Number(D) / Number(D_target)))
      const mean = logs.reduce((a, b) => a + b, 0) / logs.length
      const line = page.split("\n").find((each) => each.startsWith(`| friction | ${method} |`)) ?? ""
      expect(line).toContain(`| ${logs.length} | ${mean.toFixed(3)} (`)
    }
  })

  it("says how many samples there are, and which of them are not used", async () => {
    const { rows } = await read("samples")
    expect(page).toContain(`${rows.length} force fields`)
    for (const { quality, sample } of rows.filter((row) => row["quality"] !== "ok")) {
      expect(page).toContain(`sample ${String(sample)}: ${String(quality)}`)
    }
  })
})
