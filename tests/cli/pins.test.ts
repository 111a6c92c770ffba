// Pins: what is pinned survives the collection of garbage, and can be let go again.
import fs from "node:fs"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { pipeline, place } from "./largo.ts"
import type { Place } from "./largo.ts"

let here: Place
let runs: ReadonlyArray<string>
const big = `${pipeline("big.ts")}#big`

beforeAll(async () => {
  here = place()
  const first = await here.ask("run", "run", big, "--set", "count=2")
  const second = await here.ask("run", "run", big)
  runs = [first, second].map(({ answer }) => String(answer["run"]))
})
afterAll(() => here.remove())

/** The nodes whose bytes would go if nothing had to stay. */
const goes = async (): Promise<ReadonlyArray<string>> => {
  const { answer } = await here.ask("cache-gc", "cache", "gc", "--max-size", "0", "--dry-run")
  return (answer["removed"] as ReadonlyArray<{ readonly node: string }>).map(({ node }) => node).sort()
}

describe("a pin", () => {
  it("keeps a node, by name or by the start of its key, until it is taken away", async () => {
    expect(await goes()).toEqual(["record@seed=0", "record@seed=1", "record@seed=2"])
    const pinned = await here.ask("cache-pin", "cache", "pin", "record@seed=2")
    expect(pinned.answer).toMatchObject({ what: "node", name: "record@seed=2", results: 1, added: true })
    expect(await goes()).toEqual(["record@seed=0", "record@seed=1"])
    const again = await here.ask("cache-pin", "cache", "pin", String(pinned.answer["id"]).slice(0, 16))
    expect(again.answer).toMatchObject({ id: pinned.answer["id"], added: false })
    const { answer } = await here.ask("cache-unpin", "cache", "unpin", "record@seed=2")
    expect(answer).toMatchObject({ id: pinned.answer["id"] })
    expect(await goes()).toHaveLength(3)
  })

  it("keeps all that a run used, also what an earlier run had made", async () => {
    const { answer } = await here.ask("cache-pin", "cache", "pin", runs[0])
    expect(answer).toMatchObject({ id: runs[0], what: "run", name: "big", results: 3, collected: 0 })
    expect(await goes()).toEqual(["record@seed=2"])
    await here.largo("cache", "pin", "latest")
    expect(await goes()).toEqual([])
    await here.largo("cache", "unpin", "latest")
    expect(await goes()).toEqual(["record@seed=2"])
    const listed = await here.ask("cache-ls", "cache", "ls", "--pins")
    expect(listed.answer["pins"]).toMatchObject([{ id: runs[0], what: "run", name: "big", results: 3 }])
    const entries = listed.answer["entries"] as ReadonlyArray<{ readonly node: string }>
    expect(entries.map(({ node }) => node).sort()).toEqual(["record@seed=0", "record@seed=1", "weigh"])
    expect((await here.largo("cache", "ls", "--pins")).stdout).toMatch(
      /big +3 results[^]*record@seed=0.*pinned/
    )
  })

  it("is named where there is none, and where nothing can be pinned", async () => {
    const missing = await here.ask("error", "cache", "unpin", "record@seed=2")
    expect(missing).toMatchObject({ status: 2, answer: { error: { fix: "type: largo cache ls --pins" } } })
    const unknown = await here.ask("error", "cache", "pin", "record@seed=7")
    expect(unknown.status).toBe(2)
    expect(unknown.answer).toMatchObject({ error: { message: expect.stringContaining("record@seed=7") } })
  })

  it("says what was gone before, and is not believed when it is damaged", async () => {
    await here.largo("cache", "unpin", runs[0])
    await here.largo("cache", "gc", "--max-size", "0")
    const late = await here.largo("cache", "pin", "record@seed=0")
    expect(late.stdout).toContain("bytes of 1 were collected before")
    const [pin] = fs.readdirSync(path.join(here.store, "pins"))
    fs.chmodSync(path.join(here.store, "pins", pin), 0o644)
    fs.writeFileSync(path.join(here.store, "pins", pin), '{"id":')
    const gc = await here.ask("error", "cache", "gc", "--max-size", "0")
    expect(gc).toMatchObject({ status: 2, answer: { error: { name: "DamagedPin" } } })
  })
})
