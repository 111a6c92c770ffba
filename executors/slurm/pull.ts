// Pulls attempts from the lists of a job, one after another, until there will be no more.
import type { Attempt } from "../../pipeline/Attempt.ts"
import type { JobFolder } from "./JobFolder.ts"

export interface Pulled {
  readonly job: Pick<JobFolder, "lists" | "list">
  /** Seconds without work after which to leave: with a driver that is gone, nobody else says so. */
  readonly idle: number
  /** Seconds that are left for an attempt. */
  readonly left: () => number
  /** Performs an attempt; false where another worker has it. */
  readonly take: (attempt: Attempt) => Promise<boolean>
}

/** Milliseconds between two looks for new attempts: the first ones, and the most. */
const looks = { first: 20, most: 2000 }

/** Seconds that an attempt gets at least, where it is not the first one. */
const least = 30

/** The most urgent attempts first. Leaves what would not end in time to those who come after. */
export const pull = async ({ idle, job, left, take }: Pulled): Promise<void> => {
  const read = new Set<string>()
  const queue: Array<Attempt> = []
  let look = looks.first
  let performed = 0
  let since = performance.now()
  for (;;) {
    const attempt = queue.pop()
    if (attempt !== undefined) {
      if (performed > 0 && left() < Math.max(least, 2 * (attempt.expected ?? 0))) return
      if (await take(attempt)) {
        performed += 1
        since = performance.now()
        look = looks.first
      }
      continue
    }
    const { closed, names } = job.lists()
    for (const name of names) {
      const found = read.has(name) ? undefined : job.list(name)
      if (found === undefined) continue
      read.add(name)
      queue.push(...found)
    }
    queue.sort((a, b) => a.priority - b.priority)
    if (queue.length > 0) continue
    if (closed || performance.now() - since > 1000 * idle) return
    await new Promise((done) => setTimeout(done, look))
    look = Math.min(2 * look, looks.most)
  }
}
