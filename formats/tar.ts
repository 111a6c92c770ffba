// Folders as plain tar files (POSIX ustar): the same files give the same bytes.
import { concatenate } from "./concatenate.ts"

/** A file of a folder; `path` is relative, with "/" between its parts. */
export interface TarFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** A folder that tar cannot hold, or bytes that are no tar file of plain files. */
export class TarError extends Error {
  readonly _tag = "TarError"
}

const block = 512

/**
 * A tar file in chunks, files sorted by path; mode 0644, owner 0, time 0.
 * Throws TarError for a path that is absolute, climbs out by "..", comes twice, or is too long for ustar
 * (100 bytes, or 155 + 100 split at a "/").
 */
export function* encodeTar(files: Iterable<TarFile>): Iterable<Uint8Array> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  for (const [i, { bytes, path }] of sorted.entries()) {
    if (path === sorted[i - 1]?.path) throw new TarError(`"${path}" is in the folder twice`)
    yield header(path, bytes.length)
    yield bytes
    yield new Uint8Array((block - (bytes.length % block)) % block)
  }
  yield new Uint8Array(2 * block)
}

/** The files of a tar file, in its order. Throws TarError where a header is damaged or is not that of a plain file. */
export const decodeTar = (tar: Uint8Array): ReadonlyArray<TarFile> => {
  const files: Array<TarFile> = []
  for (let at = 0; ;) {
    const head = tar.subarray(at, at + block)
    if (head.length < block) throw new TarError("the tar file is cut off")
    if (head.every((byte) => byte === 0)) return files
    const written = parseOctal(head, 148, 8)
    if (written !== checksum(head)) throw new TarError(`the header at byte ${at} is damaged`)
    const kind = String.fromCharCode(head[156] ?? 0)
    if (kind !== "0" && kind !== "\0") throw new TarError(`the entry at byte ${at} is no plain file`)
    const prefix = text(head, 345, 155)
    const name = text(head, 0, 100)
    const path = prefix === "" ? name : `${prefix}/${name}`
    checkPath(path)
    const size = parseOctal(head, 124, 12)
    const start = at + block
    if (start + size > tar.length) throw new TarError(`"${path}" is cut off`)
    files.push({ path, bytes: tar.subarray(start, start + size) })
    at = start + Math.ceil(size / block) * block
  }
}

/** Whether bytes begin with the header of a ustar file. */
export const isTar = (bytes: Uint8Array): boolean => bytes.length >= block && text(bytes, 257, 6) === "ustar"

/** All chunks as one array. */
export const tarBytes = (files: Iterable<TarFile>): Uint8Array => concatenate([...encodeTar(files)])

const header = (path: string, size: number): Uint8Array => {
  checkPath(path)
  const { name, prefix } = split(path)
  const head = new Uint8Array(block)
  const encoder = new TextEncoder()
  const put = (at: number, value: string): void => head.set(encoder.encode(value), at)
  const octal = (at: number, width: number, value: number): void =>
    put(at, value.toString(8).padStart(width - 1, "0"))
  put(0, name)
  octal(100, 8, 0o644)
  octal(108, 8, 0)
  octal(116, 8, 0)
  octal(124, 12, size)
  octal(136, 12, 0)
  put(156, "0")
  put(257, "ustar\x0000")
  put(345, prefix)
  put(148, `${checksum(head).toString(8).padStart(6, "0")}\0 `)
  return head
}

const checkPath = (path: string): void => {
  const parts = path.split("/")
  if (parts.some((part) => part === "" || part === "." || part === "..") || path.includes("\0")) {
    throw new TarError(`"${path}" is no relative path of a file`)
  }
}

const length = (part: string): number => new TextEncoder().encode(part).length

const split = (path: string): { readonly name: string; readonly prefix: string } => {
  if (length(path) <= 100) return { name: path, prefix: "" }
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (length(prefix) <= 155 && length(name) <= 100) return { name, prefix }
  }
  throw new TarError(`"${path}" is too long for a tar file`)
}

/** The sum of all bytes of a header, its own field taken as spaces. */
const checksum = (head: Uint8Array): number =>
  head.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0)

const text = (bytes: Uint8Array, at: number, width: number): string => {
  const field = bytes.subarray(at, at + width)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

const parseOctal = (bytes: Uint8Array, at: number, width: number): number => {
  const digits = text(bytes, at, width).trim()
  if (!/^[0-7]*$/.test(digits)) throw new TarError(`"${digits}" is no octal number`)
  return digits === "" ? 0 : Number.parseInt(digits, 8)
}
