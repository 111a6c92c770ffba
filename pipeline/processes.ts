// The processes of attempts: found by the mark in their environment, whatever group or session they moved to.
import { readdirSync, readFileSync } from "node:fs"

/** The variable that every process of an attempt inherits: `ATTEMPT DRIVER_PID STORE`. */
export const mark = "LARGO_ATTEMPT"

/** A live process of an attempt. */
export interface Marked {
  readonly pid: number
  readonly attempt: string
  readonly driver: number
  readonly store: string
}

/** The value of the mark. */
export const markOf = (attempt: string, driver: number, store: string): string =>
  `${attempt} ${driver} ${store}`

/** The driver that this process was marked with when it was started; its parent may have become another since. */
export const ownDriver = (): number => Number(process.env[mark]?.split(" ")[1] ?? process.ppid)

/** All processes of this machine that carry the mark (Linux; none elsewhere, where process groups have to do). */
export const marked = (): ReadonlyArray<Marked> => {
  let pids: Array<string>
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
  return pids.flatMap((name) => {
    const pid = Number(name)
    if (pid === process.pid) return []
    try {
      const variable = readFileSync(`/proc/${name}/environ`, "latin1")
        .split("\0")
        .find((entry) => entry.startsWith(`${mark}=`))
      if (variable === undefined) return []
      const [attempt, driver, ...store] = variable.slice(mark.length + 1).split(" ")
      return [{ pid, attempt: attempt, driver: Number(driver), store: store.join(" ") }]
    } catch {
      return [] // It ended meanwhile, or belongs to somebody else.
    }
  })
}

/** Whether a process runs. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** Kills the processes that match, again until none is left that could have started another. */
export const killMarked = (matches: (process: Marked) => boolean): number => {
  const killed = new Set<number>()
  for (let round = 0; round < 10; round += 1) {
    const left = marked().filter(matches)
    if (left.length === 0) break
    for (const { pid } of left) {
      killed.add(pid)
      try {
        process.kill(pid, "SIGKILL")
      } catch {
        // Ended by itself.
      }
    }
  }
  return killed.size
}

/** Ends what the attempts of a dead driver have left running on a store. */
export const killOrphans = (store: string): number =>
  killMarked((process) => process.store === store && !isAlive(process.driver))
