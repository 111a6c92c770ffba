// The example that trains scikit-learn's network: a Python script as a stage, on the same samples and folds as our own.
import fs from "node:fs"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import { decodeTable, encodeTable } from "../../formats/parquet.ts"
import { stream } from "../../kernels/random.ts"
import { Mobilities, SampleParameters } from "../../schemas/campaign.ts"
import { place, root } from "../cli/largo.ts"
import type { Place } from "../cli/largo.ts"
import { campaign } from "./syntheticCampaign.ts"

const python = path.join(root, ".venv/peers/bin/python")
const lacking = !fs.existsSync(python)
const example = path.join(root, "examples/sklearn/compare.ts")

let here: Place
const settings = ["folds=3", "hidden=[12]", "members=2", "epochs=300", "data=dataset"]
const given = settings.flatMap((setting) => ["--set", setting])

/** Mobilities as a campaign would measure them: with errors of a tenth. */
const exportTables = async (folder: string): Promise<void> => {
  const { mobilities, parameters } = campaign(24)
  const random = stream(3, "errors")
  const measured = mobilities.map((row) => ({
    ...row,
    acceleration: row.acceleration! * Math.exp(0.1 * random.normal())
  }))
  const tables = [
    { name: "parameters", columns: SampleParameters.columns, rows: parameters },
    { name: "mobilities", columns: Mobilities.columns, rows: measured }
  ]
  for (const table of tables) {
    fs.mkdirSync(path.join(folder, table.name), { recursive: true })
    fs.writeFileSync(path.join(folder, table.name, "part-0.parquet"), await encodeTable(table))
  }
}

beforeAll(async () => {
  here = place()
  await exportTables(path.join(here.folder, "dataset"))
})
afterAll(() => here.remove())

describe.skipIf(lacking)(
  `scikit-learn's network${lacking ? " (skipped: no .venv/peers; node scripts/peers.js installs it)" : ""}`,
  () => {
    it("errs like our own, as far as the seeds tell, and is cached like any stage", async () => {
      const first = await here.largo("run", example, ...given)
      expect(first.status, first.stderr).toBe(0)
      expect(first.stdout).toMatch(/RMSE of ln\(D_CG \/ D_AA\), 24 samples, 3 folds/)
      const { answer } = await here.ask("run", "run", example, ...given)
      expect(answer).toMatchObject({ ran: 0, cached: 12, failed: 0 })

      const { scores } = answer["targets"] as { readonly scores: string }
      const { rows } = await decodeTable(Store.open(here.store).contents.read(scores))
      const errorsOf = (method: string) =>
        rows.filter((row) => row["method"] === method).map((row) => Number(row["rmse"]))
      const [own, peer, mean] = ["network", "scikit-learn MLPRegressor", "mean"].map(errorsOf).map(over)
      expect(first.stdout).toContain(`${peer.mean.toFixed(4)} +- ${peer.spread.toFixed(4)}`)
      const difference = Math.abs(own.mean - peer.mean)
      expect(difference).toBeLessThan(2 * Math.hypot(own.spread, peer.spread))
      expect(Math.max(own.mean, peer.mean)).toBeLessThan(1.2 * mean.mean)
    })

    it("asks for the data set where there is none", async () => {
      const { answer, status } = await here.ask("error", "plan", example, "--set", "data=elsewhere")
      expect(status).toBe(2)
      expect(answer).toMatchObject({
        error: { message: expect.stringContaining("largo export coarse-graining --to elsewhere") }
      })
    })

    it("is known by its interpreter and packages, and by what its script says", async () => {
      const explained = await here.ask("explain", "explain", example, "train-peer@seed=1", ...given)
      const facts = explained.answer["manifest"] as ReadonlyArray<{
        readonly name: string
        readonly value: string
      }>
      const tool = facts.find(({ name }) => name === "tool.python")
      expect(tool?.value).toMatch(/^Python 3\.\d+\.\d+; numpy \d.*; scipy \d.*; scikit-learn \d/)
      expect(facts.map(({ name }) => name)).toContain("input.script")
    })
  }
)

const over = (values: ReadonlyArray<number>) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  return { mean, spread }
}
