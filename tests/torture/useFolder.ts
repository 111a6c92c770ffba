// A folder in memory for the tests of a file, deleted after them, and time for a machine that has other things to do.
import fs from "node:fs"
import { afterAll, beforeAll, vi } from "vitest"
import { folderInMemory } from "../oracle/folderInMemory.ts"

export const useFolder = (): (() => string) => {
  vi.setConfig({ testTimeout: 600_000 })
  let folder = ""
  beforeAll(() => {
    folder = folderInMemory()
  })
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))
  return () => folder
}
