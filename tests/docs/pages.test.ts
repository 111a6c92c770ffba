// What README.md and docs/ take from schemas and graphs is what those say now.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { pages, root } from "../../cli/documents/write.ts"

describe.each(Object.entries(await pages()))("%s", (name, text) => {
  it("is what `node cli/documents/write.ts` writes", () => {
    expect(fs.readFileSync(path.join(root, name), "utf8")).toBe(text)
  })
})
