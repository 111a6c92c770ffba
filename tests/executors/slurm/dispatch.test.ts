// What the driver asks of Slurm, and what it makes of the answers: against commands under remote control.
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import { describe, expect, it, onTestFinished } from "vitest"
import * as Store from "../../../cache/Store.ts"
import * as Site from "../../../executors/Site.ts"
import * as Slurm from "../../../executors/Slurm.ts"
import * as JobFolder from "../../../executors/slurm/JobFolder.ts"
import type { Attempt } from "../../../pipeline/Attempt.ts"
import type { Report } from "../../../pipeline/Executor.ts"
import type { Outcome } from "../../../pipeline/outcome.ts"
import { temporaryFolder } from "../../engine/rig.ts"
import { submitted } from "../contract.ts"
import { until } from "./cluster.ts"
import { fake } from "./fake.ts"
import { counted } from "./pipelines/counted.ts"

const done: Outcome = {
  _tag: "done",
  outputs: {},
  published: "First",
  wallSeconds: 1,
  cpuSeconds: 1,
  engineSeconds: 0
}

const quick = { poll: 0.05, settle: 0.1, grace: 0.4 }

/** An executor on commands of the test's own, with attempts that it was given. */
const rig = async (count: number, site: object = {}) => {
  const commands = fake()
  const store = Store.open(path.join(temporaryFolder(), "store"))
  const attempts = await submitted(counted, store.root, { folder: store.root, count })
  const parsed = Site.parse({ defaults: { batch: "array" }, slurm: quick, ...site }, "the test")
  const scope = Scope.makeUnsafe()
  const executor = await Effect.runPromise(Scope.provide(Slurm.make(store, parsed, commands.env), scope))
  const close = (): Promise<void> => Effect.runPromise(Scope.close(scope, Exit.void))
  onTestFinished(close)
  const reports: Array<Report> = []
  const listen = async (): Promise<ReadonlyArray<Report>> => {
    reports.push(...(await Effect.runPromise(Queue.clear(executor.reports))))
    return reports
  }
  const outcomes = async (): Promise<ReadonlyArray<Outcome>> =>
    (await listen()).flatMap((report) => (report._tag === "ended" ? [report.outcome] : []))
  const jobs = (): ReadonlyArray<JobFolder.JobFolder> =>
    JobFolder.list(store).map((id) => JobFolder.open(store, id))
  return {
    attempts,
    commands,
    jobs,
    outcomes,
    notes: async () => (await listen()).flatMap((report) => (report._tag === "note" ? [report.words] : [])),
    submit: (some: ReadonlyArray<Attempt> = attempts) => Effect.runPromise(executor.submit(some)),
    /** An agent of the first job takes an attempt. */
    claim: ({ folder, id }: Attempt, agent = "a") =>
      jobs()[0].claim(id, { agent, node: "n1", at: 1, folder }),
    end: ({ id }: Attempt, outcome: Outcome | undefined = done, agent = "a") =>
      jobs()[0].end(id, { agent, node: "n1", outcome, logs: {} }),
    /** All rows of the queue get this state. */
    state: (state: string, reason = "None") =>
      commands.setQueue(
        commands.queue().map((row) => row.replace(/\|[A-Z_]+\|\w+\|/, `|${state}|${reason}|`))
      ),
    looks: async (more: number) => {
      const before = commands.calls("squeue").length
      await until(() => commands.calls("squeue").length >= before + more)
    }
  }
}

describe("the driver", () => {
  it("submits 300 simulations by one sbatch, and asks for all of them by one squeue a look", async () => {
    const { attempts, commands, end, outcomes, submit, looks, state } = await rig(300)
    for (let part = 0; part < 300; part += 50) await submit(attempts.slice(part, part + 50))
    await until(() => commands.calls("sbatch").length === 1)
    await looks(3)
    expect(new Set(commands.calls("squeue")).size).toBe(1)
    state("RUNNING")
    for (const attempt of attempts) end(attempt)
    await until(async () => (await outcomes()).length === 300)
    expect(commands.calls("sbatch")).toHaveLength(1)
    expect(commands.scripts()[0]).toContain("#SBATCH --array=0-299\n")
  })

  it("cuts arrays at the size that the controller takes", async () => {
    const { commands, jobs, submit } = await rig(25)
    commands.always("scontrol", "echo 'MaxArraySize            = 10'")
    await submit()
    await until(() => commands.calls("sbatch").length === 3)
    const sizes = jobs().map((job) => String(job.intent()?.attempts.length))
    expect(sizes.toSorted()).toEqual(["10", "10", "5"])
  })

  it("puts unlike attempts into arrays of their own", async () => {
    const { attempts, commands, submit } = await rig(4)
    await submit(attempts.map((attempt, index) => ({ ...attempt, memory: index < 2 ? 100 : 200 })))
    await until(() => commands.queue().length === 4)
    const asked = commands
      .scripts()
      .map((text) => [...text.matchAll(/--mem=\d+M|--array=\S+/g)].map(([word]) => word).join(" "))
    expect(asked.toSorted()).toEqual(["--array=0-1 --mem=612M", "--array=0-1 --mem=712M"])
  })

  it("hands short attempts to the workers that are there, and submits no others", async () => {
    const { attempts, commands, jobs, outcomes, submit, end } = await rig(40, {
      defaults: { batch: "workers" }
    })
    await submit(attempts.slice(0, 10))
    await until(() => commands.calls("sbatch").length === 1)
    await submit(attempts.slice(10))
    await until(() => jobs()[0].lists().names.length === 2)
    for (const attempt of attempts) end(attempt)
    await until(async () => (await outcomes()).length === 40)
    expect(commands.calls("sbatch")).toHaveLength(1)
  })

  it("says what sbatch refused, and does not try it again", async () => {
    const { commands, outcomes, submit } = await rig(2)
    commands.next("sbatch", "echo 'sbatch: error: Batch job submission failed: Invalid account' >&2; exit 1")
    await submit()
    await until(async () => (await outcomes()).length === 2)
    const [outcome] = await outcomes()
    expect(outcome).toMatchObject({ _tag: "failed", futile: true })
    expect(outcome).toMatchObject({ message: expect.stringContaining("Invalid account") })
    expect(commands.calls("sbatch")).toHaveLength(1)
  })

  it("waits where the user may not have more jobs, and submits again later", async () => {
    const { commands, submit } = await rig(1)
    const limit =
      "echo 'sbatch: error: AssocMaxSubmitJobLimit: Job violates accounting/QOS policy (job submit limit)' >&2; exit 1"
    commands.next("sbatch", limit)
    await submit()
    await until(() => commands.queue().length === 1)
    expect(commands.calls("sbatch")).toHaveLength(2)
  })
})

