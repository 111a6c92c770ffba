// The local index of entries: what it says is what the entries say, whatever happened to either of them.
import fs from "node:fs"
import path from "node:path"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Entry } from "../../cache/ActionCache.ts"
import * as Digest from "../../cache/Digest.ts"
import * as Disk from "../../cache/Disk.ts"
import { EntryTable } from "../../cache/EntryTable.ts"
import * as Store from "../../cache/Store.ts"
import { temporaryFolder } from "./rig.ts"

/** Counts the entries that are read. Drafts are an hour young, so that no change counts as too fresh to be trusted. */
const watched = () => {
  const read: Array<string> = []
  const disk: Disk.Disk = {
    ...Disk.real,
    fsync: () => {},
    readFile: (file) => {
      if (file.includes("/actions/")) read.push(file)
      return Disk.real.readFile(file)
    },
    stat: (file) => {
      const found = Disk.real.stat(file)
      if (found !== undefined && file.includes("/tmp/")) found.ctimeMs += 3_600_000
      return found
    }
  }
  return { disk, read }
}

const keyOf = (index: number): string => Digest.of(`key ${index}`)

const entryOf = (key: string, value: string, names: ReadonlyArray<string> = ["out"]): Entry => ({
  key,
  node: "n",
  manifest: {
    stage: "s",
    code: "c",
    params: {},
    inputs: {},
    tools: {},
    outputs: Object.fromEntries(names.map((name) => [name, "k"])),
    salt: ""
  },
  codeFiles: Digest.of("files"),
  outputs: Object.fromEntries(
    names.map((name) => [name, { digest: Digest.of(`${name} ${value}`), size: value.length }])
  ),
  big: [],
  logs: {},
  record: {
    run: "r",
    attempt: "a",
    host: "h",
    startedAt: "",
    wallSeconds: 0,
    cpuSeconds: value.length / 8,
    engineSeconds: 0
  }
})

const entryFile = (root: string, key: string): string =>
  path.join(root, "actions", key.slice(0, 2), `${key.slice(2)}.json`)
const indexFile = (root: string): string => path.join(root, "local", "entries.index")

/** Lets the clock of the disk go on, so that the next change has another time. */
const tick = (root: string): void => {
  const file = path.join(root, "tick")
  const now = (): number => {
    fs.writeFileSync(file, "")
    return fs.statSync(file).ctimeMs
  }
  const start = now()
  while (now() === start);
}

/** What `find` says in a process of its own, and how many entries it read. */
const found = (root: string, keys: ReadonlyArray<string>) => {
  const { disk, read } = watched()
  const { actions } = Store.open(root, disk)
  const outputs = keys.map((key) => actions.find(key)?.outputs)
  actions.saveIndex()
  return { outputs, read: read.length }
}

const fill = (root: string, count: number): ReadonlyArray<string> => {
  const { actions } = Store.open(root, watched().disk)
  return Array.from({ length: count }, (_, index) => {
    const key = keyOf(index)
    actions.publish(entryOf(key, `value ${index}`))
    return key
  })
}

