// The file system calls that the store makes, as one value that tests replace to make any of them fail.
import * as fs from "node:fs"

/** The calls. All are synchronous: 100,000 small reads cost 4 times less than with promises. */
export interface Disk {
  readonly readFile: (path: string) => Buffer
  readonly open: (path: string, flags: string, mode?: number) => number
  readonly read: (fd: number, buffer: Uint8Array, offset: number, length: number) => number
  readonly write: (fd: number, buffer: Uint8Array, offset: number, length: number) => number
  readonly fsync: (fd: number) => void
  readonly close: (fd: number) => void
  readonly link: (existing: string, path: string) => void
  readonly unlink: (path: string) => void
  readonly rename: (from: string, to: string) => void
  readonly mkdir: (path: string) => void
  readonly chmod: (path: string, mode: number) => void
  readonly stat: (path: string) => fs.Stats | undefined
  readonly readdir: (path: string) => Array<string>
  readonly remove: (path: string) => void
}

/** The real disk. */
export const real: Disk = {
  readFile: (path) => fs.readFileSync(path),
  open: (path, flags, mode) => fs.openSync(path, flags, mode),
  read: (fd, buffer, offset, length) => fs.readSync(fd, buffer, offset, length, null),
  write: (fd, buffer, offset, length) => fs.writeSync(fd, buffer, offset, length),
  fsync: (fd) => fs.fsyncSync(fd),
  close: (fd) => fs.closeSync(fd),
  link: (existing, path) => fs.linkSync(existing, path),
  unlink: (path) => fs.unlinkSync(path),
  rename: (from, to) => fs.renameSync(from, to),
  mkdir: (path) => void fs.mkdirSync(path, { recursive: true }),
  chmod: (path, mode) => fs.chmodSync(path, mode),
  stat: (path) => fs.statSync(path, { throwIfNoEntry: false }),
  readdir: (path) => {
    try {
      return fs.readdirSync(path)
    } catch (error) {
      if (errorCode(error) === "ENOENT") return []
      throw error
    }
  },
  remove: (path) => fs.rmSync(path, { recursive: true, force: true })
}

/** Calls that Node has no name for. */
const unnamed: Readonly<Record<number, string>> = { [-116]: "ESTALE", [-122]: "EDQUOT" }

/** The code of a failed call (`ENOENT`, ...), also where Node calls it an unknown system error. */
export const errorCode = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  const named = "errno" in error && typeof error.errno === "number" ? unnamed[error.errno] : undefined
  if (named !== undefined) return named
  return "code" in error && typeof error.code === "string" ? error.code : undefined
}
