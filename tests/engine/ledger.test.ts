// The ledger of runs: what it gives back, how much of it is read, and what equal runs share.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import * as Disk from "../../cache/Disk.ts"
import * as Store from "../../cache/Store.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import { pastOf } from "../../pipeline/pastOf.ts"
import { temporaryFolder } from "./rig.ts"

const line = (index: number, cpu = 1, stage = "s"): Ledger.NodeLine => ({
  node: `${stage}@sample=${index}, größer`,
  stage,
  key: index.toString(16).padStart(64, "0"),
  state: "cached",
  cpu
})

const opened = (store: Store.Store, run: string, pipeline = "p"): Ledger.Ledger => {
  const ledger = Ledger.start(store, run)
  const facts = { file: "", params: {}, host: "", pid: 0, version: "" }
  ledger.append({ at: "", _tag: "RunStarted", run, pipeline, ...facts })
  return ledger
}

const wrote = (store: Store.Store, run: string, nodes: ReadonlyArray<Ledger.NodeLine>, pipeline?: string) => {
  const ledger = opened(store, run, pipeline)
  ledger.close(nodes)
  ledger.end()
}

const inode = (store: Store.Store, run: string): number =>
  fs.statSync(path.join(store.runs, run, "nodes.jsonl")).ino

/** A store that says how many bytes of node lists were read. */
const counted = () => {
  const counts = { bytes: 0 }
  const lists = new Set<number>()
  const disk: Disk.Disk = {
    ...Disk.real,
    open: (file, flags, mode) => {
      const fd = Disk.real.open(file, flags, mode)
      if (file.endsWith("nodes.jsonl")) lists.add(fd)
      else lists.delete(fd)
      return fd
    },
    read: (fd, buffer, offset, length) => {
      const count = Disk.real.read(fd, buffer, offset, length)
      if (lists.has(fd)) counts.bytes += count
      return count
    }
  }
  return { store: Store.open(temporaryFolder(), disk), counts }
}

const range = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index)

describe("the list of a run's nodes", () => {
  it("comes back whole, however long it is", () => {
    const store = Store.open(temporaryFolder())
    const nodes = range(5000).map((index) => line(index))
    wrote(store, "1", nodes)
    expect(Ledger.nodes(store, "1")).toEqual(nodes)
  })

  it("is one file with that of the run before where both are equal, and else its own", () => {
    const store = Store.open(temporaryFolder())
    const nodes = range(2000).map((index) => line(index))
    wrote(store, "1", nodes)
    wrote(store, "2", nodes)
    wrote(store, "3", [...nodes.slice(0, -1), line(1999, 2)])
    wrote(store, "4", [...nodes.slice(0, -1), line(1999, 2)])
    expect(inode(store, "2")).toBe(inode(store, "1"))
    expect(inode(store, "3")).not.toBe(inode(store, "2"))
    expect(inode(store, "4")).toBe(inode(store, "3"))
    expect(Ledger.nodes(store, "3").at(-1)).toEqual(line(1999, 2))
    expect(Ledger.nodes(store, "2")).toEqual(nodes)
    expect(fs.readdirSync(path.join(store.runs, "4")).sort()).toEqual(["events.jsonl", "nodes.jsonl"])
  })

  it("leaves out lines that were cut off or damaged", () => {
    const store = Store.open(temporaryFolder())
    const file = path.join(store.runs, "1", "nodes.jsonl")
    wrote(
      store,
      "1",
      range(3).map((index) => line(index))
    )
    const text = fs.readFileSync(file, "utf8")
    fs.rmSync(file)
    fs.writeFileSync(file, text.replace("sample=1", 'sample="1').slice(0, -10))
    expect(Ledger.nodes(store, "1")).toEqual([line(0)])
  })
})

describe("what earlier runs left", () => {
  it("is found in the latest run that knows of it, and no further back than that is read", () => {
    const { counts, store } = counted()
    const many = range(3000)
    wrote(store, "1", [line(0, 5, "old"), ...many.map((index) => line(index, 1))])
    wrote(
      store,
      "2",
      many.map((index) => line(index, 3))
    )
    wrote(
      store,
      "3",
      many.map((index) => line(index, 9)),
      "another pipeline"
    )
    const size = fs.statSync(path.join(store.runs, "2", "nodes.jsonl")).size
    counts.bytes = 0
    const past = pastOf(store, "p")
    expect(counts.bytes).toBe(0)
    expect(past.costOf("s")).toBe(3)
    expect(past.costOf("s")).toBe(3)
    expect(counts.bytes).toBe(size)
    expect(past.costOf("old")).toBe(5)
    expect(past.costOf("never")).toBeUndefined()
    expect(pastOf(store, "yet another").costOf("s")).toBeUndefined()
  })

  it("reads equal runs once", () => {
    const { counts, store } = counted()
    const nodes = range(1000).map((index) => line(index))
    for (const run of range(9)) wrote(store, `${run}`, nodes)
    counts.bytes = 0
    expect(pastOf(store, "p").costOf("never")).toBeUndefined()
    expect(counts.bytes).toBe(fs.statSync(path.join(store.runs, "0", "nodes.jsonl")).size)
  })
})

describe("the name of a run's pipeline", () => {
  it("is read without the events behind it", () => {
    const store = Store.open(temporaryFolder())
    const ledger = opened(store, "1")
    for (const index of range(3000))
      ledger.append({ at: "", _tag: "Started", node: `${index}`, attempt: "a" })
    ledger.end()
    expect(Ledger.events(store, "1")).toHaveLength(3001)
    const sizes: Array<number> = []
    const read: Disk.Disk["read"] = (fd, buffer, offset, length) => {
      const count = Disk.real.read(fd, buffer, offset, length)
      sizes.push(count)
      return count
    }
    expect(Ledger.pipelineOf(Store.open(store.root, { ...Disk.real, read }), "1")).toBe("p")
    expect(sizes).toHaveLength(1)
  })
})
