// Processes that are killed, and processes that share a store, in short; `npm run torture -- kills` and `sharing` do more.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { problemsOf, reference } from "./crash.ts"
import { killRuns, noCount } from "./kills.ts"
import { emptied, faultsOf, live, quick } from "./life.ts"
import { participant } from "./participants.ts"
import { share } from "./sharing.ts"
import { useFolder } from "./useFolder.ts"

const folder = useFolder()

describe("kill -9", () => {
  it("of drivers, workers and programs costs nothing that was finished and leaves no process", async () => {
    const count = noCount()
    await killRuns(folder(), 0, 2, count)
    expect(count.kills).toBeGreaterThan(0)
    expect(count).toMatchObject({ lost: 0, doneTwice: 0, orphans: 0 })
  })

  it.each(["actions.link:3", "leases.link:2", "runs.write:4"])(
    "of a process at %s is made good by the next one",
    async (point) => {
      const store = emptied(path.join(folder(), "store"))
      const job = { runs: [{}], seed: 1, workers: false, collects: false }
      expect(await participant(store, job, { LARGO_CRASH_AT: point }).reports).toBeUndefined()
      expect(faultsOf(store, () => false)).toEqual([])
      expect(fs.readdirSync(path.join(store, "leases")).length).toBeGreaterThan(0)
      expect(problemsOf(await live(store, quick, {}, 1), await reference(folder()))).toEqual([])
    }
  )
})

describe("processes at once on one store", () => {
  it("do each node once, with a collection of garbage going on", async () => {
    const count = { processes: 0, runs: 0, nodes: 0, restored: 0 }
    await share(folder(), 0, 4, 2, count)
    expect(count).toMatchObject({ processes: 4, runs: 8 })
  })
})
