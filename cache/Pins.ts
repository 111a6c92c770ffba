// Pins: results whose bytes stay, whatever size a store is to shrink to.
import { join } from "node:path"
import { errorCode } from "./Disk.ts"
import type { Disk } from "./Disk.ts"
import { draft, place } from "./publish.ts"

export interface Pin {
  /** The id of a run, or the key of a node. */
  readonly id: string
  readonly what: "run" | "node"
  /** For people: the pipeline of the run, or the name of the node. */
  readonly name: string
  /** The keys of the results that stay. */
  readonly keys: ReadonlyArray<string>
  readonly at: string
}

export interface Pins {
  /** Says whether it is new; what is pinned already stays as it is. */
  readonly add: (pin: Pin) => boolean
  /** Says whether there was one. */
  readonly remove: (id: string) => boolean
  /** All pins by id. A damaged one throws: nothing may be collected while it is not known what has to stay. */
  readonly list: () => ReadonlyArray<Pin>
}

/** Opens the pins below `root`: `pins/ID.json`. */
export const open = (disk: Disk, root: string): Pins => {
  const folder = join(root, "pins")
  const pathOf = (id: string): string => join(folder, `${id}.json`)
  return {
    add: (pin) => {
      const file = draft(disk, join(root, "tmp"))
      try {
        file.write(Buffer.from(`${JSON.stringify(pin)}\n`))
        file.finish()
        return place(disk, file, pathOf(pin.id))
      } catch (error) {
        file.discard()
        throw error
      }
    },
    remove: (id) => {
      try {
        disk.unlink(pathOf(id))
        return true
      } catch (error) {
        if (errorCode(error) === "ENOENT") return false
        throw error
      }
    },
    list: () =>
      disk
        .readdir(folder)
        .sort()
        .map((name) => read(disk, join(folder, name)))
  }
}

/** A pin that cannot be read. */
export class DamagedPin extends Error {
  constructor(path: string) {
    super(`${path} is damaged, so that it is not known what has to stay; delete it and pin again`)
    this.name = "DamagedPin"
  }
}

const read = (disk: Disk, path: string): Pin => {
  let pin: Pin | undefined
  try {
    pin = JSON.parse(disk.readFile(path).toString("utf8")) as Pin
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  if (pin === undefined || !Array.isArray(pin.keys)) throw new DamagedPin(path)
  return pin
}
