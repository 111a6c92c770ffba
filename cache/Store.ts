// A store: the folder that holds contents, actions, failures and runs, with the version of its form.
import { join, resolve } from "node:path"
import * as ActionCache from "./ActionCache.ts"
import * as ContentStore from "./ContentStore.ts"
import * as Disk from "./Disk.ts"
import { errorCode } from "./Disk.ts"
import * as Failures from "./Failures.ts"
import { looker } from "./lookAgain.ts"
import * as Pins from "./Pins.ts"
import * as Names from "./Names.ts"
import { draft, place } from "./publish.ts"

export interface Store {
  readonly root: string
  readonly disk: Disk.Disk
  readonly contents: ContentStore.ContentStore
  readonly actions: ActionCache.ActionCache
  /** Makes what was published survive a power loss, by name as well: names wait for each other until then. */
  readonly flush: () => void
  readonly failures: Failures.Failures
  readonly pins: Pins.Pins
  /** One folder a run: its ledger and the names of its nodes. */
  readonly runs: string
  /** One folder an attempt. */
  readonly attempts: string
  /** What can be deleted at any time: memos that belong to this machine. */
  readonly local: string
}

/** The store's form. A newer largo that changes it migrates the store or says how. */
const format = "largo store 1\n"

/** A folder that is not a store of the form that this largo reads. */
export class UnknownStore extends Error {
  constructor(root: string, found: string) {
    super(
      `${root} holds "${found.trim().slice(0, 60)}" where this largo reads "${format.trim()}"; ` +
        `use the largo that wrote it, or another folder with --store DIR`
    )
    this.name = "UnknownStore"
  }
}

/** Opens a store and creates its folder and version file where there is none. Throws `UnknownStore`. */
export const open = (folder: string, disk: Disk.Disk = Disk.real): Store => {
  const root = resolve(folder)
  const version = join(root, "format")
  let found: string | undefined
  try {
    found = disk.readFile(version).toString("utf8")
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error
  }
  if (found === undefined) {
    disk.mkdir(root)
    const file = draft(disk, join(root, "tmp"))
    try {
      file.write(Buffer.from(format))
      file.finish()
      place(disk, file, version)
    } catch (error) {
      file.discard()
      throw error
    }
  } else if (found !== format) {
    throw new UnknownStore(root, found)
  }
  const names = Names.open(disk)
  const look = looker(disk, root)
  return {
    root,
    disk,
    contents: ContentStore.open(disk, root, names, look),
    actions: ActionCache.open(disk, root, names, look),
    flush: names.flush,
    failures: Failures.open(disk, root),
    pins: Pins.open(disk, root),
    runs: join(root, "runs"),
    attempts: join(root, "attempts"),
    local: join(root, "local")
  }
}
