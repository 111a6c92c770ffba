// docs/cluster.md holds: its site file is taken, and its commands run one after another on a real Slurm.
import { execa } from "execa"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as Site from "../../../executors/Site.ts"
import { blocksOf, commandsOf } from "../../docs/blocks.ts"
import { hasLammps } from "../../all-atom/programs.ts"
import * as Cluster from "./cluster.ts"

const root = path.join(import.meta.dirname, "..", "..", "..")
const blocks = blocksOf(path.join(root, "docs", "cluster.md"))
const file = blocks.find(({ mark }) => mark === "file largo.config.ts")!

/** The page's campaign takes days: its commands run with a moment of one small sample. */
const moment = {
  molecules: 8,
  cutoff: 0.6,
  constantPressure: 2,
  constantPressureDiscarded: 0.4,
  constantVolume: 0.4,
  production: 2
}
const small = (command: string): string =>
  command
    .replace("samples=300", "samples=1 --until all-atom-md")
    .replace(
      /protocol=(paper|tiny)/,
      [
        "protocol=tiny",
        ...Object.entries(moment).map(([name, value]) => `--set allAtom.${name}=${value}`)
      ].join(" ")
    )

it("the page says of each block what it is", () => {
  const unmarked = blocks.filter(({ language, mark }) => /^(sh|ts)$/.test(language) && mark === "")
  expect(unmarked.map(({ line }) => line)).toEqual([])
})

describe.skipIf(!Cluster.hasSlurm || !hasLammps)("the page's cluster", () => {
  let cluster: Cluster.Cluster
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-cluster-page-"))
  beforeAll(async () => {
    cluster = await Cluster.start()
    const npx = `#!/bin/sh\n[ "$1" = largo ] || exit 9\nshift\nexec "${process.execPath}" "${root}/bin/largo.js" "$@"\n`
    fs.writeFileSync(path.join(folder, "npx"), npx, { mode: 0o755 })
    // This machine has no modules: loading one is noted.
    fs.writeFileSync(path.join(folder, "module"), `#!/bin/sh\necho "$*" >>${folder}/modules\n`, {
      mode: 0o755
    })
    fs.symlinkSync(path.join(root, "scripts"), path.join(folder, "scripts"))
    fs.writeFileSync(
      path.join(folder, "largo.config.ts"),
      file.text
        .replace("count: 16", "count: 2")
        .replace("2 GB", "300 MB")
        .replace("slurm: {", "slurm: { poll: 0.3, settle: 0.2,")
    )
  })
  afterAll(async () => {
    await cluster?.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  it("takes its site file", async () => {
    const { site } = await Site.load(folder, undefined, [])
    expect(Site.resourcesOf(site, "all-atom-md", {})).toMatchObject({ walltime: 12 * 3600 })
  })

  it("runs its commands, in order", { timeout: 240_000 }, async () => {
    const env = {
      ...cluster.env,
      PATH: `${folder}:${process.env["PATH"]}`,
      LARGO_STORE: path.join(folder, "store")
    }
    const said = new Map<string, string>()
    for (const command of blocks.filter(({ mark }) => mark === "cluster").flatMap(commandsOf)) {
      const { all } = await execa("bash", ["-c", small(command)], { cwd: folder, env, all: true })
      said.set(command, all)
    }
    const of = (start: string): string => [...said].find(([command]) => command.includes(start))?.[1] ?? ""
    expect(of("largo doctor")).toContain("jobs of all-atom-md: Job ")
    expect(of("--detach")).toMatch(/run \S+ goes on as process \d+/)
    expect(of("status --watch")).toContain("all-atom-md")
    expect([...said].findLast(([command]) => command.includes("samples=300"))?.[1]).toContain("0 ran")
    expect(of("largo cancel")).toContain("0 jobs cancelled")
    // The jobs load the site's modules themselves.
    expect(fs.readFileSync(path.join(folder, "modules"), "utf8")).toMatch(/^load lammps$/m)
  })
})
