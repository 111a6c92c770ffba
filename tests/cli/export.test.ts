// Exports and pages by the command line: of a pipeline's latest run, of a run by its id, and what is refused.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hello, place } from "./largo.ts"

const here = place()
afterAll(here.remove)

beforeAll(async () => {
  expect((await here.largo("run", hello)).status).toBe(0)
  expect((await here.largo("run", hello, "--set", "count=4")).status).toBe(0)
})

describe("largo export", () => {
  it("writes the targets of the latest run of a pipeline, with checksums", async () => {
    const { answer, status } = await here.ask("export", "export", "hello", "--to", "out/data")
    expect(status).toBe(0)
    const folder = join(here.folder, "out/data")
    expect(answer).toMatchObject({
      pipeline: "hello",
      folder,
      files: [
        "README.md",
        "SHA256SUMS",
        "croissant.json",
        "half.json",
        "largo-export.json",
        "ro-crate-metadata.json",
        "total.json"
      ]
    })
    expect(readFileSync(join(folder, "total.json"), "utf8")).toBe('{"value":14}')
    execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: folder })
  })

  it("takes the pipeline's file and a run's id as well", async () => {
    const { answer } = await here.ask("runs", "runs")
    const [, first] = answer["runs"] as ReadonlyArray<{ readonly run: string }>
    const byId = await here.ask("export", "export", first.run, "--to", "first")
    expect(byId.answer).toMatchObject({ run: first.run })
    expect(readFileSync(join(here.folder, "first/total.json"), "utf8")).toBe('{"value":5}')
    const { status, stdout } = await here.largo("export", hello, "--to", "first")
    expect([status, stdout]).toEqual([0, expect.stringContaining("first: 7 files, ")])
    expect(readFileSync(join(here.folder, "first/total.json"), "utf8")).toBe('{"value":14}')
  })

  it("refuses a folder that holds anything else, a run that is not there, and no folder at all", async () => {
    mkdirSync(join(here.folder, "mine"))
    writeFileSync(join(here.folder, "mine/notes.txt"), "mine")
    const taken = await here.ask("error", "export", "hello", "--to", "mine")
    expect([taken.status, taken.answer]).toEqual([
      2,
      { error: expect.objectContaining({ fix: "choose another folder with --to DIR" }) }
    ])
    const unknown = await here.largo("export", "other", "--to", "there")
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('no run of "other"')])
    expect(unknown.stderr).toContain("type: largo run other")
    expect(existsSync(join(here.folder, "there"))).toBe(false)
    expect((await here.largo("export", "hello")).status).toBe(2)
    const sheet = await here.largo("export", "hello", "--to", "there", "--format", "xlsx")
    expect([sheet.status, sheet.stderr]).toEqual([
      2,
      expect.stringContaining('"xlsx" is neither parquet nor csv')
    ])
  })
})

describe("largo report", () => {
  it("writes a page of the run that fetches nothing", async () => {
    const { answer, status } = await here.ask("report", "report", "latest", "--to", "page.html")
    expect([status, answer["file"]]).toEqual([0, join(here.folder, "page.html")])
    const page = readFileSync(join(here.folder, "page.html"), "utf8")
    expect(page.length).toBeGreaterThan(2000)
    expect(page).toContain("halve@iteration=0")
    expect(page).toContain("default-src 'none'")
    // What its scripts hold is theirs; outside of them nothing is named that is not in the page.
    expect(page.replaceAll(/<script[^>]*>[^]*?<\/script>/g, "")).not.toMatch(/(src|href)="(?!#)/)
  })
})
