// A job whose programs are others than those of the login node does not run: its key would name the wrong ones.
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import { expect, it } from "vitest"
import * as Local from "../../executors/Local.ts"
import { fixed } from "../engine/fixtures/pipelines.ts"
import { versioned } from "../engine/fixtures/versioned.ts"
import { temporaryFolder } from "../engine/rig.ts"
import { submitted } from "./contract.ts"

it.each([
  ["1", { _tag: "done" }],
  [
    "2",
    {
      _tag: "failed",
      outcome: "NodeFailed",
      futile: true,
      message: 'versioned is another one in the job: "version 2", where the run began with "version 1"'
    }
  ]
])("with version %s of a tool in the job", async (version, expected) => {
  const [attempt] = await submitted(
    fixed("versions", () => versioned({}, {})),
    temporaryFolder()
  )
  const scope = Scope.makeUnsafe()
  const pool = Local.make({ cores: 1, memory: 1024 }, { VERSIONED: version })
  const executor = await Effect.runPromise(Scope.provide(pool, scope))
  await Effect.runPromise(executor.submit([{ ...attempt, elsewhere: true }]))
  for (;;) {
    const report = await Effect.runPromise(Queue.take(executor.reports))
    if (report._tag !== "ended") continue
    expect(report.outcome).toMatchObject(expected)
    break
  }
  await Effect.runPromise(Scope.close(scope, Exit.void))
})
