// Power loss: what a life writes is recorded, and each prefix of it is built again as a disk without power may leave it.
import fs from "node:fs"
import path from "node:path"
import type * as Disk from "../../cache/Disk.ts"
import { stream } from "../../kernels/random.ts"
import type { Random } from "../../kernels/random.ts"
import { problemsOf, reference } from "./crash.ts"
import { emptied, entriesOf, faultsOf, live, quick } from "./life.ts"
import type { Torture } from "./Torture.ts"

/** One change of the disk. Files are known by a number, whatever names they have. */
type Change =
  | { readonly _tag: "create"; readonly file: number; readonly path: string }
  | { readonly _tag: "write"; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly _tag: "sync"; readonly file: number }
  | { readonly _tag: "link"; readonly from: string; readonly path: string }
  | { readonly _tag: "rename"; readonly from: string; readonly path: string }
  | { readonly _tag: "remove"; readonly path: string }
  | { readonly _tag: "mkdir"; readonly path: string }
  | { readonly _tag: "sync folder"; readonly path: string }

/** A disk that records every change of a store, paths relative to it. */
export const recording = (store: string): { readonly disk: Disk.Disk; readonly changes: Array<Change> } => {
  const changes: Array<Change> = []
  const open = new Map<number, { readonly file: number; at: number } | { readonly folder: string }>()
  const inside = (file: string): string => path.relative(store, file)
  const files = new Map<string, number>()
  let count = 0
  const disk: Disk.Disk = {
    ...quick,
    open: (file, flags, mode) => {
      const isNew = !fs.existsSync(file)
      const fd = quick.open(file, flags, mode)
      const status = fs.fstatSync(fd)
      if (status.isDirectory()) {
        open.set(fd, { folder: inside(file) })
        return fd
      }
      const inode = `${status.ino}`
      if (isNew) {
        count += 1
        files.set(inode, count)
        changes.push({ _tag: "create", file: count, path: inside(file) })
      }
      open.set(fd, { file: files.get(inode) ?? -1, at: flags === "a" ? status.size : 0 })
      return fd
    },
    write: (fd, buffer, offset, length) => {
      const written = quick.write(fd, buffer, offset, length)
      const target = open.get(fd)
      if (target !== undefined && "file" in target) {
        const bytes = Buffer.from(buffer.subarray(offset, offset + written))
        changes.push({ _tag: "write", file: target.file, at: target.at, bytes })
        target.at += written
      }
      return written
    },
    fsync: (fd) => {
      const target = open.get(fd)
      if (target === undefined) return
      changes.push(
        "file" in target ? { _tag: "sync", file: target.file } : { _tag: "sync folder", path: target.folder }
      )
    },
    close: (fd) => {
      open.delete(fd)
      quick.close(fd)
    },
    link: (from, to) => {
      quick.link(from, to)
      changes.push({ _tag: "link", from: inside(from), path: inside(to) })
    },
    rename: (from, to) => {
      quick.rename(from, to)
      changes.push({ _tag: "rename", from: inside(from), path: inside(to) })
    },
    unlink: (file) => {
      quick.unlink(file)
      changes.push({ _tag: "remove", path: inside(file) })
    },
    remove: (file) => {
      quick.remove(file)
      changes.push({ _tag: "remove", path: inside(file) })
    },
    mkdir: (folder) => {
      const made: Array<string> = []
      for (let up = folder; !fs.existsSync(up); up = path.dirname(up)) made.push(inside(up))
      quick.mkdir(folder)
      for (const one of made.toReversed()) changes.push({ _tag: "mkdir", path: one })
    }
  }
  return { disk, changes }
}

/** A file as it is in memory, and what of it is sure to be on the disk. */
interface File {
  content: Buffer
  synced: Buffer
}

const written = ({ content }: File, at: number, bytes: Buffer): Buffer => {
  const longer = Buffer.alloc(Math.max(content.length, at + bytes.length))
  content.copy(longer)
  bytes.copy(longer, at)
  return longer
}

/** How much of what was not flushed is lost: names and contents, or contents alone, which is what most disks do. */
export type Loss = "all" | "contents" | "some"

