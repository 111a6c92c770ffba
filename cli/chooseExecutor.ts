// From the words of a command line to the executor: this machine, or the Slurm of the site.
import { availableParallelism } from "node:os"
import type * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import type { Store } from "../cache/Store.ts"
import * as Local from "../executors/Local.ts"
import * as Site from "../executors/Site.ts"
import type { Executor } from "../pipeline/Executor.ts"
import type { Resources } from "../pipeline/Stage.ts"
import { UsageError } from "./Usage.ts"
import type { Options, Words } from "./Usage.ts"

/** What every subcommand takes that knows of a site. */
export const siteOptions = {
  executor: { help: "where attempts run: local (default) or slurm", takes: "NAME" },
  site: {
    help: "reads the site from this file (default: largo.config.ts, where there is one)",
    takes: "FILE"
  },
  "site-set": {
    help: "sets a field of the site: stages.all-atom-md.walltime=12h",
    takes: "NAME=VALUE",
    many: true
  }
} satisfies Options

/** What `largo run` takes besides. */
export const executorOptions = {
  ...siteOptions,
  jobs: { help: "cores of this machine to use at once (default: all)", takes: "N" },
  "time-limit": {
    help: "ends every attempt after this time: 30min, 12h; it goes on from its checkpoint",
    takes: "TIME"
  }
} satisfies Options

export interface Chosen {
  readonly name: "local" | "slurm"
  /** Cores that the executor has at once, for estimates. */
  readonly cores: number
  readonly site: Site.Site
  readonly make: (store: Store) => Promise<Effect.Effect<Executor, never, Scope>>
  readonly resourcesOf: (stage: string, stated: Resources) => Resources
}

/** Chooses and checks. Throws `UsageError` and `BadSite` with every problem. */
export const chooseExecutor = async ({
  options
}: Pick<Words<typeof executorOptions>, "options">): Promise<Chosen> => {
  const { executor = "local", jobs } = options
  const problems: Array<string> = []
  const cores = jobs === undefined ? availableParallelism() : Number(jobs)
  if (!Number.isInteger(cores) || cores < 1)
    problems.push(`--jobs: needs a whole number from 1 on, got "${jobs}"`)
  if (executor !== "local" && executor !== "slurm") {
    problems.push(`--executor: there is no executor "${executor}"; there are: local, slurm`)
  }
  const limit = options["time-limit"] === undefined ? undefined : Site.seconds(options["time-limit"])
  if (limit !== undefined && !(limit > 0)) {
    problems.push(`--time-limit: needs a time such as 30min or 12h, got "${options["time-limit"]}"`)
  }
  if (problems.length > 0) throw new UsageError(problems, "type: largo run --help")
  const { site } = await Site.load(process.cwd(), options.site, options["site-set"])
  const resourcesOf: Chosen["resourcesOf"] = (stage, stated) => {
    const asked = Site.resourcesOf(site, stage, stated)
    return limit === undefined ? asked : { ...asked, walltime: limit }
  }
  if (executor === "local") {
    const limits = { ...Local.machine(), cores }
    return { name: executor, cores, site, resourcesOf, make: async () => Local.make(limits) }
  }
  return {
    name: "slurm",
    cores: Site.settingsOf(site).workers.count,
    site,
    resourcesOf,
    make: async (store) => (await import("../executors/Slurm.ts")).make(store, site)
  }
}
