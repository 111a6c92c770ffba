// Several processes on one store, and processes that are killed: nothing lost, nothing wrong, nothing half there.
import { spawn } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import * as Ledger from "../../pipeline/Ledger.ts"
import * as processes from "../../pipeline/processes.ts"
import * as Store from "../../cache/Store.ts"
import { driveArguments, planOf, runOf } from "./modules.ts"
import { temporaryFolder } from "./rig.ts"

const fixture = (name: string): string => path.join(import.meta.dirname, "fixtures", name)
const campaign = fixture("pipelines.ts")

/** Every entry is whole, and so is every blob. */
const checkValid = (folder: string): ReadonlySet<string> => {
  const { actions, contents } = Store.open(folder)
  for (const digest of contents.list()) expect(contents.verify(digest)).toBe("ok")
  const keys = new Set(actions.list())
  for (const key of keys) {
    const { logs, outputs } = actions.lookup(key)!
    for (const { digest } of [...Object.values(outputs), ...Object.values(logs)])
      expect(contents.has(digest)).toBe(true)
    expect(actions.realisations(key)).toEqual([])
  }
  expect(fs.existsSync(path.join(folder, "quarantine"))).toBe(false)
  return keys
}

describe("processes at once on one store", () => {
  it("leave a valid store and come to the same results", async () => {
    const store = temporaryFolder()
    const params = { count: 12 }
    const dids = await Promise.all([1, 2, 3].map(() => runOf(campaign, store, params)))
    for (const { summary } of dids) {
      expect(summary).toMatchObject({ failed: 0, skipped: 0 })
      expect(summary.targets).toEqual(dids[0].summary.targets)
    }
    checkValid(store)
    expect((await planOf(campaign, store, params)).summary).toMatchObject({ run: 0, restore: 0, unknown: 0 })
  })

  it("go on from the first realisation of what gives other bytes each time", async () => {
    const store = temporaryFolder()
    const dids = await Promise.all([1, 2].map(() => runOf(fixture("drawing.ts"), store)))
    expect(dids[1].summary.targets).toEqual(dids[0].summary.targets)
    const third = await runOf(fixture("drawing.ts"), store)
    expect(third.summary).toMatchObject({ ran: 0, targets: dids[0].summary.targets })
  })
})

/** Starts a run and kills it with SIGKILL once it has published some entries. */
const killAfter = (entries: number, store: string, params: object): Promise<void> =>
  new Promise((done, fail) => {
    const args = driveArguments("run", campaign, store, params)
    const child = spawn(process.execPath, args, { stdio: "ignore", detached: true })
    const actions = path.join(store, "actions")
    const count = (): number =>
      fs.existsSync(actions)
        ? fs.readdirSync(actions, { recursive: true }).filter((name) => String(name).endsWith(".json")).length
        : 0
    const watch = setInterval(() => {
      if (count() >= entries) child.kill("SIGKILL")
    }, 1)
    child.on("error", fail)
    child.on("exit", () => {
      clearInterval(watch)
      done()
    })
  })

describe("a run that is killed", () => {
  it("at any moment loses nothing that was finished, and the next one only adds to it", async () => {
    const params = { count: 24 }
    const reference = await runOf(campaign, temporaryFolder(), params)
    const store = temporaryFolder()
    let finished: ReadonlySet<string> = new Set()
    for (let entries = 1; entries <= 36; entries += 7) {
      await killAfter(entries, store, params)
      const now = checkValid(store)
      for (const key of finished) expect(now.has(key)).toBe(true)
      finished = now
    }
    const last = await runOf(campaign, store, params)
    expect(last.summary.targets).toEqual(reference.summary.targets)
    expect(last.summary.ran + last.summary.cached).toBe(reference.summary.ran)
    expect(last.summary.cached).toBeGreaterThanOrEqual(finished.size)
    checkValid(store)
    // The ledgers of the killed runs can be read as far as they go.
    const opened = Store.open(store)
    const ran = Ledger.list(opened).flatMap((run) =>
      Ledger.nodes(opened, run).filter(({ state }) => state === "ran")
    )
    for (const { key } of ran) expect(opened.actions.lookup(key)).toBeDefined()
  })

  it("leaves programs behind that the next run ends", async () => {
    const store = temporaryFolder()
    const args = driveArguments("run", fixture("endless.ts"), store)
    const child = spawn(process.execPath, args, { stdio: "ignore", detached: true })
    const here = () => processes.marked().filter((marked) => marked.store === store)
    const programs = () => here().filter(({ attempt }) => attempt !== "worker")
    while (programs().length === 0) await new Promise((turn) => setImmediate(turn))
    expect(new Set(here().map(({ driver }) => driver))).toEqual(new Set([child.pid]))
    const exited = new Promise((done) => child.on("exit", done))
    child.kill("SIGKILL")
    await exited
    expect((await runOf(campaign, store)).summary.failed).toBe(0)
    while (here().length > 0) await new Promise((turn) => setImmediate(turn))
  })
})
