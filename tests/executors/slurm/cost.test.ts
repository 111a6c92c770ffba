// Before anything is submitted: what a run may cost, and what the scheduler says of the site.
import path from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { place } from "../../cli/largo.ts"
import type { Place } from "../../cli/largo.ts"
import { fake } from "./fake.ts"
import type { Fake } from "./fake.ts"
import { writeSite } from "./site.ts"

const counted = path.join(import.meta.dirname, "pipelines", "counted.ts")

let commands: Fake
let here: Place
beforeEach(() => {
  commands = fake()
  here = place(commands.env)
})
afterEach(() => here.remove())

it("a run that may cost more than the site lets pass starts only with --yes", async () => {
  writeSite(here.folder, { slurm: { confirm: 1 } })
  const params = ["--set", `folder=${here.folder}`, "--set", "count=12"]
  // Twelve nodes of ten minutes at most.
  const { status, stderr } = await here.largo("run", counted, "--executor", "slurm", ...params)
  expect(status).toBe(2)
  expect(stderr).toContain("at most 2 core-hours by the wall times of stages that have never run")
  expect(stderr).toContain("--yes")
  expect(commands.calls("sbatch")).toEqual([])

  const { child, ended } = here.start("run", counted, "--executor", "slurm", "--yes", ...params)
  while (commands.calls("sbatch").length === 0) await new Promise((done) => setTimeout(done, 20))
  child.kill("SIGINT")
  expect((await ended).status).toBe(130)
})

it("doctor names stages that are not there, and what the scheduler refuses", async () => {
  writeSite(here.folder, { defaults: { account: "nobody" }, stages: { pas: { cores: 2 } } })
  commands.always(
    "sbatch",
    "echo 'allocation failure: Invalid account or account/partition combination' >&2; exit 1"
  )
  const { answer, status } = await here.ask("doctor", "doctor", counted, "--executor", "slurm")
  expect(status).toBe(1)
  expect(answer["checks"]).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "slurm", ok: true }),
      expect.objectContaining({ name: "stages.pas", ok: false }),
      expect.objectContaining({ ok: false, found: expect.stringContaining("Invalid account") })
    ])
  )
  expect(commands.calls("sbatch").every((call) => call.includes("--test-only"))).toBe(true)
})
