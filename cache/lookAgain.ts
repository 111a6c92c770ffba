// Makes this machine look a folder up anew at its file server, whatever it remembers of it.
import { randomUUID } from "node:crypto"
import { statfsSync } from "node:fs"
import { dirname, join } from "node:path"
import { errorCode } from "./Disk.ts"
import type { Disk } from "./Disk.ts"

/**
 * Network file systems remember for up to a minute what a folder holds, and what it does not. A change that this machine
 * makes itself is answered by the server with the folder's state, which ends what was remembered: so a file is made and
 * deleted. Nothing is done where there is no such folder.
 *
 * @param above how many folders above it may be new as well: as many as a store is deep
 */
export const lookAgain = (disk: Disk, folder: string, above = 3): void => {
  const path = join(folder, `.${randomUUID()}`)
  try {
    disk.close(disk.open(path, "wx", 0o600))
    disk.unlink(path)
  } catch (error) {
    // No folder that is seen, or one that cannot be written: then it stays as it is remembered.
    if (errorCode(error) !== "ENOENT" || above === 0) return
    lookAgain(disk, dirname(folder), above - 1)
    lookAgain(disk, folder, 0)
  }
}

/** File systems of one machine, by the numbers that Linux gives them: what is not there is not there. */
const local = new Set([
  0xef53, // ext2 to ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
  0x858458f6 // ramfs
])

const isLocal = (root: string): boolean => {
  try {
    return process.platform !== "linux" || local.has(statfsSync(root).type)
  } catch {
    return true
  }
}

/** `lookAgain` for the folders of a store where that can make a difference, nothing on a disk of this machine. */
export const looker = (disk: Disk, root: string): ((folder: string) => void) =>
  isLocal(root) ? () => {} : (folder) => lookAgain(disk, folder)
