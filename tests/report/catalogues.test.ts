// What an export says to catalogues: Croissant and RO-Crate, read and validated by the programs of their makers.
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import type { Store } from "../../cache/Store.ts"
import { exportFolder } from "../../report/exportFolder.ts"
import * as RunRecord from "../../report/RunRecord.ts"
import { broken, campaign } from "./pipelines.ts"
import { runOf, temporaryFolder } from "./runs.ts"
import * as synthetic from "./synthetic.ts"

const folder = temporaryFolder()
const parquet = join(folder, "parquet")
const csv = join(folder, "csv")
let store: Store
let record: RunRecord.RunRecord

const python = join(import.meta.dirname, "..", "..", ".venv", "peers", "bin", "python")
const has = (...modules: ReadonlyArray<string>): boolean =>
  spawnSync(python, ["-c", modules.map((name) => `import ${name}`).join(";")], { stdio: "ignore" }).status ===
  0

const ask = (script: string, ...args: ReadonlyArray<string>): unknown =>
  JSON.parse(
    execFileSync(python, ["-W", "ignore", join(import.meta.dirname, script), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    })
      .trim()
      .split("\n")
      .at(-1) ?? ""
  )

interface Entity {
  readonly "@id": string
  readonly "@type": string
  readonly [name: string]: unknown
}

const crateOf = (at: string): ReadonlyMap<string, Entity> => {
  const { "@graph": graph } = JSON.parse(readFileSync(join(at, "ro-crate-metadata.json"), "utf8")) as {
    "@graph": ReadonlyArray<Entity>
  }
  return new Map(graph.map((entity) => [entity["@id"], entity]))
}

beforeAll(async () => {
  const made = await runOf(campaign, join(folder, "store"), { protocol: "demo", seed: 7 })
  store = made.store
  record = RunRecord.read(store, made.run)
  await exportFolder(store, record, parquet)
  await exportFolder(store, record, csv, "csv")
})

describe("croissant.json", () => {
  const sums = (values: ReadonlyArray<number | null>) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0)

  it.skipIf(!has("mlcroissant")).each([
    ["Parquet", parquet],
    ["CSV", csv]
  ])("lets MLCommons' library read every row of the %s files, folders too", (_, at) => {
    const asked = { potentials: "U", mobilities: "D_CG", rdfs: "sample" }
    const { found, issues } = ask("readCroissant.py", join(at, "croissant.json"), JSON.stringify(asked)) as {
      readonly issues: string
      readonly found: Record<string, readonly [number, number]>
    }
    expect(issues).toBe("")
    const { mobilities, potentials, rdfs } = synthetic
    expect(found["potentials"]?.[0]).toBe(potentials.length)
    expect(found["potentials"]?.[1]).toBeCloseTo(sums(potentials.map(({ U }) => U)), 6)
    expect(found["mobilities"]?.[1]).toBeCloseTo(sums(mobilities.map(({ D_CG }) => D_CG)), 10)
    expect(found["rdfs"]).toEqual([rdfs.length, sums(rdfs.map(({ sample }) => sample))])
  })

  it("has the digest of each file that is a table by itself, and the unit of each column", () => {
    const text = readFileSync(join(parquet, "croissant.json"), "utf8")
    const bytes = readFileSync(join(parquet, "samples/part-0.parquet"))
    expect(text).toContain(createHash("sha256").update(bytes).digest("hex"))
    expect(text).toContain("all-atom self-diffusion coefficient, 1e-9 m2/s")
  })
})

describe("ro-crate-metadata.json", () => {
  it.skipIf(!has("rocrate_validator", "rocrate"))("is a Process Run Crate, which a broken one is not", () => {
    expect(ask("validateCrate.py", parquet, "process-run-crate-0.5")).toEqual([])
    const spoilt = join(folder, "spoilt")
    cpSync(parquet, spoilt, { recursive: true })
    const path = join(spoilt, "ro-crate-metadata.json")
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('"instrument"', '"instruments"'))
    expect(ask("validateCrate.py", spoilt, "process-run-crate-0.5")).not.toEqual([])
  })

  it("has every file with its digest", () => {
    const crate = crateOf(parquet)
    for (const line of readFileSync(join(parquet, "SHA256SUMS"), "utf8").trim().split("\n")) {
      const [sha256, path] = line.split("  ")
      if (path === "ro-crate-metadata.json") continue
      expect(crate.get(encodeURI(path)), path).toMatchObject({ "@type": "File", sha256 })
    }
  })

  it("leads from the data set back through the nodes to the first one", () => {
    const crate = crateOf(parquet)
    const entities = [...crate.values()]
    const idsOf = (value: unknown) => (value as ReadonlyArray<Entity>).map(({ "@id": id }) => id)
    const actions = entities.filter(
      (entity) => entity["@type"] === "CreateAction" && entity["@id"] !== "#run"
    )
    const madeBy = (artifact: string) => actions.find(({ result }) => idsOf(result).includes(artifact))
    const last = madeBy(`#artifact-${record.targets["dataset"]?.digest}`)
    expect(last?.["name"]).toBe("export-dataset")
    const upstream = new Set(idsOf(last?.["object"]).map((artifact) => madeBy(artifact)?.["name"]))
    expect([...upstream].filter((name) => name !== undefined)).toEqual(["publish-campaign"])
    // Nodes of one key are one action.
    expect(actions).toHaveLength(new Set(record.nodes.map(({ key }) => key)).size)
  })

  it("has no link that leads nowhere", () => {
    const crate = crateOf(parquet)
    const dangling = [
      ...readFileSync(join(parquet, "ro-crate-metadata.json"), "utf8").matchAll(/"@id": "([^"]+)"/g)
    ]
      .map(([, id]) => id)
      .filter((id) => !crate.has(id) && !id.startsWith("https://w3id.org/ro/crate/"))
    expect(dangling).toEqual([])
  })

  it("says that a run failed", async () => {
    const half = await runOf(broken, join(folder, "store"))
    const at = join(folder, "half")
    await exportFolder(half.store, RunRecord.read(half.store, half.run), at)
    expect(crateOf(at).get("#run")).toMatchObject({
      actionStatus: "http://schema.org/FailedActionStatus",
      error: "1 nodes failed"
    })
  })
})

describe("tables as CSV", () => {
  it("have the same rows, and the card says so", () => {
    const lines = readFileSync(join(csv, "mobilities/part-0.csv"), "utf8").trim().split("\n")
    expect(lines).toHaveLength(1 + synthetic.mobilities.length)
    expect(lines[0]).toMatch(/^sample,D_AA,/)
    const card = readFileSync(join(csv, "README.md"), "utf8")
    expect(card).toMatch(/^> In this copy the tables are CSV/)
    execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: csv })
  })
})
