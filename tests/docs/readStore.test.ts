// Another program reads a store, and makes keys, by what the docs say: one in Python that has nothing of largo.
import { execFileSync, spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { campaign, rowWise } from "../engine/fixtures/pipelines.ts"
import { temporaryFolder, useRig } from "../engine/rig.ts"

const rig = useRig()
const ask = (...args: ReadonlyArray<string>): unknown =>
  JSON.parse(
    execFileSync("python3", [path.join(import.meta.dirname, "readStore.py"), ...args], { encoding: "utf8" })
  )

describe.skipIf(spawnSync("python3", ["--version"]).status !== 0)("a program in another language", () => {
  it("finds what a run left, byte for byte, under the keys that it makes itself", async () => {
    const store = temporaryFolder()
    for (const [pipeline, params] of [
      [campaign, {}],
      [rowWise, { values: [1, 2] }]
    ] as const) {
      const did = await rig.run(pipeline, { store, params })
      const nodes = ask(store) as Record<string, { readonly key: string; readonly outputs: object }>
      expect(Object.fromEntries(Object.entries(nodes).map(([node, { key }]) => [node, key]))).toEqual(
        Object.fromEntries(did.nodes.map(({ key, node }) => [node, key]))
      )
      if (pipeline === campaign) {
        expect(nodes["clamp@item=2"].outputs).toEqual({ number: { value: 2 } })
        expect(nodes["collect"].outputs).toEqual({ rows: "PAR1", total: { value: 6 } })
      }
    }
  })

  it("makes the frozen keys", () => {
    const file = path.join(import.meta.dirname, "..", "engine", "golden-keys.json")
    const vectors = JSON.parse(fs.readFileSync(file, "utf8")) as ReadonlyArray<{ readonly key: string }>
    expect(ask("keys", file)).toEqual(vectors.map(({ key }) => key))
  })
})
