// Lost, damaged and differing bytes: found, set aside, made again where they are needed, never hidden.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import { clamp, collect, double } from "./fixtures/arithmetic.ts"
import { campaign, countdown, fixed } from "./fixtures/pipelines.ts"
import { draw, script, shout } from "./fixtures/unruly.ts"
import {
  blobPath,
  counts,
  flipByte,
  only,
  outputOf,
  planned,
  temporaryFolder,
  useRig,
  valueOf
} from "./rig.ts"
import type { Did } from "./rig.ts"

const rig = useRig()

const keyOf = (did: Did, node: string): string => did.nodes.find((line) => line.node === node)!.key
const entryPath = (store: string, key: string): string =>
  path.join(store, "actions", key.slice(0, 2), `${key.slice(2)}.json`)
const lose = (store: string, did: Did, node: string, output: string): void =>
  fs.rmSync(blobPath(store, outputOf(store, did, node, output)))
const quarantine = (store: string): ReadonlyArray<string> => fs.readdirSync(path.join(store, "quarantine"))

describe("bytes that were deleted", () => {
  it("leave everything a hit that does not need them", async () => {
    const store = temporaryFolder()
    const did = await rig.run(campaign, { store })
    lose(store, did, "clamp@item=1", "number")
    lose(store, did, "double@item=2", "number")
    expect((await rig.plan(campaign, { store })).summary).toEqual({ hit: 9, restore: 0, run: 0, unknown: 0 })
    expect(counts(await rig.run(campaign, { store }))).toMatchObject({ ran: 0, restored: 0, cached: 9 })
  })

  it("are made again by their producer alone when they are asked for", async () => {
    const store = temporaryFolder()
    const did = await rig.run(campaign, { store })
    lose(store, did, "clamp@item=1", "number")
    lose(store, did, "double@item=1", "number")
    const until = ["double@item=1"]
    const plan = await rig.plan(campaign, { store, until })
    expect(plan.nodes.map(({ id, state, why }) => [id, state, why])).toEqual([
      ["clamp@item=1", "restore", "bytes missing: number"],
      ["double@item=1", "restore", "bytes missing: number"]
    ])
    const restored = await rig.run(campaign, { store, until })
    expect(counts(restored)).toMatchObject({ ran: 0, restored: 2, cached: 0 })
    expect(counts(await rig.run(campaign, { store, until }))).toMatchObject({ restored: 0, cached: 2 })
  })

  it("are made again when a new node needs them, and other readers stay hits", async () => {
    const store = temporaryFolder()
    const grown = (more: boolean) =>
      fixed("grown", () => {
        const one = clamp({ value: 3 }, {}).number
        const sum = collect({}, { items: [{ number: one }, { number: one }] }).total
        return more ? { sum, twice: double({}, { number: one }).number } : { sum }
      })
    const did = await rig.run(grown(false), { store })
    lose(store, did, "clamp", "number")
    const plan = await rig.plan(grown(true), { store })
    expect(plan.nodes.map(({ id, state }) => [id, state])).toEqual([
      ["clamp", "restore"],
      ["collect", "hit"],
      ["double", "run"]
    ])
    expect(counts(await rig.run(grown(true), { store }))).toMatchObject({ ran: 1, restored: 1, cached: 1 })
  })

  it("are made again when a loop looks at them", async () => {
    const store = temporaryFolder()
    const params = { start: 3, stop: 1 }
    const did = await rig.run(countdown, { store, params })
    lose(store, did, "subtract@iteration=0", "number")
    expect(counts(await rig.run(countdown, { store, params }))).toMatchObject({
      ran: 0,
      restored: 1,
      cached: 4
    })
  })
})

