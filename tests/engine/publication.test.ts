// Publication under bad disks: whichever call fails, the store stays valid and the next try succeeds.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import type { Entry } from "../../cache/ActionCache.ts"
import * as Digest from "../../cache/Digest.ts"
import * as Disk from "../../cache/Disk.ts"
import * as Store from "../../cache/Store.ts"
import { temporaryFolder } from "./rig.ts"

const calls = ["open", "write", "fsync", "close", "link", "mkdir", "stat", "readFile"] as const
type Call = (typeof calls)[number]

const broken = (code: string): Error => Object.assign(new Error(`${code}: made to fail`), { code })

/** A disk that flushes nothing: no power is lost here, and flushing takes most of the time. */
const quick: Disk.Disk = { ...Disk.real, fsync: () => {} }

/** A disk whose n-th call of a kind fails, once; `count` says how many there were. */
const failing = (call: Call, n: number, code: string) => {
  let count = 0
  const fail =
    <A extends ReadonlyArray<unknown>, R>(real: (...args: A) => R) =>
    (...args: A): R => {
      count += 1
      if (count === n) throw broken(code)
      return real(...args)
    }
  const disk = { ...quick, [call]: fail(quick[call] as (...args: ReadonlyArray<unknown>) => unknown) }
  return { disk: disk as Disk.Disk, count: () => count }
}

const entryOf = (store: Store.Store, text: string): Entry => {
  const log = store.contents.put(Buffer.from("log"))
  const output = store.contents.writer()
  try {
    for (const letter of text) output.write(Buffer.from(letter))
  } catch (error) {
    output.discard()
    throw error
  }
  const manifest = {
    stage: "s",
    code: "c",
    params: {},
    inputs: {},
    tools: {},
    outputs: { out: "k" },
    salt: ""
  }
  const record = {
    run: "r",
    attempt: "a",
    host: "h",
    startedAt: "",
    wallSeconds: 0,
    cpuSeconds: 0,
    engineSeconds: 0
  }
  const outputs = { out: output.finish() }
  return {
    key: "ab".repeat(32),
    node: "n",
    manifest,
    codeFiles: log.digest,
    outputs,
    logs: { log },
    big: [],
    record
  }
}

const publish = (root: string, disk: Disk.Disk, text: string): void => {
  const store = Store.open(root, disk)
  store.actions.publish(entryOf(store, text))
}

/** Every entry can be read and all that it names is there, whole. */
const checkValid = (root: string): void => {
  const { actions, contents } = Store.open(root)
  for (const digest of contents.list()) expect(contents.verify(digest)).toBe("ok")
  for (const key of actions.list()) {
    const entry = actions.lookup(key)
    expect(entry).toBeDefined()
    for (const { digest } of [...Object.values(entry!.outputs), ...Object.values(entry!.logs)]) {
      expect(contents.verify(digest)).toBe("ok")
    }
  }
  expect(fs.existsSync(path.join(root, "quarantine"))).toBe(false)
}

describe("a call that fails once", () => {
  for (const code of ["ENOSPC", "EIO", "EMFILE"]) {
    it.each(calls)(`with ${code} leaves a valid store, and a second try publishes: %s`, (call) => {
      const total = failing(call, 0, code)
      publish(temporaryFolder(), total.disk, "text")
      for (let n = 1; n <= total.count(); n += 1) {
        const root = temporaryFolder()
        const { disk } = failing(call, n, code)
        expect(() => publish(root, disk, "text")).toThrow(code)
        checkValid(root)
        publish(root, quick, "text")
        checkValid(root)
        expect([...Store.open(root).actions.list()]).toEqual(["ab".repeat(32)])
      }
    })
  }

  it("leaves no temporary file behind when the disk is full", () => {
    const opened = (): string => Store.open(temporaryFolder(), quick).root
    for (const call of ["write", "fsync"] as const) {
      const total = failing(call, 0, "ENOSPC")
      publish(opened(), total.disk, "text")
      for (let n = 1; n <= total.count(); n += 1) {
        const root = opened()
        expect(() => publish(root, failing(call, n, "ENOSPC").disk, "text")).toThrow("ENOSPC")
        expect(fs.readdirSync(path.join(root, "tmp"))).toEqual([])
      }
    }
  })
})

