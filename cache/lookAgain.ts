// Makes this machine look a folder up anew at its file server, whatever it remembers of it.
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import type { Disk } from "./Disk.ts"

/**
 * Network file systems remember for up to a minute what a folder holds, and what it does not. A change that this machine
 * makes itself is answered by the server with the folder's state, which ends what was remembered: so a file is made and
 * deleted. Nothing is done where there is no such folder.
 */
export const lookAgain = (disk: Disk, folder: string): void => {
  const path = join(folder, `.${randomUUID()}`)
  try {
    disk.close(disk.open(path, "wx", 0o600))
    disk.unlink(path)
  } catch {
    // No folder, or one that cannot be written: then it is seen as it is remembered.
  }
}