describe("damaged bytes", () => {
  it("are found by who reads them, set aside, and made again", async () => {
    const store = temporaryFolder()
    const did = await rig.run(campaign, { store })
    const digest = outputOf(store, did, "double@item=1", "number")
    flipByte(blobPath(store, digest), 3)
    const more = await rig.run(campaign, { store, params: { count: 4 } })
    expect(more.ran).toEqual(["clamp@item=3", "double@item=3", "double@item=1", "collect"])
    expect(counts(more)).toMatchObject({ ran: 3, restored: 1, failed: 0 })
    expect(valueOf(store, more, "total")).toEqual({ value: 12 })
    expect(quarantine(store)).toEqual([digest])
  })

  it("are found by a loop that looks at them, in a plan too", async () => {
    const store = temporaryFolder()
    const params = { start: 3, stop: 1 }
    const did = await rig.run(countdown, { store, params })
    flipByte(blobPath(store, outputOf(store, did, "subtract@iteration=1", "number")), 0)
    const plan = await rig.plan(countdown, { store, params })
    expect(planned(plan, "subtract@iteration=1").state).toBe("restore")
    expect(counts(await rig.run(countdown, { store, params }))).toMatchObject({ ran: 0, restored: 1 })
  })

  it("of another length are replaced by whoever publishes the right ones", () => {
    const { contents } = Store.open(temporaryFolder())
    const { digest } = contents.put(Buffer.from("whole"))
    const target = contents.pathOf(digest)
    fs.rmSync(target)
    fs.writeFileSync(target, "who")
    contents.put(Buffer.from("whole"))
    expect(contents.read(digest).toString()).toBe("whole")
  })

  it.each([0, 40, 200, -1])("of an entry are set aside and the node runs again: byte %i", async (offset) => {
    const store = temporaryFolder()
    const did = await rig.run(campaign, { store })
    const file = entryPath(store, keyOf(did, "double@item=1"))
    flipByte(file, offset < 0 ? fs.statSync(file).size + offset - 1 : offset)
    expect(counts(await rig.run(campaign, { store }))).toMatchObject({ ran: 1, cached: 8, failed: 0 })
    expect(quarantine(store)).toHaveLength(1)
    expect(counts(await rig.run(campaign, { store }))).toMatchObject({ ran: 0, cached: 9 })
  })

  it("of an entry that belongs to another key are set aside", async () => {
    const store = temporaryFolder()
    const did = await rig.run(campaign, { store })
    const [one, two] = ["double@item=1", "double@item=2"].map((node) => entryPath(store, keyOf(did, node)))
    fs.rmSync(one)
    fs.copyFileSync(two, one)
    expect((await rig.run(campaign, { store })).ran).toEqual(["double@item=1"])
  })

  it("of a remembered failure or a memo are as good as none", async () => {
    const store = temporaryFolder()
    const failing = fixed("failing", () => script({ script: "exit 1" }, {}))
    const did = await rig.run(failing, { store })
    const key = only(did, "Failed")[0].key
    fs.rmSync(path.join(store, "failures", key.slice(0, 2), `${key.slice(2)}.json`))
    fs.writeFileSync(path.join(store, "failures", key.slice(0, 2), `${key.slice(2)}.json`), '{"key": ')
    for (const name of fs.readdirSync(path.join(store, "local"))) {
      fs.writeFileSync(path.join(store, "local", name), "[[[")
    }
    expect(only(await rig.run(failing, { store }), "Failed")[0].remembered).toBe(false)
  })
})

describe("a node that gives other bytes when it runs again", () => {
  const louder = (more: boolean) =>
    fixed("louder", () => {
      const { steady, text } = draw({}, {})
      const loud = shout({}, { text }).text
      const twice = double({}, { number: steady }).number
      return more ? { loud, twice, louder: shout({}, { text: loud }).text, raw: text } : { loud, twice }
    })

  it("is a finding; both are kept, and only who asked for the bytes goes on from the new ones", async () => {
    const store = temporaryFolder()
    const first = await rig.run(louder(false), { store })
    lose(store, first, "draw", "text")
    const second = await rig.run(louder(true), { store })
    expect(only(second, "Finding").map(({ node }) => node)).toEqual(["draw"])
    expect(counts(second)).toMatchObject({ ran: 1, restored: 1, cached: 2, failed: 0 })
    expect(second.summary.targets["loud"]).toBe(first.summary.targets["loud"])
    const { actions } = Store.open(store)
    const key = keyOf(first, "draw")
    expect(actions.lookup(key)!.record.run).toBe(
      first.events.flatMap((event) => ("run" in event ? [event.run] : []))[0]
    )
    expect(actions.realisations(key)).toHaveLength(1)
    const third = await rig.run(louder(true), { store })
    expect(counts(third)).toMatchObject({ ran: 0, restored: 0, cached: 4 })
    expect(third.summary.targets).toEqual(second.summary.targets)
  })
})
