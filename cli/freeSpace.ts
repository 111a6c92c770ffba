// The free space of a disk.
import { statfsSync } from "node:fs"

/** Bytes that a user may still write below a folder; null where nobody can say. */
export const freeSpace = (folder: string): number | null => {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return null
  }
}
