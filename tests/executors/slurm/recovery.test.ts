// A driver that is killed at any moment, and a Slurm that loses things: nothing is lost, nothing is done in vain.
import fs from "node:fs"
import path from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import * as Store from "../../../cache/Store.ts"
import type { Site } from "../../../executors/Site.ts"
import * as JobFolder from "../../../executors/slurm/JobFolder.ts"
import { place } from "../../cli/largo.ts"
import type { Place } from "../../cli/largo.ts"
import * as Cluster from "./cluster.ts"
import { until } from "./cluster.ts"
import { fake } from "./fake.ts"
import type { Fake } from "./fake.ts"
import { arrays, writeSite, workers } from "./site.ts"

const counted = path.join(import.meta.dirname, "pipelines", "counted.ts")

describe.skipIf(!Cluster.hasSlurm)("on a real Slurm", () => {
  let cluster: Cluster.Cluster
  let commands: Fake
  let here: Place
  beforeAll(async () => {
    cluster = await Cluster.start()
  })
  afterAll(() => cluster?.stop())
  beforeEach(() => {
    commands = fake(cluster)
    here = place(commands.env)
  })
  afterEach(async () => {
    await cluster.command("scancel", "--user=root")
    here.remove()
  })

  const run = (count = 1, ...more: ReadonlyArray<string>): ReadonlyArray<string> => {
    const params = ["--set", `folder=${here.folder}`, "--set", `count=${count}`, ...more]
    return ["run", counted, "--executor", "slurm", "--json", ...params]
  }
  const open = (): void => fs.writeFileSync(path.join(here.folder, "open"), "")
  const starts = (): ReadonlyArray<string> => {
    const file = path.join(here.folder, "starts")
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : []
  }
  const site = (given: Site): void => writeSite(here.folder, given)
  const jobs = (): ReadonlyArray<JobFolder.JobFolder> => {
    const store = Store.open(here.store)
    return JobFolder.list(store).map((id) => JobFolder.open(store, id))
  }
  const finishes = async (args: ReadonlyArray<string>, expected: object): Promise<string> => {
    const { status, stderr, stdout } = await here.largo(...args)
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ failed: 0, ...expected })
    const store = Store.open(here.store)
    for (const key of store.actions.list()) expect(store.actions.realisations(key)).toEqual([])
    return stderr
  }

  describe("a driver that is killed", () => {
    it("before its job is submitted leaves an intent, and the next one submits once", async () => {
      site(arrays)
      // The parent of sbatch is the driver.
      commands.next("sbatch", "kill -9 $PPID")
      await here.start(...run()).ended
      expect(jobs()).toHaveLength(1)
      expect(jobs()[0].submitted()).toBeUndefined()
      open()
      await finishes(run(), { ran: 1 })
      expect(starts()).toEqual(["0"])
    })

    it.each([
      ["arrays", arrays],
      ["workers", workers]
    ])("after its job was submitted, but before it knew that, has it adopted (%s)", async (_, given) => {
      site(given)
      commands.next("sbatch", 'real "$@" >/dev/null; kill -9 $PPID')
      await here.start(...run()).ended
      expect(jobs()[0].submitted()).toBeUndefined()
      open()
      // Ran in this run or before it, as fast as the job was.
      await finishes(run(), {})
      expect(starts()).toEqual(["0"])
      expect(commands.calls("sbatch")).toHaveLength(1)
    })

    it.each([
      ["arrays", arrays],
      ["workers", workers]
    ])("while its jobs run has them adopted, whatever ended in between (%s)", async (_, given) => {
      site(given)
      const { child, ended } = here.start(...run(2))
      await until(() => starts().length === 2)
      child.kill("SIGKILL")
      await ended
      // The jobs end while nobody looks.
      open()
      await until(() => [...Store.open(here.store).actions.list()].length === 2)
      await finishes(run(2), {})
      expect(starts().toSorted()).toEqual(["0", "1"])
      expect(commands.calls("sbatch")).toHaveLength(1)
    })
  })

  it("a driver that is stopped leaves the jobs to the next one, which takes them up while they run", async () => {
    site(arrays)
    const { child, ended } = here.start(...run(2))
    await until(() => starts().length === 2)
    child.kill("SIGINT")
    const { status, stderr } = await ended
    expect(status, stderr).toBe(130)
    expect(stderr).toContain("the same command takes them up again")
    const second = here.start(...run(2))
    let said = ""
    second.child.stderr?.on("data", (text: string) => (said += text))
    await until(() => said.includes("started pass@index=1"))
    open()
    expect((await second.ended).status).toBe(0)
    expect(starts().toSorted()).toEqual(["0", "1"])
    expect(commands.calls("sbatch")).toHaveLength(1)
  })

  it.each([
    ["arrays", arrays],
    ["workers", workers]
  ])("largo cancel ends the jobs that a killed driver has left (%s)", async (_, given) => {
    site(given)
    const { child, ended } = here.start(...run(2))
    await until(() => starts().length === 2)
    child.kill("SIGKILL")
    await ended
    const { answer, stderr } = await here.ask("cancel", "cancel")
    expect(answer, stderr).toMatchObject({ jobs: given === arrays ? 2 : 1 })
    expect((await cluster.command("squeue", "--noheader")).trim()).toBe("")
  })

  describe("an answer of sbatch that leaves it open whether the job was accepted", () => {
    const timedOut =
      'echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2; exit 1'

    it("is followed by a look, and no second submission where it was", async () => {
      site(arrays)
      open()
      commands.next("sbatch", `real "$@" >/dev/null; ${timedOut}`)
      const said = await finishes(run(), { ran: 1 })
      expect(said).toContain("Socket timed out")
      expect(commands.calls("sbatch")).toHaveLength(1)
      expect(starts()).toEqual(["0"])
    })

    it("is followed by another submission where it was not", async () => {
      site(arrays)
      open()
      commands.next("sbatch", timedOut)
      await finishes(run(), { ran: 1 })
      expect(commands.calls("sbatch")).toHaveLength(2)
      expect(starts()).toEqual(["0"])
    })
  })

  it("elements that vanish from the queue without a word are submitted again", async () => {
    site(arrays)
    await cluster.command("scontrol", "update", "PartitionName=main", "State=DOWN")
    const { ended } = here.start(...run(2))
    await until(async () => (await cluster.command("squeue", "-h", "-r")).trim().split("\n").length === 2)
    open()
    await cluster.command("scancel", "--user=root")
    await cluster.command("scontrol", "update", "PartitionName=main", "State=UP")
    const { status, stderr } = await ended
    expect(status, stderr).toBe(0)
    expect(starts().toSorted()).toEqual(["0", "1"])
  })

  it("a controller that forgot its jobs and gives their ids to others costs a try and no more", async () => {
    site(arrays)
    const { ended } = here.start(...run())
    await until(() => starts().length === 1 && jobs()[0].submitted() !== undefined)
    const own = Number(jobs()[0].submitted())
    await cluster.forget()
    const foreign = (): Promise<string> =>
      cluster.command("sbatch", "--parsable", "-o", "/dev/null", "--wrap", "exit 9")
    let id = 0
    while (id < own) id = Number(await foreign())
    expect(id).toBe(own)
    open()
    const { status, stderr, stdout } = await ended
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ran: 1, failed: 0 })
  })

  it("a node that fails while its job runs on has the job elsewhere, and one result", async () => {
    site(arrays)
    const { ended } = here.start(...run())
    await until(() => starts().length === 1)
    const node = (await cluster.command("squeue", "-h", "-o", "%N")).trim()
    await cluster.kill(node)
    await until(() => starts().length === 2)
    const [script] = commands.scripts().filter((text) => text.includes("--exclude"))
    expect(script).toContain(`#SBATCH --exclude=${node}`)
    open()
    const { status, stderr } = await ended
    expect(status, stderr).toBe(0)
    expect(stderr).toContain("NodeFailed")
    // The first copy ends as well, and changes nothing.
    const store = Store.open(here.store)
    const [key] = store.actions.list()
    expect(store.actions.realisations(key)).toEqual([])
    await cluster.start(node)
  })

  it("a job that has to give way to a more urgent one is begun again", async () => {
    site(arrays)
    const { ended } = here.start(...run())
    await until(() => starts().length === 1)
    const urgent = ["-p", "urgent", "-N4", "--exclusive", "-o", "/dev/null", "--wrap", "sleep 1"]
    await cluster.command("sbatch", ...urgent)
    await until(() => starts().length === 2)
    open()
    const { status, stderr } = await ended
    expect(status, stderr).toBe(0)
    expect(stderr).toContain("is tried again (Preempted")
  })

  it("a job that takes more memory than it asked for is tried again with more", async () => {
    site(arrays)
    open()
    const { status, stderr } = await here.largo(
      ...run(1, "--set", "bytes=700000000", "--site-set", "stages.pass.memory=200")
    )
    expect(status, stderr).toBe(0)
    expect(stderr).toContain("is tried again (OutOfMemory")
    const asked = commands.scripts().flatMap((text) => /--mem=(\d+)M/.exec(text)?.[1] ?? [])
    expect(asked.map(Number).toSorted((a, b) => a - b)).toEqual([712, 912])
  })
})
