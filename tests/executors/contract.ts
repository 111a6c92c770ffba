// What every executor keeps: the suite that each of them passes.
import fs from "node:fs"
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import { describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import type { Executor, Report } from "../../pipeline/Executor.ts"
import type { Event } from "../../pipeline/Event.ts"
import * as launch from "../../pipeline/launch.ts"
import type { Pipeline } from "../../pipeline/Pipeline.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import { climb } from "../engine/fixtures/climbing.ts"
import { fixed, campaign } from "../engine/fixtures/pipelines.ts"
import { breaks, needs, script } from "../engine/fixtures/unruly.ts"
import { temporaryFolder } from "../engine/rig.ts"

const file = path.join(import.meta.dirname, "..", "engine", "fixtures", "pipelines.ts")

/** Makes an executor on a store. */
export type Make = (store: Store.Store) => Effect.Effect<Executor, never, Scope.Scope>

/** Runs a pipeline with an executor of its own. */
export const runWith = async (
  make: Make,
  pipeline: Pipeline,
  asked: { readonly store: string; readonly params?: object; readonly failFast?: boolean }
) => {
  const { failFast = false, params = {}, store } = asked
  const opened = await launch.open({ pipeline, file, params, store })
  const events: Array<Event> = []
  const listen = (event: Event): void => void events.push(event)
  const executor = make(opened.session.store)
  const result = await Effect.runPromise(launch.run(opened, { file, executor, listen, failFast }))
  return { ...result, events }
}

/** Attempts at the first nodes of a pipeline, as a run would make them, and what an executor says of them. */
export const submitted = async (
  pipeline: Pipeline,
  store: string,
  params: object = {}
): Promise<ReadonlyArray<Attempt>> => {
  const opened = await launch.open({ pipeline, file, params, store })
  const caught: Array<Attempt> = []
  const reports = await Effect.runPromise(Queue.unbounded<Report>())
  const executor: Executor = {
    reports,
    submit: (attempts) =>
      Effect.sync(() => {
        caught.push(...attempts)
        for (const { folder, id } of attempts) {
          const outcome = {
            _tag: "failed",
            outcome: "BadInput",
            message: "",
            fix: "",
            logs: {},
            folder
          } as const
          Queue.offerUnsafe(reports, { _tag: "ended", attempt: id, outcome })
        }
      }),
    cancel: () => Effect.void
  }
  await Effect.runPromise(launch.run(opened, { file, executor: Effect.succeed(executor) }))
  return caught
}

export const contract = (name: string, make: Make): void => {
  describe(name, () => {
    it("performs what it is given, and reports the start and the end of each once", async () => {
      const store = temporaryFolder()
      const did = await runWith(make, campaign, { store, params: { count: 3 } })
      expect(did.summary).toMatchObject({ ran: 9, failed: 0, skipped: 0 })
      const started = did.events.flatMap((event) => (event._tag === "Started" ? [event.node] : []))
      const done = did.events.flatMap((event) => (event._tag === "Done" ? [event.node] : []))
      expect(new Set(started).size).toBe(9)
      expect(started).toHaveLength(9)
      expect(done.toSorted()).toEqual(started.toSorted())
      const total = Store.open(store).contents.read(did.summary.targets["total"] ?? "")
      expect(JSON.parse(total.toString())).toEqual({ value: 6 })
    })

    it("says how a failure came about, with the logs of the attempt", async () => {
      const store = temporaryFolder()
      const pipeline = fixed("complains", () => ({
        text: script({ script: "echo to the log; exit 3" }, {}).text
      }))
      const { events } = await runWith(make, pipeline, { store })
      const failed = events.filter((event) => event._tag === "Failed")
      expect(failed).toMatchObject([
        { outcome: "BadInput", message: "the script ended with 3", retried: false }
      ])
      const { digest } = failed[0].logs["shell.out"]
      expect(Store.open(store).contents.read(digest).toString()).toBe("to the log\n")
    })

    it("tells a killed process, a walltime and a defect apart", async () => {
      const how = ["dies", "hangs", "throws"] as const
      const pipeline = fixed("breaks", () =>
        Object.fromEntries(how.map((each) => [each, breaks({ how: each }, {}).number]))
      )
      const { events } = await runWith(make, pipeline, { store: temporaryFolder() })
      const found = events.flatMap((event) =>
        event._tag === "Failed" && !event.retried ? [event.outcome] : []
      )
      expect(found.toSorted()).toEqual(["BrokenOutput", "OutOfMemory", "TimeLimit"])
    })

    it("has an attempt that reached its walltime gone on with, from the checkpoint that it left", async () => {
      const store = temporaryFolder()
      const did = await runWith(
        make,
        fixed("climbs", () => climb({}, {})),
        { store }
      )
      const failed = did.events.flatMap((event) =>
        event._tag === "Failed" ? [[event.outcome, event.retried]] : []
      )
      expect(failed).toEqual([["TimeLimit", true]])
      const height = Store.open(store).contents.read(did.summary.targets["number"] ?? "")
      expect(JSON.parse(height.toString())).toEqual({ value: 2 })
      for (const left of ["attempts", "checkpoints"])
        expect(fs.readdirSync(path.join(store, left))).toEqual([])
    })

    it("ends cancelled attempts with all their processes, and says no more of them", async () => {
      const store = temporaryFolder()
      const pid = path.join(store, "pid")
      const pipeline = fixed("waits", () => ({
        text: script({ script: `echo $$ > ${pid}.draft; mv ${pid}.draft ${pid}; sleep 1000` }, {}).text,
        other: needs({ file: "/no-such-file" }, {}).number
      }))
      const attempts = await submitted(pipeline, store)
      const scope = Scope.makeUnsafe()
      const executor = await Effect.runPromise(Scope.provide(make(Store.open(store)), scope))
      await Effect.runPromise(executor.submit(attempts))
      const reports: Array<Report> = []
      while (!fs.existsSync(pid) || !reports.some(({ _tag }) => _tag === "ended")) {
        reports.push(...(await Effect.runPromise(Queue.clear(executor.reports))))
        await new Promise((done) => setTimeout(done, 20))
      }
      const [waiting] = attempts.filter(({ node }) => node.startsWith("script"))
      await Effect.runPromise(executor.cancel([waiting.id]))
      const process = Number(fs.readFileSync(pid, "utf8"))
      while (fs.existsSync(`/proc/${process}`)) await new Promise((done) => setTimeout(done, 20))
      await Effect.runPromise(Scope.close(scope, Exit.void))
      reports.push(...(await Effect.runPromise(Queue.clear(executor.reports))))
      const ended = reports.flatMap((report) => (report._tag === "ended" ? [report.attempt] : []))
      expect(ended).not.toContain(waiting.id)
      expect(ended).toHaveLength(1)
    })
  })
}
