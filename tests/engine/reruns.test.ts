// What runs again and what does not: hits, early cutoff, growing graphs.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { each, pick } from "../../pipeline/combinators.ts"
import { campaign, countdown, fixed, rowWise } from "./fixtures/pipelines.ts"
import { clamp, collect, double, subtract } from "./fixtures/arithmetic.ts"
import { draw, shout } from "./fixtures/unruly.ts"
import { counts, planned, temporaryFolder, useRig, valueOf } from "./rig.ts"

const rig = useRig()

const keysOf = (did: { readonly nodes: ReadonlyArray<{ readonly node: string; readonly key: string }> }) =>
  new Map(did.nodes.map(({ key, node }) => [node, key]))

describe("a second run", () => {
  it("runs nothing when nothing changed, and says the same targets", async () => {
    const store = temporaryFolder()
    const first = await rig.run(campaign, { store })
    expect(counts(first)).toEqual({ ran: 9, cached: 0, restored: 0, failed: 0, skipped: 0 })
    const second = await rig.run(campaign, { store })
    expect(counts(second)).toEqual({ ran: 0, cached: 9, restored: 0, failed: 0, skipped: 0 })
    expect(second.summary.targets).toEqual(first.summary.targets)
    expect((await rig.plan(campaign, { store })).summary).toEqual({ hit: 9, restore: 0, run: 0, unknown: 0 })
  })

  it("runs only what a changed param reaches, and says why", async () => {
    const store = temporaryFolder()
    await rig.run(campaign, { store })
    const plan = await rig.plan(campaign, { store, params: { apart: 6 } })
    expect(plan.summary).toEqual({ hit: 7, restore: 0, run: 1, unknown: 1 })
    expect(planned(plan, "clamp")).toMatchObject({ state: "run", why: "params changed: value: 5 -> 6" })
    expect(planned(plan, "double")).toMatchObject({ state: "unknown", why: "until clamp" })
    const did = await rig.run(campaign, { store, params: { apart: 6 } })
    expect(did.ran).toEqual(["clamp", "double"])
    expect(did.why["double"]).toBe("input changed: number from clamp")
  })

  it("keeps the keys of earlier items when one is added", async () => {
    const store = temporaryFolder()
    const three = await rig.run(campaign, { store, params: { count: 3 } })
    const four = await rig.run(campaign, { store, params: { count: 4 } })
    expect(four.ran).toEqual(["clamp@item=3", "double@item=3", "collect"])
    const after = keysOf(four)
    for (const [node, key] of keysOf(three)) if (node !== "collect") expect(after.get(node)).toBe(key)
  })

  it("gives the same keys and the same bytes on two empty stores", async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()]
    const first = await rig.run(rowWise, { store: one, params: { values: [1, 2] } })
    const second = await rig.run(rowWise, { store: two, params: { values: [1, 2] } })
    expect(keysOf(second)).toEqual(keysOf(first))
    const blobs = (store: string) =>
      fs.readdirSync(path.join(store, "cas"), { recursive: true }).map(String).toSorted()
    expect(blobs(two)).toEqual(blobs(one))
  })
})

describe("equal bytes from an upstream that ran again", () => {
  it("stop there in the same run", async () => {
    const store = temporaryFolder()
    await rig.run(campaign, { store, params: { limit: 100 } })
    const did = await rig.run(campaign, { store, params: { limit: 200 } })
    expect(did.ran.toSorted()).toEqual(["clamp@item=0", "clamp@item=1", "clamp@item=2"])
    expect(did.summary.cached).toBe(6)
  })

  it("stop there in the next run", async () => {
    const store = temporaryFolder()
    await rig.run(campaign, { store, params: { limit: 100 } })
    await rig.run(campaign, { store, params: { limit: 200 }, until: ["clamp"] })
    expect(counts(await rig.run(campaign, { store, params: { limit: 200 } }))).toMatchObject({
      ran: 0,
      cached: 9
    })
  })
})

describe("the same node", () => {
  it("made twice is one node", async () => {
    const twice = fixed("twice", () => {
      const one = clamp({ value: 1 }, {})
      const same = clamp({ limit: 1000, value: 1 }, {})
      return { a: double({}, one).number, b: double({}, same).number }
    })
    expect(counts(await rig.run(twice, { store: temporaryFolder() }))).toMatchObject({ ran: 2 })
  })

  it("reached by two ways that turn out equal runs once", async () => {
    const equal = fixed("equal", () => ({
      a: double({}, clamp({ value: 8, limit: 4 }, {})).number,
      b: double({}, clamp({ value: 9, limit: 4 }, {})).number
    }))
    const did = await rig.run(equal, { store: temporaryFolder() })
    expect(did.ran.filter((node) => node.startsWith("double"))).toHaveLength(1)
    expect(counts(did)).toMatchObject({ ran: 3, cached: 1 })
  })

  it("is another node when a params object was changed between two calls", async () => {
    const reused = fixed("reused", () => {
      const params = { value: 1 }
      const a = clamp(params, {}).number
      params.value = 2
      return { a, b: clamp(params, {}).number }
    })
    const store = temporaryFolder()
    const did = await rig.run(reused, { store })
    expect(valueOf(store, did, "a")).toEqual({ value: 1 })
    expect(valueOf(store, did, "b")).toEqual({ value: 2 })
  })
})

