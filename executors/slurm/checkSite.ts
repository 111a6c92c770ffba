// Checks a site against the Slurm that is there: whether it answers, and whether it would take each sort of job.
import { tmpdir } from "node:os"
import { resolve, sep } from "node:path"
import * as Site from "../Site.ts"
import type { Commands } from "./commands.ts"
import { script } from "./script.ts"
import type { JobSpec } from "./script.ts"

export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly found: string
  /** What to do; "" where all is well. */
  readonly advice: string
}

/** A stage with what it asks for where the site says nothing else. */
export interface StageNeeds {
  readonly name: string
  readonly cores?: number
  readonly memory?: number
  readonly walltime?: number
}

const asJob = (
  store: string,
  of: Pick<JobSpec, "shape" | "cores" | "memory" | "walltime" | "directives">
): string =>
  script({ ...of, name: "largo-doctor", comment: "doctor", folder: store, avoid: [], agent: ["true"] })

/** @param stages those of the pipeline; those of the site alone where none are given */
export const checkSite = async (
  site: Site.Site,
  file: string | undefined,
  store: string,
  stages: ReadonlyArray<StageNeeds> | undefined,
  commands: Commands
): Promise<ReadonlyArray<Check>> => {
  const size = await commands.setting("MaxArraySize")
  const answers: Check = {
    name: "slurm",
    ok: size !== undefined,
    found:
      size === undefined
        ? "no controller answers scontrol show config"
        : `it answers; arrays of up to ${size}`,
    advice: size === undefined ? "run this on a login node of the cluster, with Slurm's commands on PATH" : ""
  }
  const shared = !resolve(store).startsWith(tmpdir() + sep)
  const checks: Array<Check> = [
    {
      name: "site",
      ok: true,
      found: file ?? "no largo.config.ts: the scheduler's defaults count",
      advice: ""
    },
    answers,
    {
      name: "shared store",
      ok: true,
      found: store,
      advice: shared
        ? ""
        : `all nodes have to see it under this path, and ${tmpdir()} mostly is each node's own`
    }
  ]
  const known = new Set(stages?.map(({ name }) => name))
  for (const name of Object.keys(site.stages ?? {})) {
    if (stages === undefined || known.has(name)) continue
    const advice = `it has: ${[...known].join(", ")}`
    checks.push({ name: `stages.${name}`, ok: false, found: "the pipeline has no such stage", advice })
  }
  if (size === undefined) return checks
  const { workers } = Site.settingsOf(site)
  const tests = new Map<string, Array<string>>()
  const add = (text: string, name: string): void => void tests.set(text, [...(tests.get(text) ?? []), name])
  const { batch: _, ...directives } = site.defaults ?? {}
  const shape = { _tag: "workers", count: workers.count } as const
  add(
    asJob(store, { ...workers, directives, shape }),
    `workers (${workers.count} with ${workers.cores} cores)`
  )
  for (const { name, ...stated } of stages ??
    Object.keys(site.stages ?? {}).map((stage) => ({ name: stage }))) {
    const { cores = 1, memory = 1024, walltime } = Site.resourcesOf(site, name, stated)
    const { batch, ...own } = Site.directivesOf(site, name)
    if (walltime === undefined || batch === "workers") continue
    const one = { _tag: "array", size: 1, running: undefined } as const
    add(asJob(store, { cores, memory, walltime, directives: own, shape: one }), name)
  }
  for (const [text, names] of tests) {
    const { ok, words } = await commands.test(text)
    const advice = ok
      ? ""
      : "mend account, partition, qos, constraint, cores, memory or walltime in largo.config.ts"
    checks.push({ name: `jobs of ${names.join(", ")}`, ok, found: words, advice })
  }
  return checks
}
