// The data set of a campaign: what DuckDB, parquetjs-lite and tar find in it, bytes that repeat, and the data card.
import { DuckDBInstance } from "@duckdb/node-api"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { decodeTable } from "../../formats/parquet.ts"
import { decodeTar, tarBytes } from "../../formats/tar.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import { exportDataset } from "../../stages/exportDataset.ts"
import * as synthetic from "./synthetic.ts"

const folder = mkdtempSync(join(tmpdir(), "largo-dataset-"))
afterAll(() => rmSync(folder, { recursive: true }))

const params = {
  name: "A made-up campaign",
  description: "Nine samples that nobody simulated.",
  campaign: { protocol: "demo", seed: 7 }
}

const gather = async (changed: Partial<typeof synthetic> = {}) => {
  const inputs = { ...synthetic, ...changed }
  const context = { params: exportDataset.decodeParams(params), inputs }
  const running = exportDataset.run(context as never) as Effect.Effect<
    { dataset: Parameters<typeof tarBytes>[0] },
    never,
    Workspace
  >
  const { dataset } = await Effect.runPromise(
    Effect.provideService(running, Workspace, {} as Workspace["Service"])
  )
  return tarBytes(dataset)
}

let tar: Uint8Array
let card: string
const filesOf = (bytes: Uint8Array) => new Map(decodeTar(bytes).map((file) => [file.path, file.bytes]))
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

const query = async (sql: string) => {
  const db = await (await DuckDBInstance.create(":memory:")).connect()
  await db.run(`SET file_search_path = '${folder}'`)
  return (await db.runAndReadAll(sql)).getRowObjectsJson()
}

beforeAll(async () => {
  tar = await gather()
  writeFileSync(join(folder, "dataset.tar"), tar)
  execFileSync("tar", ["-xf", "dataset.tar"], { cwd: folder })
  card = textOf(filesOf(tar).get("README.md"))
})

const sum = (values: Iterable<number | null>) =>
  [...values].reduce<number>((total, value) => total + (value ?? 0), 0)

