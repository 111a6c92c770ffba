// Checkpoints that were noted: gone on from where the note is whole, and never taken for another folder.
import fs from "node:fs"
import path from "node:path"
import { expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import * as Checkpoints from "../../pipeline/Checkpoints.ts"
import { temporaryFolder } from "./rig.ts"

it("a note that was cut off names no folder, and least of all one to delete", () => {
  const store = Store.open(temporaryFolder())
  const folder = path.join(store.attempts, "run-1")
  fs.mkdirSync(folder, { recursive: true })
  const attempt = { folder, id: "run-1", key: "key" } as Attempt
  Checkpoints.leave(store, attempt)
  expect(Checkpoints.latest(store, "key")).toBe(folder)
  fs.writeFileSync(path.join(store.root, "checkpoints", "key", "run-1"), store.attempts)
  expect(Checkpoints.latest(store, "key")).toBeUndefined()
  Checkpoints.clear(store, "key")
  expect(fs.existsSync(folder)).toBe(true)
  expect(Checkpoints.count(store, "key")).toBe(0)
})
