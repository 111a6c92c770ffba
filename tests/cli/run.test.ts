// `largo run`: what is cached stays, failures are told and remembered, answers keep their contract.
import fs from "node:fs"
import path from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { hello, pipeline, place } from "./largo.ts"
import type { Place } from "./largo.ts"

let here: Place
beforeEach(() => {
  here = place()
})
afterEach(() => here.remove())

describe("a second run", () => {
  it("runs no node, and a changed param runs only what it reaches", async () => {
    const first = await here.ask("run", "run", hello)
    expect(first.answer).toMatchObject({ ran: 7, cached: 0, failed: 0, skipped: 0 })
    expect(first.status).toBe(0)
    const second = await here.ask("run", "run", hello)
    expect(second.answer).toMatchObject({ ran: 0, cached: 7, targets: first.answer["targets"] })
    const third = await here.ask("run", "run", hello, "--set", "count=4", "--timings")
    expect(third.answer).toMatchObject({ cached: 3, timings: expect.anything() })
  })

  it("prints counts and targets for a person, and progress on standard error", async () => {
    const { stdout, stderr, status } = await here.largo("run", hello)
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /^hello done: 7 ran, 0 cached in .* s\n  total  [0-9a-f]{12}\n  half   [0-9a-f]{12}\n$/
    )
    expect(stderr).toContain("started square@value=0 (new)")
    expect(stderr).toMatch(/done sum in .* s \(4 of 5\)/)
    expect(fs.existsSync(path.join(here.store, "format"))).toBe(true)
  })
})

describe("--until", () => {
  it("computes only a target and what it needs", async () => {
    const { answer } = await here.ask("run", "run", hello, "--until", "total")
    expect(answer).toMatchObject({ ran: 4 })
    expect(Object.keys(answer["targets"] as object)).toEqual(["total"])
  })

  it("takes a stage or a node as well, and refuses what is neither", async () => {
    expect((await here.ask("run", "run", hello, "--only", "square@value=1")).answer).toMatchObject({ ran: 1 })
    expect((await here.ask("run", "run", hello, "--only", "square")).answer).toMatchObject({
      ran: 2,
      cached: 1
    })
    const wrong = await here.ask("error", "run", hello, "--only", "nonsense")
    expect(wrong.status).toBe(2)
    expect(wrong.stderr).toContain(
      '"nonsense" is no target, stage or node of hello; its targets are total, half'
    )
  })

  it("is told apart from --only, which refuses to compute what a node needs", async () => {
    const refused = await here.ask("error", "run", hello, "--only", "sum")
    expect(refused.status).toBe(2)
    expect(refused.stderr).toContain("--only sum: it needs square@value=0 and 2 more, not cached")
    await here.ask("run", "run", hello, "--until", "square")
    expect((await here.ask("run", "run", hello, "--only", "sum")).answer).toMatchObject({ ran: 1, cached: 3 })
  })
})

describe("the store", () => {
  it("is named by LARGO_STORE, and before that by --store", async () => {
    const elsewhere = place({ LARGO_STORE: path.join(here.folder, "from-environment") })
    await elsewhere.largo("run", hello, "--only", "square")
    await elsewhere.largo("run", hello, "--only", "square", "--store", "named")
    expect(fs.existsSync(path.join(here.folder, "from-environment", "format"))).toBe(true)
    expect(fs.existsSync(path.join(elsewhere.folder, "named", "format"))).toBe(true)
    expect(fs.existsSync(elsewhere.store)).toBe(false)
    elsewhere.remove()
  })
})

describe("a node that fails", () => {
  it("is told with what to type, stops only what needs it, and is remembered until it is tried again", async () => {
    const file = path.join(here.folder, "file")
    const run = ["run", pipeline("failing.ts"), "--set", `file=${file}`] as const

    const first = await here.largo(...run)
    expect(first.status).toBe(1)
    expect(first.stdout).toContain("✖ fragile failed (ToolFailed)")
    expect(first.stdout).toContain("why:  the shell ended with status 1")
    expect(first.stdout).toContain("type: largo logs fragile, then: make the file")
    expect(first.stdout).toContain("1 node skipped: they need fragile")
    expect(first.stdout).toContain("failing failed: 1 ran, 0 cached, 1 failed, 1 skipped")
    expect(first.stdout).not.toContain("what was read")

    const logs = await here.ask("logs", "logs", "fragile")
    expect(logs.answer).toMatchObject({ state: "failed", logs: [{ name: "shell.out" }] })
    expect((await here.largo("logs", "fragile", "shell.out")).stdout).toBe(`looking for ${file}\n`)

    fs.writeFileSync(file, "")
    const second = await here.ask("run", ...run)
    expect(second.status).toBe(1)
    expect(second.answer).toMatchObject({ ran: 0, cached: 1, failed: 1, skipped: 1, targets: { read: null } })
    expect(second.stderr).toContain(
      "✖ fragile failed in an earlier run; --retry-failed tries again (ToolFailed)"
    )
    const plan = await here.ask("plan", "plan", pipeline("failing.ts"), "--set", `file=${file}`)
    expect(plan.answer).toMatchObject({ nodes: [{ id: "fragile", state: "failed" }, { id: "reader" }, {}] })

    const third = await here.largo(...run, "--retry-failed")
    expect(third.status).toBe(0)
    expect(third.stdout).toContain("failing done: 2 ran, 1 cached")
    expect(third.stdout).toContain('what was read: {"text":"found"}')
  })
})