describe("the data set of a campaign", () => {
  it("gives DuckDB the sums of the tables, the sample read from the folders' names", async () => {
    const [found] = await query(`
      SELECT count(*)::DOUBLE AS rows, sum(sample)::DOUBLE AS samples, sum(U) AS U, sum(F) AS F, count(DISTINCT sample)::DOUBLE AS n
      FROM read_parquet('potentials/**/*.parquet', hive_partitioning = true)`)
    const { potentials } = synthetic
    expect(found).toMatchObject({
      rows: potentials.length,
      samples: sum(potentials.map(({ sample }) => sample)),
      n: 7
    })
    expect(Number(found?.U)).toBeCloseTo(sum(potentials.map(({ U }) => U)), 6)
    expect(Number(found?.F)).toBeCloseTo(sum(potentials.map(({ F }) => F)), 4)
    const [rdf] = await query(`
      SELECT sum(g_target) AS target, sum(g_model) AS model FROM read_parquet('rdfs/sample=5/*.parquet')`)
    const rows = synthetic.rdfs.filter(({ sample }) => sample === 5)
    expect(Number(rdf?.target)).toBeCloseTo(sum(rows.map(({ g_target }) => g_target)), 10)
    expect(Number(rdf?.model)).toBeCloseTo(sum(rows.map(({ g_model }) => g_model)), 10)
    const [mobility] = await query(
      "SELECT sum(acceleration) AS a, count(D_AA)::DOUBLE AS n FROM 'mobilities/*.parquet'"
    )
    expect(Number(mobility?.a)).toBeCloseTo(
      sum(synthetic.mobilities.map(({ acceleration }) => acceleration)),
      10
    )
    expect(mobility?.n).toBe(8)
  })

  it("answers the queries of its card as printed", async () => {
    const queries = [...card.matchAll(/```sql\n([^`]*)```/g)].map(([, sql = ""]) => sql)
    expect(queries).toHaveLength(3)
    const [mobilities, depths, wide] = await Promise.all(queries.map(query))
    expect(mobilities).toHaveLength(7)
    expect(depths?.map(({ sample }) => Number(sample))).toEqual([0, 1, 2, 4, 5, 6, 8])
    expect(Number(depths?.[0]?.depth)).toBeCloseTo(-1.2, 2)
    expect(wide).toHaveLength(synthetic.count)
    expect(wide?.[0]).toMatchObject({ "bond CT-CT r0": 1, "dihedral CT-CT-CT-CT v1": 1 })
  })

  it("is made of Parquet whose units travel with the columns", async () => {
    const files = filesOf(tar)
    const { columns, metadata } = await decodeTable(files.get("potentials/sample=4/part-0.parquet")!)
    expect(columns).toMatchObject({ r: { unit: "nm" }, U: { unit: "kJ/mol", description: "potential" } })
    expect(Object.keys(columns)).not.toContain("sample")
    expect(metadata).toEqual({ sample: 4 })
  })

  it("holds the same numbers for parquetjs-lite, an old reader without zstd and dictionaries", async () => {
    const { ParquetReader } = createRequire(import.meta.url)("parquetjs-lite")
    const rowsIn = async (file: string): Promise<ReadonlyArray<Record<string, unknown>>> => {
      const reader = await ParquetReader.openFile(join(folder, file))
      const cursor = reader.getCursor()
      const rows = []
      for (let row = await cursor.next(); row !== null; row = await cursor.next()) rows.push(row)
      await reader.close()
      return rows
    }
    for (const [path, bytes] of filesOf(tar)) {
      if (path.endsWith(".parquet"))
        expect(await rowsIn(path), path).toHaveLength((await decodeTable(bytes)).rows.length)
    }
    const mobilities = await rowsIn("mobilities/part-0.parquet")
    expect(mobilities.map(({ quality }) => quality)).toEqual(
      synthetic.mobilities.map(({ quality }) => quality)
    )
    const total = (rows: ReadonlyArray<Record<string, unknown>>, column: string) =>
      sum(rows.map((row) => (row[column] === null ? null : Number(row[column] ?? 0))))
    expect(total(mobilities, "D_AA")).toBeCloseTo(sum(synthetic.mobilities.map(({ D_AA }) => D_AA)), 10)
    expect(total(mobilities, "D_CG")).toBeCloseTo(sum(synthetic.mobilities.map(({ D_CG }) => D_CG)), 10)
    const potentials = await rowsIn("potentials/sample=4/part-0.parquet")
    const own = synthetic.potentials.filter(({ sample }) => sample === 4)
    expect(total(potentials, "U")).toBeCloseTo(sum(own.map(({ U }) => U)), 10)
  })

  it("has the same bytes each time, other bytes for other numbers", async () => {
    expect(Buffer.compare(await gather(), tar)).toBe(0)
    expect(Buffer.compare(await gather({ rdfs: synthetic.rdfs.slice(1) }), tar)).not.toBe(0)
  })

  it("is found complete by tar, each table in place", () => {
    const paths = execFileSync("tar", ["-tf", join(folder, "dataset.tar")], { encoding: "utf8" })
      .trim()
      .split("\n")
    expect(paths).toContain("rdfs/sample=8/part-0.parquet")
    expect(paths.filter((path) => dirname(path) === "pairs")).toEqual(["pairs/part-0.parquet"])
    expect(paths).toHaveLength(1 + 9 + 7 + 8 + 7)
    expect(paths).toEqual([...paths].sort())
  })

  it("has tables of bonds and angles where molecules are several beads, and none elsewhere", async () => {
    expect(card).not.toContain("bonded_potentials")
    const row = { sample: 0, kind: "bond", beads: "A-B", r: 0.25, theta: null }
    const bytes = await gather({
      bonded_potentials: [{ ...row, U: 1, F: -2, torque: null }],
      bonded_distributions: [{ ...row, target: 0.1, target_sem: 0.01, model: 0.1 }]
    } as never)
    const files = filesOf(bytes)
    expect(textOf(files.get("README.md"))).toContain(
      "| `torque` | float64 | kJ/mol/deg | 1 | -dU/dtheta; null for a bond |"
    )
    expect([...files.keys()]).toContain("bonded_potentials/sample=0/part-0.parquet")
    expect([...files.keys()]).toContain("bonded_distributions/sample=0/part-0.parquet")
  })

  it("stays readable where every sample failed", async () => {
    const none = await gather({ potentials: [], rdfs: [], predictions: [] })
    const path = join(folder, "none", "potentials/part-0.parquet")
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, filesOf(none).get("potentials/part-0.parquet")!)
    const [found] = await query(`
      SELECT count(sample)::DOUBLE AS n FROM read_parquet('${folder}/none/potentials/**/*.parquet', hive_partitioning = true)`)
    expect(found).toEqual({ n: 0 })
  })
})

describe("the data card", () => {
  it("names each table with its rows, and each column with unit and description", () => {
    expect(card).toMatch(/^# A made-up campaign\n\nNine samples/)
    expect(card).toContain(
      `| \`potentials\` | ${synthetic.potentials.length} | \`potentials/**/*.parquet\` |`
    )
    expect(card).toContain("| `D_AA` | float64 | 1e-9 m2/s | 1 | all-atom self-diffusion coefficient |")
    expect(card).toContain('| `protocol` | `"demo"` |')
    expect(card).toContain("under CC-BY-4.0")
    expect(card).toContain("10.1021/acs.jctc.2c00898")
  })

  it("lists what is missing and why", () => {
    expect(card).toContain("| `mobilities` | sample 3 | glassy | the slope of log MSD is 0.62")
    expect(card).toContain(
      "| `validations` | sample 2, method network, route mobility | declined | no mobility model"
    )
    expect(card).toContain("iteration 4 reached 402 K \\| the thermostat")
    expect(card).toContain("Pairs of equal mobility: declined; the largest D_AA is 1.94")
    expect(card).not.toMatch(/undefined|NaN/)
  })
})
