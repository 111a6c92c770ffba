// The site of these tests: quick looks, small jobs.
import fs from "node:fs"
import path from "node:path"
import * as Site from "../../../executors/Site.ts"

/** Quick looks: the tests have no time for a cluster's pace. */
export const quick = {
  poll: 0.2,
  settle: 0.1,
  grace: 4,
  workers: { count: 2, cores: 1, memory: 512, idle: 60 }
}

export const arrays = Site.parse({ defaults: { batch: "array" }, slurm: quick }, "the tests")
export const workers = Site.parse({ defaults: { batch: "workers" }, slurm: quick }, "the tests")

/** Writes a site file to a folder. */
export const writeSite = (folder: string, site: Site.Site): void =>
  fs.writeFileSync(path.join(folder, "largo.config.ts"), `export default ${JSON.stringify(site)}\n`)
