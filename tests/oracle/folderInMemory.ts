// A temporary folder, in memory where the system has a place for that.
import fs from "node:fs"
import os from "node:os"
import path from "node:path"

/** Makes the folder; whoever asked for it deletes it. */
export const folderInMemory = (): string =>
  fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "largo-torture-"))
