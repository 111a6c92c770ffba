// Crashes at named points, in short; `npm run torture -- crash` does many more.
import { describe, expect, it } from "vitest"
import { stream } from "../../kernels/random.ts"
import { crashCollection, crashTwice, pointsOf } from "./crash.ts"
import { useFolder } from "./useFolder.ts"

const folder = useFolder()

describe("a process that dies between any two calls of the disk", () => {
  it("may do so in publication, leases and ledger", async () => {
    const points = new Set(await pointsOf(folder()))
    const named =
      "tmp.open tmp.write tmp.fsync tmp.close tmp.unlink cas.link cas.mkdir cas.stat actions.link actions.readFile " +
      "failures.rename leases.open leases.write leases.link leases.unlink runs.mkdir runs.open runs.write runs.rename"
    for (const point of named.split(" ")) expect(points).toContain(point)
  })

  it("loses nothing that was finished, and the next one does the rest, once", async () => {
    const count = { crashes: 0, lives: 0 }
    const all = (await pointsOf(folder())).length
    const random = stream(1, "short")
    for (let seed = 0; seed < 25; seed += 1)
      await crashTwice(folder(), seed, random.below(all), random.below(all), count)
    expect(count.crashes).toBeGreaterThan(25)
  })

  it("may be collecting garbage", async () => {
    const count = { crashes: 0, lives: 0 }
    for (let n = 0; n < 300; n += 30) await crashCollection(folder(), n, n, count)
    expect(count.crashes).toBeGreaterThan(1)
  })
})
