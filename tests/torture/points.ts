// The named points of a disk: each call that the store makes, by where it goes and what it does, such as `cas.link`.
import { relative, sep } from "node:path"
import type { Disk } from "../../cache/Disk.ts"

/** What becomes of a call: it fails, it writes only a part, or nothing special. */
export type Fate = Error | "short" | undefined

/** A disk that asks `fate` before each call. Closing is asked about only after it was done: no file stays open. */
export const intercepted = (disk: Disk, root: string, fate: (point: string) => Fate): Disk => {
  const areas = new Map<number, string>()
  const areaOf = (path: string): string => {
    const area = relative(root, path).split(sep)[0]
    return area === "" || area === "format" ? "root" : area
  }
  const ask = (area: string, call: string): Fate => {
    const said = fate(`${area}.${call}`)
    if (said instanceof Error) throw said
    return said
  }
  const onPath =
    <A extends ReadonlyArray<unknown>, R>(call: string, real: (path: string, ...rest: A) => R) =>
    (path: string, ...rest: A): R => {
      ask(areaOf(path), call)
      return real(path, ...rest)
    }
  const toPath =
    (call: string, real: (from: string, to: string) => void) =>
    (from: string, to: string): void => {
      ask(areaOf(to), call)
      real(from, to)
    }
  const ofFile = (fd: number): string => areas.get(fd) ?? "root"
  return {
    readFile: onPath("readFile", disk.readFile),
    open: (path, flags, mode) => {
      ask(areaOf(path), "open")
      const fd = disk.open(path, flags, mode)
      areas.set(fd, areaOf(path))
      return fd
    },
    read: (fd, buffer, offset, length) => {
      const short = ask(ofFile(fd), "read") === "short"
      return disk.read(fd, buffer, offset, short ? Math.ceil(length / 2) : length)
    },
    write: (fd, buffer, offset, length) => {
      const short = ask(ofFile(fd), "write") === "short"
      return disk.write(fd, buffer, offset, short ? Math.ceil(length / 2) : length)
    },
    fsync: (fd) => {
      ask(ofFile(fd), "fsync")
      disk.fsync(fd)
    },
    close: (fd) => {
      disk.close(fd)
      ask(ofFile(fd), "close")
    },
    link: toPath("link", disk.link),
    rename: toPath("rename", disk.rename),
    unlink: onPath("unlink", disk.unlink),
    mkdir: onPath("mkdir", disk.mkdir),
    chmod: onPath("chmod", disk.chmod),
    stat: onPath("stat", disk.stat),
    readdir: onPath("readdir", disk.readdir),
    remove: onPath("remove", disk.remove)
  }
}

/** The error of a failed call. ESTALE and EDQUOT have no name in Node. */
export const failure = (code: string): Error => {
  const errno = { ESTALE: -116, EDQUOT: -122 }[code]
  const message = `${code}: made to fail`
  return errno === undefined
    ? Object.assign(new Error(message), { code })
    : Object.assign(new Error(message), { errno, code: `Unknown system error ${errno}` })
}
