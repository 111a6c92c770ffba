// Damaged files of a store, in short; `npm run torture -- corruption` does many more.
import { expect, it } from "vitest"
import { corrupt, noCount } from "./corruption.ts"
import { useFolder } from "./useFolder.ts"

const folder = useFolder()

it("damage of blobs, entries, ledgers and indexes is found, set aside and made good, and never used", async () => {
  const count = noCount()
  for (let seed = 0; seed < 6; seed += 1) await corrupt(folder(), seed, count)
  expect(count.corruptions).toBeGreaterThan(20)
  expect(count.foundByRuns).toBeGreaterThan(0)
  expect(count.foundByVerify).toBeGreaterThan(0)
})