describe("the slots of a node", () => {
  const difference = (a: "from" | "what") =>
    fixed("difference", () => {
      const [one, two] = [clamp({ value: 1 }, {}).number, clamp({ value: 2 }, {}).number]
      return { out: subtract({}, a === "from" ? { from: one, what: two } : { from: two, what: one }).number }
    })
  const gathered = (items: ReadonlyArray<readonly [label: string, value: number]>) =>
    fixed("gathered", () =>
      collect({}, { items: items.map(([label, value]) => ({ label, number: clamp({ value }, {}).number })) })
    )

  it("are part of its key: two inputs swapped are another result", async () => {
    const store = temporaryFolder()
    const there = await rig.run(difference("from"), { store })
    const back = await rig.run(difference("what"), { store })
    expect([valueOf(store, there, "out"), valueOf(store, back, "out")]).toEqual([{ value: -1 }, { value: 1 }])
  })

  it("hold lists whose order and labels are part of the key", async () => {
    const store = temporaryFolder()
    const lists = [
      [
        ["a", 1],
        ["b", 2]
      ],
      [
        ["b", 2],
        ["a", 1]
      ],
      [
        ["a", 1],
        ["c", 2]
      ],
      [
        ["a", 1],
        ["b", 2]
      ]
    ] as const
    const dids = []
    for (const list of lists) dids.push(await rig.run(gathered(list), { store }))
    expect(dids.map(({ ran }) => ran.includes("collect"))).toEqual([true, true, true, false])
  })
})

describe("iterate", () => {
  it("goes on until the value says so, and is cached as a whole", async () => {
    const store = temporaryFolder()
    const params = { start: 3, stop: 1 }
    const plan = await rig.plan(countdown, { store, params })
    expect(planned(plan, "double").why).toBe("until clamp#2")
    const did = await rig.run(countdown, { store, params })
    expect(did.ran.filter((node) => node.startsWith("subtract"))).toEqual([
      "subtract@iteration=0",
      "subtract@iteration=1"
    ])
    expect(valueOf(store, did, "end")).toEqual({ value: 2 })
    const again = await rig.plan(countdown, { store, params })
    expect(again.summary).toEqual({ hit: 5, restore: 0, run: 0, unknown: 0 })
    expect(counts(await rig.run(countdown, { store, params }))).toMatchObject({ ran: 0, cached: 5 })
  })

  it("stops at its maximum", async () => {
    const store = temporaryFolder()
    const did = await rig.run(countdown, { store, params: { start: 100, stop: 0 } })
    expect(did.ran.filter((node) => node.startsWith("subtract"))).toHaveLength(5)
    expect(valueOf(store, did, "end")).toEqual({ value: 190 })
  })

  it("continues where an earlier run with another end stopped", async () => {
    const store = temporaryFolder()
    await rig.run(countdown, { store, params: { start: 5, stop: 3 } })
    const did = await rig.run(countdown, { store, params: { start: 5, stop: 2 } })
    expect(did.ran).toEqual(["subtract@iteration=2", "double"])
  })
})

describe("forEachRow", () => {
  it("knows each row alone: an added row runs only its own nodes, a removed one none", async () => {
    const store = temporaryFolder()
    const first = await rig.run(rowWise, { store, params: { values: [1, 2] } })
    expect(valueOf(store, first, "total")).toEqual({ value: 6 })
    const more = await rig.run(rowWise, { store, params: { values: [3, 1, 2] } })
    expect(more.ran).toEqual(["make-rows", "clamp@row=3", "double@row=3", "collect"])
    const fewer = await rig.run(rowWise, { store, params: { values: [2] } })
    expect(fewer.ran).toEqual(["make-rows", "collect"])
    expect(valueOf(store, fewer, "total")).toEqual({ value: 4 })
  })

  it("makes an empty list of an empty table", async () => {
    const store = temporaryFolder()
    const did = await rig.run(rowWise, { store, params: { values: [] } })
    expect(valueOf(store, did, "total")).toEqual({ value: 0 })
  })
})

describe("siblings", () => {
  it("may be made in any order", async () => {
    const store = temporaryFolder()
    const shuffled = (order: ReadonlyArray<number>) =>
      fixed("shuffled", () => {
        const items = each("item", order, (item) => double({}, clamp({ value: item }, {})))
        return collect(
          {},
          { items: items.toSorted((a, b) => (a.label < b.label ? -1 : 1)).map(pick("number")) }
        )
      })
    await rig.run(shuffled([0, 1, 2, 3]), { store })
    expect((await rig.run(shuffled([2, 0, 3, 1]), { store })).ran).toEqual([])
  })

  it("of a stage that draws other bytes each time are one node, drawn once", async () => {
    const store = temporaryFolder()
    const drawn = fixed("drawn", () => ({ a: shout({}, draw({}, {})).text, b: shout({}, draw({}, {})).text }))
    const did = await rig.run(drawn, { store })
    expect(did.summary.targets["a"]).toBe(did.summary.targets["b"])
    expect((await rig.run(drawn, { store })).ran).toEqual([])
  })
})
