// Follows files that a program writes: tells of new text now and then.
import { closeSync, openSync, readSync } from "node:fs"
import { StringDecoder } from "node:string_decoder"

/** Time between two looks, in ms. */
const period = 200

/**
 * Starts following files, which need not be there yet. The function that it returns tells of the rest and stops.
 * @param tell gets text as far as whole characters go, one file after the other
 */
export const followFiles = (paths: ReadonlyArray<string>, tell: (text: string) => void): (() => void) => {
  const buffer = Buffer.allocUnsafe(1 << 16)
  const files = paths.map((path) => ({ path, decoder: new StringDecoder("utf8"), at: 0 }))
  const look = (): void => {
    for (const file of files) {
      const fd = openIfThere(file.path)
      if (fd === undefined) continue
      try {
        for (let count = 1; count > 0; file.at += count) {
          count = readSync(fd, buffer, 0, buffer.length, file.at)
          if (count > 0) tell(file.decoder.write(buffer.subarray(0, count)))
        }
      } finally {
        closeSync(fd)
      }
    }
  }
  const timer = setInterval(look, period)
  return () => {
    clearInterval(timer)
    look()
  }
}

const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, "r")
  } catch {
    return undefined
  }
}