describe("the queue", () => {
  it("that does not answer changes nothing", async () => {
    const { attempts, claim, commands, end, looks, outcomes, state, submit } = await rig(1)
    await submit()
    await until(() => commands.queue().length === 1)
    state("RUNNING")
    claim(attempts[0])
    commands.always("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1")
    await looks(3)
    expect(await outcomes()).toEqual([])
    end(attempts[0])
    await until(async () => (await outcomes()).length === 1)
    expect(await outcomes()).toEqual([done])
  })

  it("that has a job no more means nothing while it may still speak, and NodeFailed when it does not", async () => {
    const { attempts, claim, commands, looks, outcomes, submit } = await rig(1)
    await submit()
    await until(() => commands.queue().length === 1)
    claim(attempts[0])
    commands.setQueue([])
    await looks(2)
    expect(await outcomes()).toEqual([])
    await until(async () => (await outcomes()).length === 1)
    expect(await outcomes()).toMatchObject([{ outcome: "NodeFailed", node: "n1" }])
  })

  it("that has a job no more loses to the job's own word", async () => {
    const { attempts, claim, commands, end, outcomes, submit } = await rig(1)
    await submit()
    await until(() => commands.queue().length === 1)
    claim(attempts[0])
    commands.setQueue([])
    end(attempts[0])
    await until(async () => (await outcomes()).length === 1)
    expect(await outcomes()).toEqual([done])
  })

  it("may hold somebody else's job under our id, which is none of ours", async () => {
    const { attempts, claim, commands, end, looks, outcomes, submit } = await rig(1, {
      slurm: { ...quick, grace: 30 }
    })
    await submit()
    await until(() => commands.queue().length === 1)
    claim(attempts[0])
    const [row] = commands.queue()
    const [id] = row.split("|")
    commands.setQueue([`${id}|0|FAILED|NonZeroExitCode|n1|something|else`])
    await looks(3)
    expect(await outcomes()).toEqual([])
    end(attempts[0])
    await until(async () => (await outcomes()).length === 1)
    expect(await outcomes()).toEqual([done])
  })

  it.each([
    ["TIMEOUT", "TimeLimit"],
    ["PREEMPTED", "Preempted"],
    ["NODE_FAIL", "NodeFailed"],
    ["OUT_OF_MEMORY", "OutOfMemory"]
  ])("that says %s means %s", async (state, outcome) => {
    const { attempts, claim, commands, outcomes, submit, ...here } = await rig(1)
    await submit()
    await until(() => commands.queue().length === 1)
    claim(attempts[0])
    here.state(state)
    await until(async () => (await outcomes()).length === 1)
    expect(await outcomes()).toMatchObject([{ outcome }])
  })
})

describe("accounting", () => {
  const lost = async (answer: string) => {
    const { attempts, claim, commands, outcomes, submit } = await rig(1)
    commands.always("sacct", answer)
    await submit()
    await until(() => commands.queue().length === 1)
    claim(attempts[0])
    const [id, , , , , name] = commands.queue()[0].split("|")
    commands.always("sacct", answer.replace("ID", id).replace("NAME", name))
    commands.setQueue([])
    await until(async () => (await outcomes()).length === 1)
    return { outcomes: await outcomes(), calls: commands.calls("sacct").length }
  }

  it("knows how a job ended that the queue has forgotten", async () => {
    const { outcomes } = await lost("echo 'ID_0|TIMEOUT|n3|NAME|'")
    expect(outcomes).toMatchObject([{ outcome: "TimeLimit" }])
  })

  it("is believed by the name of the run alone", async () => {
    const { outcomes } = await lost("echo 'ID_0|TIMEOUT|n3|other|'")
    expect(outcomes).toMatchObject([{ outcome: "NodeFailed" }])
  })

  it("that a site does not have is asked once", async () => {
    const { calls, outcomes } = await lost("echo 'Slurm accounting storage is disabled' >&2; exit 1")
    expect(outcomes).toMatchObject([{ outcome: "NodeFailed" }])
    expect(calls).toBe(1)
  })

  it("that is busy is asked again", async () => {
    const { calls, outcomes } = await lost("echo 'sacct: error: slurmdbd: Connection refused' >&2; exit 1")
    expect(outcomes).toMatchObject([{ outcome: "NodeFailed" }])
    expect(calls).toBeGreaterThan(1)
  })
})
