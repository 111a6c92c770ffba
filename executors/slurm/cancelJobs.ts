// Cancels the jobs that a store's runs have in the queue, by their names, until they are gone.
import type { Store } from "../../cache/Store.ts"
import { isActive } from "./judge.ts"
import type { Commands } from "./commands.ts"
import * as JobFolder from "./JobFolder.ts"

/** Looks at the queue until giving up on jobs that stay. */
const mostLooks = 60

/**
 * @param isMeant which runs, by their ids
 * @param pause between two looks, in ms
 * @returns how many jobs were cancelled, elements of arrays one by one; undefined where the scheduler does not answer
 */
export const cancelJobs = async (
  store: Store,
  commands: Commands,
  isMeant: (run: string) => boolean,
  pause = 1000
): Promise<number | undefined> => {
  const specs = JobFolder.list(store).flatMap((id) => JobFolder.open(store, id).intent()?.spec ?? [])
  const comments = new Set(
    specs.map(({ comment }) => comment).filter((comment) => isMeant(comment.split(":")[0]))
  )
  const names = [...new Set(specs.map(({ name }) => name))]
  if (comments.size === 0) return 0
  const cancelled = new Set<string>()
  for (let look = 0; look < mostLooks; look += 1) {
    const rows = await commands.queue(names)
    const going = rows?.filter(({ comment, state }) => comments.has(comment) && isActive(state))
    if (going?.length === 0) return cancelled.size
    const jobs = (going ?? []).map(({ element, id }) => (element === undefined ? id : `${id}_${element}`))
    for (const job of jobs) cancelled.add(job)
    // Whole arrays by their number: thousands of elements make no command line.
    if (going !== undefined) await commands.cancel([...new Set(going.map(({ id }) => id))])
    await new Promise((done) => setTimeout(done, pause))
  }
  return undefined
}