describe("the index of entries", () => {
  it("answers in place of the entries once they were read", () => {
    const root = temporaryFolder()
    const keys = fill(root, 300)
    const first = found(root, keys)
    expect(first.read).toBe(300)
    const second = found(root, keys)
    expect(second).toEqual({ outputs: first.outputs, read: 0 })
    expect(second.outputs).toEqual(keys.map((key) => Store.open(root).actions.lookup(key)?.outputs))
  })

  it("may be deleted or damaged anywhere: the entries are read again", () => {
    const root = temporaryFolder()
    const keys = fill(root, 40)
    const { outputs } = found(root, keys)
    fs.rmSync(indexFile(root))
    expect(found(root, keys)).toEqual({ outputs, read: 40 })
    const whole = fs.readFileSync(indexFile(root))
    for (let at = 0; at < whole.length; at += 97) {
      const damaged = Buffer.from(whole)
      damaged[at] ^= 1 << (at % 8)
      fs.rmSync(indexFile(root))
      fs.writeFileSync(indexFile(root), at % 2 === 0 ? damaged : whole.subarray(0, at))
      expect(found(root, keys)).toEqual({ outputs, read: 40 })
    }
  })

  it("says nothing of an entry that was deleted, nor the old of one that was published anew", () => {
    const root = temporaryFolder()
    const keys = fill(root, 300)
    found(root, keys)
    tick(root)
    fs.rmSync(entryFile(root, keys[7]))
    fs.rmSync(entryFile(root, keys[8]))
    Store.open(root).actions.publish(entryOf(keys[8], "another value"))
    const { outputs, read } = found(root, keys)
    expect(outputs[7]).toBeUndefined()
    expect(outputs[8]).toEqual(entryOf(keys[8], "another value").outputs)
    expect(read).toBe(1) // The others still have the inode and time that they had.
    expect(found(root, keys)).toEqual({ outputs, read: 0 })
  })

  it("says what a fresh look-up says after any history of two processes", () => {
    const step = fc.record({
      what: fc.constantFrom("publish", "delete", "find", "remove", "restart", "old index", "no index"),
      key: fc.nat(5),
      value: fc.nat(3),
      process: fc.nat(1)
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const root = fs.mkdtempSync("/tmp/largo-index-")
        try {
          const opened = [0, 1].map(() => Store.open(root, watched().disk).actions)
          let old: Buffer | undefined
          for (const { key: index, process, value, what } of steps) {
            tick(root)
            const key = keyOf(index)
            const actions = opened[process]
            if (what === "publish")
              actions.publish(entryOf(key, `value ${value}`, value === 0 ? ["a", "b"] : ["c"]))
            if (what === "delete") fs.rmSync(entryFile(root, key), { force: true })
            if (what === "find") actions.find(key)
            if (what === "remove") actions.remove(key)
            if (what === "restart") {
              actions.saveIndex()
              opened[process] = Store.open(root, watched().disk).actions
              const file = indexFile(root)
              old ??= fs.existsSync(file) ? fs.readFileSync(file) : undefined
              for (let key = 0; key <= 5; key += 1) {
                const said = opened[process].find(keyOf(key))
                const entry = Store.open(root).actions.lookup(keyOf(key))
                expect(said?.outputs).toEqual(entry?.outputs)
                expect(said?.cpuSeconds).toBe(entry?.record.cpuSeconds)
                expect(said?.key).toBe(entry?.key)
              }
            }
            if (what === "old index" && old !== undefined) {
              fs.rmSync(indexFile(root), { force: true })
              fs.writeFileSync(indexFile(root), old)
            }
            if (what === "no index") fs.rmSync(indexFile(root), { force: true })
          }
        } finally {
          fs.rmSync(root, { recursive: true })
        }
      }),
      { numRuns: 60, seed: 1 }
    )
  })

  it("that cannot be written changes nothing", () => {
    const root = temporaryFolder()
    const keys = fill(root, 3)
    for (const call of ["open", "write", "close", "rename", "mkdir", "stat"] as const) {
      let fail = false
      const { disk } = watched()
      const real = disk[call] as (...args: ReadonlyArray<unknown>) => unknown
      const failing = {
        ...disk,
        [call]: (...args: ReadonlyArray<unknown>) => {
          if (fail) throw Object.assign(new Error("EIO: made to fail"), { code: "EIO" })
          return real(...args)
        }
      }
      const { actions } = Store.open(root, failing)
      const outputs = keys.map((key) => actions.find(key)?.outputs)
      fail = true
      actions.saveIndex()
      expect(outputs).toEqual(keys.map((key) => Store.open(root).actions.lookup(key)?.outputs))
    }
  })
})

describe("the table of entries", () => {
  it("finds the last row of each key among many, and none of the others", () => {
    const table = new EntryTable()
    const rows = new Map<string, number>()
    for (let index = 0; index < 5000; index += 1) {
      const key = keyOf(index % 3000)
      const { outputs } = entryOf(key, `value ${index}`, index % 2 === 0 ? [] : ["b", "a"])
      rows.set(key, table.add({ key, outputs, cpuSeconds: index, ino: index, ctimeMs: index }))
    }
    for (let index = 0; index < 3000; index += 1) {
      const row = table.find(keyOf(index))
      expect(row).toBe(rows.get(keyOf(index)))
      expect(table.keyOf(row)).toBe(keyOf(index))
      const last = index < 2000 ? index + 3000 : index
      expect(table.hitOf(row).cpuSeconds).toBe(last)
      const { outputs } = entryOf("", `value ${last}`, last % 2 === 0 ? [] : ["a", "b"])
      expect(table.hitOf(row).outputs).toEqual(outputs)
    }
    expect(table.find(keyOf(3000))).toBe(-1)
    table.forget(table.find(keyOf(0)))
    expect(table.find(keyOf(0))).toBe(-1)
  })
})
