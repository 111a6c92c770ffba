// Leases: who works on a key, so that of several processes on one store one does the work and the others wait for it.
import { randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { errorCode } from "./Disk.ts"
import type { Disk } from "./Disk.ts"

/**
 * The leases of this process on a store. They save work and no more: whatever goes wrong with them, a key is at worst
 * done twice, and who publishes first is decided by `link` as ever.
 *
 * A lease is a hard link `leases/KEY.N` to its holder's file, which says who that is and is rewritten every few seconds.
 * The lease with the highest N counts; a dead holder's lease N is taken over by making N + 1, which only one can do.
 */
export interface Leases {
  /** Takes the lease of a key; false while another live process has it. Whoever gets it looks the key up once more. */
  readonly take: (key: string) => boolean
  readonly release: (key: string) => void
  /** Deletes what dead processes left behind. */
  readonly sweep: () => void
  /** Releases everything. */
  readonly close: () => void
}

/** What a holder says of itself. */
interface Holder {
  /** The machine, and which of its process tables: process ids mean nothing elsewhere. */
  readonly host: string
  /** Which start of the machine: what ran before another one is dead. */
  readonly boot: string
  readonly pid: number
  /** When the process started, in the system's own ticks: a later one may have the same id. */
  readonly started: string
  readonly nonce: string
}

/** What tests put in place of the clock and the processes of this machine. */
export interface Around {
  /** Milliseconds, monotonic. */
  readonly now: () => number
  readonly host: string
  readonly boot: string
  /** The start of a process, or undefined where it does not run. */
  readonly startOf: (pid: number) => string | undefined
}

/** Milliseconds between two rewrites of a holder's file. */
const beat = 5000

/** Milliseconds without a rewrite after which a holder on another machine counts as dead. */
const patience = 60_000

/** Width of the count of rewrites, with which a holder's file begins. */
const width = 12

/** Opens the leases below `root`; nothing is written before one is taken. */
export const open = (disk: Disk, root: string, around: Around = here()): Leases => {
  const folder = join(root, "leases")
  /** Key -> number of the lease that is held, with those of dead holders below it; -1 for work without a lease. */
  const held = new Map<string, number>()
  /** Holder on another machine -> its file as last seen, and when it was first seen so. */
  const seen = new Map<string, { readonly text: string; readonly since: number }>()
  const own = new Set<string>()
  let nonce: string | undefined
  let beats = 0
  let timer: NodeJS.Timeout | undefined

  const pathOf = (key: string, n: number): string => join(folder, `${key}.${n}`)

  const ownFile = (): string => {
    if (nonce !== undefined) return join(folder, nonce)
    disk.mkdir(folder)
    const made = randomUUID()
    const holder: Holder = {
      host: around.host,
      boot: around.boot,
      pid: process.pid,
      started: around.startOf(process.pid) ?? "",
      nonce: made
    }
    const bytes = Buffer.from(`${String(beats).padStart(width, "0")} ${JSON.stringify(holder)}\n`)
    own.add(made)
    writeAll(disk, join(folder, made), "wx", bytes)
    nonce = made
    timer ??= setInterval(tick, beat).unref()
    return join(folder, made)
  }

  const tick = (): void => {
    beats += 1
    for (const name of own) {
      try {
        writeAll(disk, join(folder, name), "r+", Buffer.from(String(beats).padStart(width, "0")))
      } catch {
        // Others may take over what this process still works on, and come to the same result.
      }
    }
  }

  const isAlive = (text: string): boolean => {
    const holder = parse(text)
    if (holder !== undefined && holder.host === around.host) {
      return holder.boot === around.boot && around.startOf(holder.pid) === holder.started
    }
    const name = holder?.nonce ?? text
    const last = seen.get(name)
    if (last === undefined || last.text !== text) {
      seen.set(name, { text, since: around.now() })
      return true
    }
    return around.now() - last.since < patience
  }

  /** The number of the lease that was taken, or undefined while somebody else has it. */
  const link = (key: string): number | undefined => {
    let n = 0
    // Bounded, in case that somebody takes and releases the same lease all the time.
    for (let round = 0; round < 100; round += 1) {
      try {
        disk.link(ownFile(), pathOf(key, n))
        return n
      } catch (error) {
        const code = errorCode(error)
        if (code === "EMLINK" || code === "ENOENT") {
          nonce = undefined // The file has all the links that it may have, or was deleted.
          continue
        }
        if (code !== "EEXIST") throw error
      }
      const text = readText(disk, pathOf(key, n))
      if (text === undefined) n = 0
      else if (own.has(parse(text)?.nonce ?? "")) return n
      else if (isAlive(text)) return undefined
      else n += 1
    }
    return undefined
  }

  const release = (key: string): void => {
    const last = held.get(key) ?? -1
    held.delete(key)
    for (let n = 0; n <= last; n += 1) drop(disk, pathOf(key, n))
  }

  const take = (key: string): boolean => {
    if (held.has(key)) return true
    try {
      const n = link(key)
      if (n === undefined) return false
      held.set(key, n)
    } catch {
      held.set(key, -1) // No leases on this disk: the work is done all the same.
    }
    return true
  }

  return {
    take,
    release,
    sweep: () => {
      const names = disk.readdir(folder)
      for (const key of new Set(
        names.filter((name) => name.includes(".")).map((name) => name.split(".")[0])
      )) {
        if (!held.has(key) && take(key)) release(key)
      }
      for (const name of names.filter((name) => !name.includes(".") && !own.has(name))) {
        const text = readText(disk, join(folder, name))
        if (text !== undefined && !isAlive(text)) drop(disk, join(folder, name))
      }
    },
    close: () => {
      clearInterval(timer)
      timer = undefined
      for (const key of held.keys()) release(key)
      for (const name of own) drop(disk, join(folder, name))
      own.clear()
      nonce = undefined
    }
  }
}

const here = (): Around => ({
  now: () => performance.now(),
  // Containers may share a name and have process tables of their own.
  host: [hostname(), told("/etc/machine-id"), processTable()].join(" "),
  boot: told("/proc/sys/kernel/random/boot_id"),
  startOf
})

const told = (path: string): string => {
  try {
    return readFileSync(path, "utf8").trim()
  } catch {
    return ""
  }
}

const processTable = (): string => {
  try {
    return readlinkSync("/proc/self/ns/pid")
  } catch {
    return ""
  }
}

/** The start of a process from /proc, in clock ticks; just "" for one that runs where there is no /proc. */
const startOf = (pid: number): string | undefined => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (errorCode(error) !== "EPERM") return undefined
  }
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ")
    return fields[0] === "Z" ? undefined : fields[19]
  } catch {
    return ""
  }
}

const parse = (text: string): Holder | undefined => {
  try {
    const holder = JSON.parse(text.slice(width)) as Holder
    return typeof holder.nonce === "string" && typeof holder.pid === "number" ? holder : undefined
  } catch {
    return undefined
  }
}

const readText = (disk: Disk, path: string): string | undefined => {
  try {
    return disk.readFile(path).toString("utf8")
  } catch (error) {
    const code = errorCode(error)
    if (code === "ENOENT" || code === "ESTALE") return undefined
    throw error
  }
}

const writeAll = (disk: Disk, path: string, flags: string, bytes: Buffer): void => {
  const fd = disk.open(path, flags, 0o644)
  try {
    let offset = 0
    while (offset < bytes.length) offset += disk.write(fd, bytes, offset, bytes.length - offset)
  } finally {
    disk.close(fd)
  }
}

const drop = (disk: Disk, path: string): void => {
  try {
    disk.unlink(path)
  } catch {
    // Gone already.
  }
}
