// The site file: what it may say, what is refused, and who has the last word.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import * as Site from "../../executors/Site.ts"
import { temporaryFolder } from "../engine/rig.ts"

const problemsOf = (value: unknown): ReadonlyArray<string> => {
  try {
    Site.parse(value, "largo.config.ts")
    return []
  } catch (error) {
    return error instanceof Site.BadSite ? error.problems : [String(error)]
  }
}

describe("a site file", () => {
  it("is refused with every problem and its path", () => {
    expect(
      problemsOf({
        stages: { "all-atom-md": { cores: 0, memory: "much", walltime: "tomorrow", partion: "long" } },
        slurm: { workers: { count: "many" } }
      }).map((problem) => problem.split(":")[0])
    ).toEqual(
      expect.arrayContaining([
        "stages.all-atom-md.cores",
        "stages.all-atom-md.memory",
        "stages.all-atom-md.walltime",
        "stages.all-atom-md.partion",
        "slurm.workers.count"
      ])
    )
  })

  it("keeps words out of the script that would be shell", () => {
    expect(problemsOf({ defaults: { partition: "a b" } })).toHaveLength(1)
    expect(problemsOf({ defaults: { account: "$(rm -rf .)" } })).toHaveLength(1)
    expect(problemsOf({ defaults: { lines: ["one\ntwo"] } })).toHaveLength(1)
  })

  it("is found in the working folder, and the command line has the last word", async () => {
    const folder = temporaryFolder()
    expect(await Site.load(folder, undefined, [])).toEqual({ site: {}, file: undefined })
    const file = path.join(folder, "largo.config.ts")
    fs.writeFileSync(file, `export default { defaults: { account: "a" }, stages: { md: { cores: 2 } } }\n`)
    const { site } = await Site.load(folder, undefined, ["stages.md.cores=8", "defaults.qos=high"])
    expect(site).toEqual({ defaults: { account: "a", qos: "high" }, stages: { md: { cores: 8 } } })
    await expect(Site.load(folder, "other.ts", [])).rejects.toThrow(Site.BadSite)
    await expect(Site.load(folder, undefined, ["stages.md.cores=none"])).rejects.toThrow("stages.md.cores")
  })
})

describe("what a stage asks for", () => {
  const site = Site.parse(
    {
      defaults: { memory: "4 GB", walltime: "1 h", partition: "main" },
      stages: { md: { walltime: "1-00:00:00" } }
    },
    "it"
  )

  it("is what the site says of it, else what it says itself, else what the site says of all", () => {
    expect(Site.resourcesOf(site, "md", { cores: 2, walltime: 60 })).toEqual({
      cores: 2,
      memory: 4096,
      walltime: 86_400
    })
    expect(Site.resourcesOf(site, "other", { walltime: 60 })).toEqual({ memory: 4096, walltime: 60 })
    expect(Site.resourcesOf(site, "third", { memory: 100 })).toEqual({ memory: 100, walltime: 3600 })
    expect(Site.directivesOf(site, "md")).toEqual({ partition: "main" })
  })
})

it.each([
  ["90", 90],
  ["90s", 90],
  ["30min", 1800],
  ["1.5 h", 5400],
  ["2 days", 172_800],
  ["01:30:00", 5400],
  ["1-02:00:00", 93_600],
  ["soon", NaN]
])("the time %s is %d s", (text, expected) => {
  expect(Site.seconds(text)).toBe(expected)
})

it.each([
  ["512 MB", 512],
  ["8GB", 8192],
  ["1.5GiB", 1536],
  ["1T", 1_048_576],
  ["100", NaN]
])("the size %s is %d MiB", (text, expected) => {
  expect(Site.mebibytes(text)).toBe(expected)
})
