// The collection of garbage: what goes first, what stays, and which litter goes with it.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import * as Digest from "../../cache/Digest.ts"
import * as gc from "../../cache/gc.ts"
import * as Store from "../../cache/Store.ts"
import { temporaryFolder } from "./rig.ts"

/** Publishes a node with one large output and one small one; returns the digest of the large one. */
const publish = (store: Store.Store, node: string, size: number, cpuSeconds: number, run = "1"): string => {
  const large = store.contents.put(Buffer.alloc(size, node))
  const small = store.contents.put(Buffer.from(`small ${node}`))
  const key = Digest.of(`${node} ${run}`)
  const manifest = { stage: "s", code: "", params: {}, inputs: {}, tools: {}, outputs: {}, salt: "" }
  const record = { run, attempt: "", host: "", startedAt: "", wallSeconds: 0, cpuSeconds, engineSeconds: 0 }
  const outputs = { large, small }
  store.actions.publish({
    key,
    node,
    manifest,
    codeFiles: small.digest,
    outputs,
    big: ["large"],
    logs: {},
    record
  })
  return large.digest
}

const chosen = (store: Store.Store, maxSize: number, keep: ReadonlySet<string> = new Set()) =>
  gc.choose(store, maxSize, keep).remove.map(({ node }) => node)

describe("a collection", () => {
  it("takes what costs the fewest CPU seconds a byte to make again first, and no more than it has to", () => {
    const store = Store.open(temporaryFolder())
    publish(store, "dear", 100, 1000)
    publish(store, "cheap", 100, 1)
    publish(store, "large", 10_000, 200)
    const { before } = gc.choose(store, 0, new Set())
    expect(chosen(store, before)).toEqual([])
    expect(chosen(store, before - 1)).toEqual(["cheap"])
    expect(chosen(store, before - 101)).toEqual(["cheap", "large"])
    expect(chosen(store, 0)).toEqual(["cheap", "large", "dear"])
  })

  it("takes the older one of two that cost the same, and bytes made twice at the lower price", () => {
    const store = Store.open(temporaryFolder())
    publish(store, "young", 100, 5, "2")
    publish(store, "old", 100, 5, "1")
    publish(store, "twice", 100, 900, "1")
    publish(store, "twice", 100, 1, "2")
    expect(chosen(store, 0)).toEqual(["twice", "old", "young"])
  })

  it("leaves what is kept, pinned or small", () => {
    const store = Store.open(temporaryFolder())
    const kept = publish(store, "kept", 100, 1)
    publish(store, "pinned", 100, 1)
    const gone = publish(store, "gone", 100, 1)
    const id = Digest.of("pinned 1")
    store.pins.add({ id, what: "node", name: "pinned", keys: [id], at: "" })
    const collection = gc.choose(store, 0, new Set([kept]))
    expect(collection.remove.map(({ node }) => node)).toEqual(["gone"])
    gc.collect(store, collection)
    expect(store.contents.has(gone)).toBe(false)
    for (const bytes of [Buffer.alloc(100, "pinned"), Buffer.from("small gone")])
      expect(store.contents.has(Digest.of(bytes))).toBe(true)
    expect([...store.actions.list()]).toHaveLength(3)
  })

  it("sweeps temporary files that nobody has written to for a day", () => {
    const store = Store.open(temporaryFolder())
    const [old, young] = ["old", "young"].map((name) => path.join(store.root, "tmp", name))
    for (const file of [old, young]) fs.writeFileSync(file, "half")
    const yesterday = Date.now() / 1000 - 25 * 3600
    fs.utimesSync(old, yesterday, yesterday)
    gc.collect(store, gc.choose(store, 0, new Set()))
    expect(fs.readdirSync(path.join(store.root, "tmp"))).toEqual(["young"])
  })
})
