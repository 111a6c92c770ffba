// Measures a process: seconds on the clock, processor seconds, and memory, as the system counted them at its end.
import { spawnSync } from "node:child_process"

export interface Measured {
  /** Seconds on the clock. */
  readonly wall: number
  /** Processor seconds, of the processes that it waited for too. */
  readonly cpu: number
  /** Most memory of its largest process, MB. */
  readonly memory: number
}

export interface Command {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
}

/** Node tells nothing of the resources of a child. */
const wait4 = `
import json, os, resource, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - start
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3, status]))
`

/** Runs a command to its end. Throws where it fails, with the last of what it said. */
export const measure = ({ args, cwd, program }: Command): Measured => {
  const { stderr, stdout } = spawnSync("python3", ["-c", wait4, program, ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 30
  })
  const [wall, cpu, memory, status] = JSON.parse(stdout || "[0,0,0,-1]") as ReadonlyArray<number>
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr.slice(-2000)}`)
  return { wall, cpu, memory }
}

/** The least of each quantity over several rounds: what others on the machine do only adds. */
export const least = (rounds: ReadonlyArray<Measured>): Measured => ({
  wall: Math.min(...rounds.map(({ wall }) => wall)),
  cpu: Math.min(...rounds.map(({ cpu }) => cpu)),
  memory: Math.min(...rounds.map(({ memory }) => memory))
})

/** The least of so many rounds; in each round the commands take turns. */
export const inTurn = (
  commands: Readonly<Record<string, Command>>,
  rounds: number
): Readonly<Record<string, Measured>> => {
  const found: Record<string, Array<Measured>> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, command] of Object.entries(commands)) (found[name] ??= []).push(measure(command))
  }
  return Object.fromEntries(Object.entries(found).map(([name, its]) => [name, least(its)]))
}

const evictor = `
import os, sys
for top in sys.argv[1:]:
    for folder, _, names in os.walk(top):
        for name in names:
            try: file = os.open(os.path.join(folder, name), os.O_RDONLY)
            except OSError: continue
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)
`

/** Drops what the system holds of the files of some folders in memory, as if they had not been read for long. */
export const evict = (folders: ReadonlyArray<string>): void => {
  spawnSync("sync")
  spawnSync("python3", ["-c", evictor, ...folders])
}
