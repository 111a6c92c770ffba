// New names in folders, which a power loss may take back until their folder is flushed: that is done in groups.
import type { Disk } from "./Disk.ts"

export interface Names {
  /** Notes that a folder has a new name. Flushes all of them now and then. */
  readonly made: (folder: string) => void
  /** Makes all names that were made before survive a power loss. */
  readonly flush: () => void
}

/** How long names may wait for others to be flushed with, in ms. */
const patience = 5000

export const open = (disk: Disk): Names => {
  const folders = new Set<string>()
  let since = 0

  const flush = (): void => {
    for (const folder of folders) {
      const fd = disk.open(folder, "r")
      try {
        disk.fsync(fd)
      } finally {
        disk.close(fd)
      }
      folders.delete(folder)
    }
  }

  return {
    made: (folder) => {
      const now = performance.now()
      if (folders.size === 0) since = now
      folders.add(folder)
      if (now - since > patience) flush()
    },
    flush
  }
}
