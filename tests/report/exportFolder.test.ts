// Exports: a run's data set or targets in a folder with checksums, written whole or not at all.
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import type { Store } from "../../cache/Store.ts"
import { decodeTable } from "../../formats/parquet.ts"
import { exportFolder } from "../../report/exportFolder.ts"
import * as RunRecord from "../../report/RunRecord.ts"
import { broken, campaign } from "./pipelines.ts"
import { runOf, temporaryFolder } from "./runs.ts"
import * as synthetic from "./synthetic.ts"

const folder = temporaryFolder()
let store: Store
let whole: RunRecord.RunRecord
let half: RunRecord.RunRecord

beforeAll(async () => {
  const at = join(folder, "store")
  const made = await runOf(campaign, at, { protocol: "demo", seed: 7 })
  store = made.store
  whole = RunRecord.read(store, made.run)
  half = RunRecord.read(store, (await runOf(broken, at)).run)
})

const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .sort()

describe("finding a run", () => {
  it("takes a pipeline's name or file, an id, or the beginning of one", () => {
    expect(RunRecord.findRun(store, "made-up-campaign")).toBe(whole.id)
    expect(RunRecord.findRun(store, whole.id)).toBe(whole.id)
    expect(RunRecord.findRun(store, whole.id.slice(0, -1))).toBe(whole.id)
    expect(RunRecord.findRun(store, join(import.meta.dirname, "pipelines.ts"))).toBe(half.id)
  })

  it("says what there is not", () => {
    expect(() => RunRecord.findRun(store, "unknown")).toThrow('no run of "unknown" is in the store')
    expect(() => RunRecord.findRun(store, "20")).toThrow('"20" begins the ids of 2 runs')
  })
})

describe("the export of a campaign", () => {
  it("is its data set with checksums that hold", async () => {
    const to = join(folder, "campaign")
    const { bytes, files } = await exportFolder(store, whole, to)
    expect(filesIn(to)).toEqual(files)
    expect(files).toEqual(expect.arrayContaining(["README.md", "samples/part-0.parquet", "SHA256SUMS"]))
    expect(files).toHaveLength(36)
    execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: to })
    expect(readFileSync(join(to, "SHA256SUMS"), "utf8").trim().split("\n")).toHaveLength(35)
    expect(bytes).toBe(files.reduce((sum, file) => sum + statSync(join(to, file)).size, 0))
    const { rows } = await decodeTable(readFileSync(join(to, "samples/part-0.parquet")))
    expect(rows).toEqual(synthetic.samples)
  })

  it("replaces an earlier one by the same bytes and leaves nothing beside it", async () => {
    const [a, b] = [join(folder, "twice", "a"), join(folder, "twice", "b")]
    await exportFolder(store, half, a)
    await exportFolder(store, whole, a)
    await exportFolder(store, whole, a)
    await exportFolder(store, whole, b)
    execFileSync("diff", ["-r", a, b])
    expect(readdirSync(join(folder, "twice"))).toEqual(["a", "b"])
  })

  it("fills an empty folder, and refuses one that holds anything else", async () => {
    const to = join(folder, "theirs")
    mkdirSync(to)
    await exportFolder(store, half, to)
    writeFileSync(join(to, "notes.txt"), "mine")
    await expect(exportFolder(store, whole, to)).rejects.toThrow(
      "holds files beside an earlier export: notes.txt"
    )
    const other = join(folder, "other")
    mkdirSync(other)
    writeFileSync(join(other, "notes.txt"), "mine")
    await expect(exportFolder(store, whole, other)).rejects.toThrow(
      "is not empty and holds no export of largo"
    )
    await expect(exportFolder(store, whole, join(other, "notes.txt"))).rejects.toThrow("is no folder")
    expect(filesIn(other)).toEqual(["notes.txt"])
    expect(filesIn(to)).toContain("good.parquet")
  })
})

describe("the export of a pipeline without a data set", () => {
  it("has a file for each target that was reached, and a card that says which was not", async () => {
    const to = join(folder, "broken")
    const { files } = await exportFolder(store, half, to)
    expect(files).toEqual([
      "README.md",
      "SHA256SUMS",
      "croissant.json",
      "good.parquet",
      "largo-export.json",
      "ro-crate-metadata.json",
      "verdict.json"
    ])
    expect(JSON.parse(readFileSync(join(to, "verdict.json"), "utf8"))).toEqual(synthetic.matching)
    const card = readFileSync(join(to, "README.md"), "utf8")
    expect(card).toContain(`| \`good\` | \`good.parquet\` | samples | ${synthetic.count} |`)
    expect(card).toContain("| `density` | float64 | g/cm3 | density of the all-atom run |")
    expect(card).toContain("did not reach `bad`")
  })

  it("says when bytes are gone", async () => {
    const digest = half.targets["good"]?.digest ?? ""
    const bytes = store.contents.read(digest)
    store.contents.remove(digest)
    const exporting = exportFolder(store, half, join(folder, "gone"))
    await expect(exporting).rejects.toThrow('the bytes of target "good" are no longer in the store')
    store.contents.put(bytes)
  })
})
