// Batching: which attempts go to Slurm together, as pure functions of what waits.
import type { Attempt } from "../../pipeline/Attempt.ts"
import * as Site from "../Site.ts"
import type { JobSpec } from "./script.ts"

/** MiB for the two processes around an attempt. */
const overhead = 512

/** What attempts must have in common to be in one job, and what all of them ask of it. */
export type Class = Pick<JobSpec, "cores" | "memory" | "directives" | "avoid">

/** Whether workers pull an attempt, or it is an element of an array. */
export const isShort = (site: Site.Site, attempt: Attempt): boolean => {
  const { batch } = Site.directivesOf(site, attempt.manifest.stage)
  if (batch !== undefined) return batch === "workers"
  // What failed on a machine goes elsewhere, and workers are where they are.
  if (attempt.avoid !== undefined) return false
  return attempt.expected === undefined || attempt.expected <= Site.settingsOf(site).short
}

const directivesOf = (site: Site.Site, attempt: Attempt): JobSpec["directives"] => {
  const { batch: _, ...directives } = Site.directivesOf(site, attempt.manifest.stage)
  return directives
}

/** The class of an array's elements. */
export const arrayClass = (site: Site.Site, attempt: Attempt): Class => ({
  cores: attempt.cores,
  memory: attempt.memory + overhead,
  directives: directivesOf(site, attempt),
  avoid: attempt.avoid ?? []
})

/** The class of the workers that pull an attempt: those of the site, or larger ones. */
export const workersClass = (site: Site.Site, attempt: Attempt): Class => {
  const { workers } = Site.settingsOf(site)
  return {
    cores: Math.max(workers.cores, attempt.cores),
    memory: Math.max(workers.memory, attempt.memory) + overhead,
    directives: directivesOf(site, attempt),
    avoid: []
  }
}

/** Attempts that are alike, in arrays of at most `size`, the most urgent first. */
export const arrays = (
  site: Site.Site,
  attempts: ReadonlyArray<Attempt>,
  size: number
): ReadonlyArray<{
  readonly of: Class
  readonly walltime: number
  readonly attempts: ReadonlyArray<Attempt>
}> => {
  const groups = Map.groupBy(attempts, (attempt) =>
    JSON.stringify([arrayClass(site, attempt), attempt.walltime])
  )
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => b.priority - a.priority)
    const [{ walltime }] = sorted
    return Array.from({ length: Math.ceil(sorted.length / size) }, (_, index) => ({
      of: arrayClass(site, sorted[0]),
      walltime,
      attempts: sorted.slice(index * size, (index + 1) * size)
    }))
  })
}

/** Whether workers of a class may pull an attempt. */
export const fits = (site: Site.Site, attempt: Attempt, of: Class): boolean => {
  const needed = workersClass(site, attempt)
  return (
    needed.cores <= of.cores &&
    needed.memory <= of.memory &&
    JSON.stringify(needed.directives) === JSON.stringify(of.directives)
  )
}
