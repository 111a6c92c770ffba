// The pages of docs/ that are made from schemas are those of the schemas as they are.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { folder, pages } from "../../cli/documents/write.ts"

describe.each(Object.entries(pages()))("docs/%s", (name, text) => {
  it("is what `node cli/documents/write.ts` writes", () => {
    expect(fs.readFileSync(path.join(folder, name), "utf8")).toBe(text)
  })
})
