// Two mounts of one folder, as two machines see it on a network disk: each remembers what it saw.
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { until } from "../executors/slurm/cluster.ts"

/** Whether file systems of our own can be built and mounted here. */
export const canMount =
  process.getuid?.() === 0 &&
  ["/dev/fuse", "/usr/include/fuse3/fuse.h", "/usr/bin/gcc", "/usr/bin/fusermount3"].every((file) =>
    fs.existsSync(file)
  )

export interface Mounts {
  /** The same folder, as two machines see it. */
  readonly here: string
  readonly there: string
  /** The next calls of this name on the first mount fail with this number. */
  readonly fail: (call: string, errno: number, times?: number) => void
  readonly unmount: () => Promise<void>
}

/** @param remembered milliseconds */
export const mount = async (remembered: number): Promise<Mounts> => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-mounts-"))
  const program = path.join(folder, "stalefs")
  const source = path.join(import.meta.dirname, "stalefs.c")
  const flags = ["-D_FILE_OFFSET_BITS=64", "-I/usr/include/fuse3", "-O1", "-Wall", "-Werror"]
  execFileSync("gcc", [...flags, source, "-o", program, "-lfuse3", "-lpthread"])
  const shared = path.join(folder, "shared")
  fs.mkdirSync(shared)
  const started = ["here", "there"].map((name) => {
    const place = path.join(folder, name)
    fs.mkdirSync(place)
    const child = spawn(program, [shared, String(remembered), `${place}.faults`, place], { stdio: "ignore" })
    return { child, place }
  })
  const mounted = (place: string): boolean =>
    fs.readFileSync("/proc/mounts", "utf8").includes(` ${place} fuse`)
  await until(() => started.every(({ place }) => mounted(place)))
  const [here, there] = started.map(({ place }) => place)
  return {
    here,
    there,
    fail: (call, errno, times = 1) => fs.writeFileSync(`${here}.faults`, `${call} ${errno} ${times}     \n`),
    unmount: async () => {
      for (const { child, place } of started) {
        const ended = once(child, "exit")
        execFileSync("fusermount3", ["-u", "-z", place])
        await ended
      }
      fs.rmSync(folder, { recursive: true, force: true })
    }
  }
}