/** Builds in a folder what is left of the first changes when the power goes. */
export const afterPowerLoss = (
  folder: string,
  changes: ReadonlyArray<Change>,
  loss: Loss,
  random: Random
): void => {
  const files = new Map<number, File>()
  /** Name -> file, `"folder"` for folders; in memory, and on the disk. */
  const names = new Map<string, number | "folder">()
  const durable = new Map<string, number | "folder">()
  const syncFolder = (parent: string): void => {
    for (const name of new Set([...names.keys(), ...durable.keys()])) {
      if (path.dirname(name) !== (parent === "" ? "." : parent)) continue
      const now = names.get(name)
      if (now === undefined) durable.delete(name)
      else durable.set(name, now)
    }
  }
  for (const change of changes) {
    switch (change._tag) {
      case "create":
        files.set(change.file, { content: Buffer.alloc(0), synced: Buffer.alloc(0) })
        names.set(change.path, change.file)
        break
      case "write": {
        const file = files.get(change.file)
        if (file !== undefined) file.content = written(file, change.at, change.bytes)
        break
      }
      case "sync": {
        const file = files.get(change.file)
        if (file !== undefined) file.synced = file.content
        break
      }
      case "link":
        names.set(change.path, names.get(change.from)!)
        break
      case "rename":
        names.set(change.path, names.get(change.from)!)
        names.delete(change.from)
        break
      case "remove":
        names.delete(change.path)
        break
      case "mkdir":
        names.set(change.path, "folder")
        break
      case "sync folder":
        syncFolder(change.path)
        break
    }
  }
  const left = new Map(durable)
  if (loss !== "all") {
    for (const [name, file] of names) {
      if (loss === "contents" || random.uniform() < 0.5) left.set(name, file)
    }
    for (const name of durable.keys()) {
      if (!names.has(name) && (loss === "contents" || random.uniform() < 0.5)) left.delete(name)
    }
  }
  // A name whose folder was lost is lost with it.
  for (const name of [...left.keys()].sort()) {
    const parent = path.dirname(name)
    if (parent !== "." && !left.has(parent)) left.delete(name)
  }
  for (const name of [...left.keys()].sort()) {
    const file = left.get(name)!
    if (file === "folder") {
      fs.mkdirSync(path.join(folder, name), { recursive: true })
      continue
    }
    const { content, synced } = files.get(file)!
    const kept = loss === "some" && random.uniform() < 0.5 ? content : synced
    fs.writeFileSync(path.join(folder, name), kept, { mode: 0o644 })
  }
}

export type Count = {
  losses: number
  changes: number
}

/** Records a life, then loses the power after each change that `chosen` names, in each of the ways. */
export const losePower = async (
  folder: string,
  seed: number,
  chosen: (changes: number) => ReadonlyArray<number>,
  count: Count
): Promise<void> => {
  const store = emptied(path.join(folder, "store"))
  const { changes, disk } = recording(store)
  await live(store, disk, {}, seed)
  const random = stream(seed, "power")
  const expected = await reference(folder)
  count.changes += changes.length
  for (const n of chosen(changes.length)) {
    for (const loss of ["all", "contents", "some"] as const) {
      const left = emptied(path.join(folder, "left"))
      afterPowerLoss(left, changes.slice(0, n), loss, random)
      // Cheap results are flushed by name in groups: some may be lost, but what is there is whole.
      const problems = [...faultsOf(left, () => true)]
      if (n === changes.length && entriesOf(left).size < entriesOf(store).size) problems.push("lost entries")
      const lived = await live(left, quick, {}, seed)
      problems.push(...problemsOf(lived, expected), ...faultsOf(left, () => true))
      count.losses += 1
      if (problems.length > 0) {
        throw new Error(`power lost after ${n} changes (${loss}), seed ${seed}:\n  ${problems.join("\n  ")}`)
      }
    }
  }
}

/** Cases of the torture: every moment of a life each. */
export const begin: Torture["begin"] = async (folder) => {
  const count = { losses: 0, changes: 0 }
  return {
    one: (seed) =>
      losePower(folder, seed, (changes) => Array.from({ length: changes + 1 }, (_, n) => n), count),
    counts: () => ({ ...count })
  }
}
