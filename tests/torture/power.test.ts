// Power that goes at some moments of a run, in short; `npm run torture -- power` does every moment.
import { expect, it } from "vitest"
import { losePower } from "./power.ts"
import { useFolder } from "./useFolder.ts"

const folder = useFolder()

it("power that goes leaves a store in which all that can be seen is whole", async () => {
  const count = { losses: 0, changes: 0 }
  const every = (step: number) => (changes: number) =>
    Array.from({ length: Math.floor(changes / step) + 1 }, (_, index) => Math.min(changes, index * step + 7))
  await losePower(folder(), 3, every(25), count)
  expect(count.losses).toBeGreaterThan(20)
})
