// Leases: one process works on a key, the others wait, and the dead are followed at once.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import * as Disk from "../../cache/Disk.ts"
import * as Lease from "../../cache/Lease.ts"
import type { Around, Leases } from "../../cache/Lease.ts"
import { temporaryFolder } from "./rig.ts"

const key = "ab".repeat(32)

/** A process as a test pretends it: its own start, and which starts it finds alive. */
const pretended = (started: string, around: Partial<Around> = {}): Around => ({
  now: () => 0,
  host: "here",
  boot: "this morning",
  startOf: () => started,
  ...around
})

const opened = (root: string, around?: Around, disk: Disk.Disk = Disk.real): Leases => {
  const leases = Lease.open(disk, root, around)
  onTestFinished(leases.close)
  return leases
}

const files = (root: string): ReadonlyArray<string> => fs.readdirSync(path.join(root, "leases"))

describe("a lease", () => {
  it("is had by one, until that one releases it", () => {
    const root = temporaryFolder()
    const [one, two] = [opened(root), opened(root)]
    expect([one.take(key), two.take(key), one.take(key)]).toEqual([true, false, true])
    one.release(key)
    expect([two.take(key), one.take(key)]).toEqual([true, false])
    two.close()
    one.close()
    expect(files(root)).toEqual([])
  })

  it("of a process that is dead is taken over at once, by one of several", () => {
    const root = temporaryFolder()
    // The same process id, but another start: the id was given to a new process.
    opened(root, pretended("dead")).take(key)
    const later = [1, 2, 3].map(() => opened(root, pretended("alive")))
    expect(later.map((leases) => leases.take(key))).toEqual([true, false, false])
    later[0].release(key)
    expect(files(root).filter((name) => name.startsWith(key))).toEqual([])
    expect(later.map((leases) => leases.take(key))).toEqual([true, false, false])
  })

  it("of a process that died before it is taken over again and again", () => {
    const root = temporaryFolder()
    for (const life of ["first", "second", "third"])
      expect(opened(root, pretended(life)).take(key)).toBe(true)
    expect(files(root).filter((name) => name.startsWith(key))).toHaveLength(3)
    const last = opened(root, pretended("last"))
    expect(last.take(key)).toBe(true)
    last.release(key)
    expect(files(root).filter((name) => name.startsWith(key))).toEqual([])
  })

  it("of a process from before the machine was started is taken over at once", () => {
    const root = temporaryFolder()
    opened(root, pretended("x", { boot: "yesterday" })).take(key)
    expect(opened(root, pretended("x")).take(key)).toBe(true)
  })

  it("of another machine is taken over when its heart has stopped for a minute", () => {
    const root = temporaryFolder()
    let now = 0
    opened(root, pretended("x", { host: "there" })).take(key)
    // Found before the other one has a file of its own.
    const [holder] = files(root).filter((name) => !name.startsWith(key))
    const beat = (count: number): void => {
      const fd = fs.openSync(path.join(root, "leases", holder), "r+")
      fs.writeSync(fd, String(count).padStart(12, "0"))
      fs.closeSync(fd)
    }
    const here = opened(root, pretended("y", { now: () => now }))
    const takenAt = (time: number): boolean => {
      now = time
      return here.take(key)
    }
    expect([takenAt(0), takenAt(50_000)]).toEqual([false, false])
    beat(7)
    expect([takenAt(70_000), takenAt(120_000), takenAt(130_000)]).toEqual([false, false, true])
  })

  it("whose file is damaged is waited for no longer than a dead machine's", () => {
    const root = temporaryFolder()
    fs.mkdirSync(path.join(root, "leases"))
    fs.writeFileSync(path.join(root, "leases", `${key}.0`), "000000000001 {")
    let now = 0
    const leases = opened(root, pretended("y", { now: () => now }))
    expect(leases.take(key)).toBe(false)
    now = 60_000
    expect(leases.take(key)).toBe(true)
  })

  it("does not stand in the way where the disk has none to give", () => {
    for (const call of ["mkdir", "open", "write", "link", "close"] as const) {
      const broken = (): never => {
        throw Object.assign(new Error("made to fail"), { code: "ENOSPC" })
      }
      const leases = opened(temporaryFolder(), undefined, { ...Disk.real, [call]: broken })
      expect(leases.take(key)).toBe(true)
      leases.release(key)
    }
  })

  it("is had although its folder was deleted", () => {
    const root = temporaryFolder()
    const leases = opened(root)
    leases.take("first")
    fs.rmSync(path.join(root, "leases"), { recursive: true })
    expect(leases.take(key)).toBe(true)
    expect(opened(root).take(key)).toBe(false)
  })
})

describe("what dead processes left", () => {
  it("is swept, and what the living have stays", () => {
    const root = temporaryFolder()
    opened(root, pretended("dead")).take("dead's")
    const living = opened(root, pretended("alive"))
    living.take("living's")
    opened(root, pretended("alive")).sweep()
    expect(files(root).filter((name) => name.includes("."))).toEqual(["living's.0"])
    expect(files(root)).toHaveLength(3)
  })
})
