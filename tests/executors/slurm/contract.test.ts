// The Slurm executor keeps what every executor keeps, by workers and by arrays, on a real Slurm.
import { afterAll, beforeAll, describe } from "vitest"
import * as Site from "../../../executors/Site.ts"
import * as Slurm from "../../../executors/Slurm.ts"
import { contract } from "../contract.ts"
import * as Cluster from "./cluster.ts"
import { quick } from "./site.ts"

describe.skipIf(!Cluster.hasSlurm)("on a real Slurm", () => {
  let cluster: Cluster.Cluster
  beforeAll(async () => {
    cluster = await Cluster.start()
  })
  afterAll(() => cluster?.stop())

  for (const batch of ["workers", "array"] as const) {
    const site = Site.parse({ defaults: { batch, memory: 256 }, slurm: quick }, "the test")
    contract(`the Slurm executor with ${batch}`, (store) => Slurm.make(store, site, cluster.env))
  }
})
