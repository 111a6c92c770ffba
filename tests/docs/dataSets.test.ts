// The recipes of docs/data-sets.md, run in the folder of an exported data set: all of them print the same number.
import { DuckDBInstance } from "@duckdb/node-api"
import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { exportFolder } from "../../report/exportFolder.ts"
import * as RunRecord from "../../report/RunRecord.ts"
import { campaign } from "../report/pipelines.ts"
import { runOf, temporaryFolder } from "../report/runs.ts"
import * as synthetic from "../report/synthetic.ts"

const folder = temporaryFolder()
const page = readFileSync(join(import.meta.dirname, "../../docs/data-sets.md"), "utf8")
const python = join(import.meta.dirname, "../../.venv/peers/bin/python")

const recipes = [...page.matchAll(/^([^\n]*):\n\n```(sql|python|r)\n([^`]*)```/gm)].map(
  ([, title = "", language = "", code = ""]) => ({ title, language, code })
)

/** What a recipe imports must be there; the import of a package is spelled on lines of its own. */
const canRun = ({ code, language }: (typeof recipes)[number]): boolean => {
  if (language === "sql") return true
  const imports = code.split("\n").filter((line) => line.startsWith("import "))
  const [program, ...args] = language === "r" ? ["Rscript", "--version"] : [python, "-c", imports.join("\n")]
  return spawnSync(program, args, { stdio: "ignore" }).status === 0
}

const printedBy = async ({ code, language }: (typeof recipes)[number]): Promise<string> => {
  if (language === "sql") {
    const database = await (await DuckDBInstance.create(":memory:")).connect()
    await database.run(`SET file_search_path = '${join(folder, "parquet")}'`)
    return String((await database.runAndReadAll(code)).getRows()[0]?.[0])
  }
  const cwd = join(folder, language === "r" ? "csv" : "parquet")
  const [program, flag] = language === "r" ? ["Rscript", "-e"] : [python, "-c"]
  return execFileSync(program, [flag, code], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
}

beforeAll(async () => {
  const { run, store } = await runOf(campaign, join(folder, "store"), { protocol: "demo", seed: 7 })
  await exportFolder(store, RunRecord.read(store, run), join(folder, "parquet"))
  await exportFolder(store, RunRecord.read(store, run), join(folder, "csv"), "csv")
})

describe("the recipes of docs/data-sets.md", () => {
  it("are six", () => {
    expect(recipes.map(({ language }) => language)).toEqual([
      "sql",
      "python",
      "python",
      "python",
      "python",
      "r"
    ])
  })

  for (const recipe of recipes) {
    it.skipIf(!canRun(recipe))(`give the mean acceleration: ${recipe.title}`, async () => {
      const ok = synthetic.mobilities.filter(({ quality }) => quality === "ok")
      const logs = ok.map(({ acceleration }) => Math.log(acceleration!))
      const mean = Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length)
      expect(Number(await printedBy(recipe))).toBeCloseTo(mean, 5)
    })
  }
})