describe("a disk that writes less than it was asked to", () => {
  it("still stores whole files", () => {
    const root = temporaryFolder()
    const short: Disk.Disk = {
      ...Disk.real,
      write: (fd, buffer, offset, length) => Disk.real.write(fd, buffer, offset, Math.min(length, 3))
    }
    const { contents } = Store.open(root, short)
    const { digest } = contents.put(Buffer.from("a text of some length"))
    expect(contents.read(digest).toString()).toBe("a text of some length")
    checkValid(root)
  })
})

describe("names", () => {
  /** A disk that writes down what it flushes, by path. */
  const recording = () => {
    const flushed: Array<string> = []
    const paths = new Map<number, string>()
    const disk: Disk.Disk = {
      ...Disk.real,
      open: (file, flags, mode) => {
        const fd = Disk.real.open(file, flags, mode)
        paths.set(fd, file)
        return fd
      },
      fsync: (fd) => void flushed.push(paths.get(fd)!)
    }
    return { disk, flushed }
  }

  it("are flushed in groups, each folder once, those of bytes before those of entries", () => {
    const root = temporaryFolder()
    const { disk, flushed } = recording()
    const store = Store.open(root, disk)
    flushed.length = 0
    for (const text of ["one", "two", "three"]) {
      store.actions.publish({ ...entryOf(store, text), key: Digest.of(text) })
    }
    const files = flushed.filter((file) => file.includes("/tmp/"))
    expect(flushed).toEqual(files)
    expect(files).toHaveLength(3 + 1 + 3) // The log that they share is one blob.
    flushed.length = 0
    store.flush()
    expect(new Set(flushed).size).toBe(flushed.length)
    const folders = fs.readdirSync(path.join(root, "cas", "sha256")).map((name) => `cas/sha256/${name}`)
    const actions = fs.readdirSync(path.join(root, "actions")).map((name) => `actions/${name}`)
    const expected = ["", "cas", "cas/sha256", ...folders, "actions", ...actions]
    for (const name of expected) expect(flushed).toContain(path.join(root, name))
    expect(flushed.every((folder) => expected.includes(path.relative(root, folder)))).toBe(true)
    const firstEntries = flushed.findIndex((folder) => folder.includes("/actions/"))
    expect(flushed.findIndex((folder) => folder.includes("/cas/"))).toBeLessThan(firstEntries)
    flushed.length = 0
    store.flush()
    expect(flushed).toEqual([])
  })

  it("whose flush failed are flushed the next time", () => {
    const root = temporaryFolder()
    const { disk, flushed } = recording()
    let fail = false
    const store = Store.open(root, {
      ...disk,
      fsync: (fd) => {
        if (fail) throw broken("EIO")
        disk.fsync(fd)
      }
    })
    store.actions.publish(entryOf(store, "text"))
    fail = true
    expect(() => store.flush()).toThrow("EIO")
    fail = false
    flushed.length = 0
    store.flush()
    expect(flushed).toContain(path.join(root, "actions", "ab"))
  })
})

describe("two publications under one key", () => {
  it("with the same outputs are one entry", () => {
    const root = temporaryFolder()
    const store = Store.open(root)
    expect(store.actions.publish(entryOf(store, "same"))).toEqual({ _tag: "First" })
    expect(store.actions.publish(entryOf(store, "same"))).toEqual({ _tag: "Same" })
    expect(store.actions.realisations("ab".repeat(32))).toEqual([])
  })

  it("with other outputs keep both, and the first one is what is read", () => {
    const root = temporaryFolder()
    const store = Store.open(root)
    const [first, second] = [entryOf(store, "first"), entryOf(store, "second")]
    store.actions.publish(first)
    expect(store.actions.publish(second)).toEqual({ _tag: "Realisation", first })
    expect(store.actions.publish(second)).toEqual({ _tag: "Realisation", first })
    expect(store.actions.lookup(first.key)).toEqual(first)
    expect(store.actions.realisations(first.key)).toEqual([second])
  })
})

describe("a store", () => {
  it("of a form that is not known is refused, with what to do", () => {
    const root = temporaryFolder()
    fs.writeFileSync(path.join(root, "format"), "largo store 9\n")
    expect(() => Store.open(root)).toThrow(/"largo store 9".*--store DIR/)
  })

  it("has files that nobody can write to", () => {
    const root = temporaryFolder()
    publish(root, Disk.real, "text")
    const modes = ["cas", "actions"].flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => fs.statSync(path.join(file.parentPath, file.name)).mode & 0o222)
    )
    expect(new Set(modes)).toEqual(new Set([0]))
  })
})
