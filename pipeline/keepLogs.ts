// Keeps the logs of an attempt: the files of its folder that are logs by their name, as blobs of the store.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Blob } from "../cache/ContentStore.ts"
import type { Store } from "../cache/Store.ts"

/** What is kept of a log, in bytes. */
const logLimit = 1 << 20

/** Files of the folder that are logs by their name: `*.out`, `*.err`, `*.log`, `log.*`. Long ones lose their middle. */
export const keepLogs = (store: Store, folder: string): Readonly<Record<string, Blob>> => {
  const logs: Record<string, Blob> = {}
  if (!existsSync(folder)) return logs
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (!/\.(out|err|log)$|^log\./.test(name) || !statSync(path).isFile() || statSync(path).size === 0)
      continue
    const bytes = readFileSync(path)
    logs[name] = store.contents.put(
      bytes.length <= logLimit
        ? bytes
        : Buffer.concat([
            bytes.subarray(0, logLimit / 2),
            Buffer.from(`\n[${bytes.length - logLimit} bytes left out]\n`),
            bytes.subarray(-logLimit / 2)
          ])
    )
  }
  return logs
}
