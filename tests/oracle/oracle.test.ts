// Engine and oracle on random graphs with random edits; many more of them run with `npm run torture -- oracle`.
import fs from "node:fs"
import { describe, expect, it, onTestFinished } from "vitest"
import { noCount, script } from "./script.ts"
import { folderInMemory } from "./folderInMemory.ts"

describe("the engine", () => {
  it("gives the outputs of a direct build and runs no node in vain, whatever is edited, lost or reordered", async () => {
    const folder = folderInMemory()
    onTestFinished(() => fs.rmSync(folder, { recursive: true }))
    const count = noCount()
    for (let seed = 0; seed < 200; seed += 1) await script(seed, folder, count)
    expect(count.scripts).toBe(200)
    expect(count.nodes).toBeGreaterThan(2000)
  })
})
