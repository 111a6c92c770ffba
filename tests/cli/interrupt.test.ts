// Interrupting `largo run`: every process ends, whatever session it moved to, and the next run goes on.
import fs from "node:fs"
import path from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { appears, gone, isRunning, pipeline, place } from "./largo.ts"
import type { Place } from "./largo.ts"

let here: Place
beforeEach(() => {
  here = place()
})
afterEach(() => here.remove())

const pidsOf = (file: string): ReadonlyArray<number> =>
  fs.readFileSync(file, "utf8").trim().split("\n").map(Number)

const begin = async () => {
  const args = ["run", pipeline("gate.ts"), "--set", `folder=${here.folder}`, "--json"] as const
  const { child, ended } = here.start(...args)
  const file = path.join(here.folder, "pids")
  await appears(file)
  const pids = pidsOf(file)
  expect(pids).toHaveLength(3)
  expect(pids.every(isRunning)).toBe(true)
  return { args, child, ended, pids }
}

const resumes = async (args: ReadonlyArray<string>) => {
  fs.writeFileSync(path.join(here.folder, "open"), "")
  const { stdout, status, stderr } = await here.largo(...args)
  expect(status, stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ ran: 1, cached: 1, failed: 0 })
}

it.each([
  ["SIGINT", "stubborn"],
  ["SIGTERM", "polite"]
] as const)(
  "%s ends all processes, %s ones too, exits with 130, and the next run resumes",
  async (signal, manners) => {
    fs.writeFileSync(path.join(here.folder, manners), "")
    const { args, child, ended, pids } = await begin()
    const status = await here.ask("status", "status")
    expect(status.answer).toMatchObject({ state: "running", running: 1, nodes: [{ node: "pass" }] })
    child.kill(signal)
    const { status: code, stderr, stdout } = await ended
    expect(code, stderr).toBe(130)
    expect(stderr).toContain("the same command goes on from here")
    expect(JSON.parse(stdout)).toMatchObject({ ran: 1, targets: { passed: null } })
    expect(pids.filter(isRunning)).toEqual([])
    expect((await here.ask("status", "status")).answer).toMatchObject({
      state: "interrupted",
      done: 1,
      left: 1
    })
    await resumes(args)
  }
)

it("kill -9 of the driver leaves no orphan and loses nothing", async () => {
  fs.writeFileSync(path.join(here.folder, "polite"), "")
  const { args, child, ended, pids } = await begin()
  child.kill("SIGKILL")
  await ended
  await gone(pids)
  expect((await here.ask("status", "status")).answer).toMatchObject({ state: "died", running: 0 })
  await resumes(args)
})
