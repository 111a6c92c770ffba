// README.md and examples/README.md hold: their commands run, their output is what is printed, their SQL answers, their links lead somewhere.
import { DuckDBInstance } from "@duckdb/node-api"
import { execa } from "execa"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { commands as subcommands } from "../../cli/commands.ts"
import { help, parse } from "../../cli/Usage.ts"
import { exportFolder } from "../../report/exportFolder.ts"
import * as RunRecord from "../../report/RunRecord.ts"
import { campaign } from "../report/pipelines.ts"
import { runOf } from "../report/runs.ts"
import { blocksOf, commandsOf, prints } from "./blocks.ts"
import type { Block } from "./blocks.ts"

const root = path.join(import.meta.dirname, "..", "..")
const pages = ["README.md", "examples/README.md"]
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "largo-docs-"))
afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }))

/** A folder that looks like a clone to the commands, with `npx largo` in it and a store outside the clone. */
const shell = (): ((command: string) => Promise<string>) => {
  const folder = fs.mkdtempSync(path.join(temporary, "clone-"))
  fs.symlinkSync(path.join(root, "examples"), path.join(folder, "examples"))
  const npx = `#!/bin/sh\n[ "$1" = largo ] || exit 9\nshift\nexec "${process.execPath}" "${root}/bin/largo.js" "$@"\n`
  fs.writeFileSync(path.join(folder, "npx"), npx, { mode: 0o755 })
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env["PATH"]}`,
    LARGO_STORE: path.join(folder, "store")
  }
  return async (command) => {
    const { stdout } = await execa("sh", ["-c", command], { cwd: folder, env, killDescendants: true })
    return stdout
  }
}

describe.each(pages)("%s", (page) => {
  const blocks = blocksOf(path.join(root, page))
  const run = shell()

  it("marks each shell and TypeScript block, so that none goes untested", () => {
    const marks = new Map([
      ["sh", /^(run|slow)$/],
      ["ts", /^file \S+$/]
    ])
    const unmarked = blocks.filter(({ language, mark }) => !(marks.get(language) ?? /^/).test(mark))
    expect(unmarked.map(({ line }) => `${page}:${line}`)).toEqual([])
  })

  const runnable = blocks.filter(({ mark }) => mark === "run")
  it.each(runnable.map((block) => [block.line, block] as const))(
    "runs the commands of line %i, which print what stands below them",
    async (_, block) => {
      let printed = ""
      for (const command of commandsOf(block)) printed += `${await run(command)}\n`
      const below = blocks[blocks.indexOf(block) + 1]
      if (below?.mark === "output") expect(prints(printed, below), printed).toBe(true)
    }
  )

  const slow = blocks.filter(({ mark }) => mark === "slow").flatMap(commandsOf)
  it.each(slow)("can be typed: %s", async (command) => {
    const [program, name = "", ...words] = command.split(/\s+/)
    if (program === "npm") {
      const { scripts } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"))
      expect(Object.keys(scripts)).toContain(name)
      return
    }
    expect([program, name]).toEqual(["npx", "largo"])
    const [subcommand = "", ...args] = words
    const { usage } = (await subcommands[subcommand].load()).command
    expect(() => parse(usage, args), help(usage)).not.toThrow()
    if (subcommand === "run") await run(command.replace("largo run", "largo plan"))
    if (subcommand === "plan") await run(command)
  })

  it("quotes TypeScript as it stands in the examples", () => {
    for (const { mark, text } of blocks.filter(({ language }) => language === "ts")) {
      const file = mark.replace("file ", "")
      expect(fs.readFileSync(path.join(root, file), "utf8"), file).toContain(text)
    }
  })

  it("links to files and headings that exist", () => {
    const text = fs.readFileSync(path.join(root, page), "utf8")
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => link)
    const dead = links.filter(
      (link) => !fs.existsSync(path.join(root, path.dirname(page), link.replace(/#.*/, "")))
    )
    expect(dead).toEqual([])
  })
})

describe("the SELECT examples of README.md", () => {
  let dataset: string
  beforeAll(async () => {
    dataset = path.join(temporary, "dataset")
    const { run, store } = await runOf(campaign, path.join(temporary, "store"), { protocol: "demo", seed: 7 })
    await exportFolder(store, RunRecord.read(store, run), dataset)
  })

  const queries = blocksOf(path.join(root, "README.md")).filter(({ language }) => language === "sql")
  it("are there", () => expect(queries.length).toBeGreaterThanOrEqual(4))
  it.each(queries.map((block) => [titleOf(block), block] as const))("answers: %s", async (_, { text }) => {
    const database = await (await DuckDBInstance.create(":memory:")).connect()
    await database.run(`SET file_search_path = '${dataset}'`)
    const rows = (await database.runAndReadAll(text)).getRowObjectsJson()
    expect(rows.length).toBeGreaterThan(0)
  })
})

const titleOf = ({ text }: Block): string => text.split("\n")[0].replace("-- ", "")
