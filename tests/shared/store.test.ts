// A store on a shared disk whose machines remember old folders: what one publishes the other uses, at once.
import fs from "node:fs"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Entry } from "../../cache/ActionCache.ts"
import * as Digest from "../../cache/Digest.ts"
import * as Store from "../../cache/Store.ts"
import * as JobFolder from "../../executors/slurm/JobFolder.ts"
import * as Checkpoints from "../../pipeline/Checkpoints.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import { runOf } from "../engine/modules.ts"
import { canMount, mount } from "./mounts.ts"
import type { Mounts } from "./mounts.ts"

const campaign = path.join(import.meta.dirname, "..", "engine", "fixtures", "pipelines.ts")

const ESTALE = 116
const EIO = 5

describe.skipIf(!canMount)("a store on a shared disk", () => {
  let mounts: Mounts
  let count = 0
  beforeAll(async () => {
    // An hour: what is seen in time is so because it was looked up anew, not because it was forgotten.
    mounts = await mount(3_600_000)
  })
  afterAll(() => mounts?.unmount())

  /** A store of its own for each test, opened on both machines. */
  const stores = () => {
    const name = `store-${(count += 1)}`
    return {
      here: Store.open(path.join(mounts.here, name)),
      there: Store.open(path.join(mounts.there, name))
    }
  }

  const entryOf = (store: Store.Store, key: string, text: string): Entry => ({
    key,
    node: "node",
    manifest: { stage: "stage", code: "", params: {}, inputs: {}, tools: {}, outputs: {}, salt: "" },
    codeFiles: "",
    outputs: { text: store.contents.put(Buffer.from(text)) },
    big: [],
    logs: {},
    record: {
      run: "r",
      attempt: "a",
      host: "h",
      startedAt: "",
      wallSeconds: 0,
      cpuSeconds: 0,
      engineSeconds: 0
    }
  })

  it("is as stale as we say: a file of the other machine is not seen", () => {
    expect(fs.readdirSync(mounts.there)).not.toContain("a")
    fs.writeFileSync(path.join(mounts.here, "a"), "a")
    expect(fs.existsSync(path.join(mounts.there, "a"))).toBe(false)
    fs.writeFileSync(path.join(mounts.there, "b"), "b")
    expect(fs.readFileSync(path.join(mounts.there, "a"), "utf8")).toBe("a")
  })

  it("has the bytes that the other machine has just published, where they were missed before", () => {
    const { here, there } = stores()
    const bytes = Buffer.from("the bytes")
    const digest = Digest.of(bytes)
    expect(there.contents.has(digest)).toBe(false)
    here.contents.put(bytes)
    expect(fs.existsSync(there.contents.pathOf(digest))).toBe(false)
    expect(there.contents.verify(digest)).toBe("ok")
    expect(there.contents.read(digest)).toEqual(bytes)
    expect(there.contents.sizeOf(digest)).toBe(bytes.length)
  })

  it("has one first entry of a key, whoever else publishes without having seen it", () => {
    const { here, there } = stores()
    const [key, other] = [Digest.of("key"), Digest.of("other")]
    for (const each of [key, other]) expect(there.actions.find(each)).toBeUndefined()
    expect(here.actions.publish(entryOf(here, key, "same"))._tag).toBe("First")
    expect(here.actions.publish(entryOf(here, other, "this"))._tag).toBe("First")
    expect(there.actions.publish(entryOf(there, key, "same"))._tag).toBe("Same")
    expect(there.actions.publish(entryOf(there, other, "that"))).toMatchObject({
      _tag: "Realisation",
      first: { outputs: { text: { digest: Digest.of("this") } } }
    })
  })

  it("finds anew before it does what another machine has done", () => {
    const { here, there } = stores()
    const key = Digest.of("key")
    expect(there.actions.findAnew(key)).toBeUndefined()
    here.actions.publish(entryOf(here, key, "done"))
    expect(there.actions.find(key)).toBeUndefined()
    expect(there.actions.findAnew(key)).toMatchObject({ key })
  })

  it("carries what driver and jobs say to each other", () => {
    const { here, there } = stores()
    const attempt = { id: "run-1", key: Digest.of("key"), folder: here.attempts } as unknown as Attempt
    const spec = { shape: { _tag: "workers", count: 1 } } as JobFolder.Intent["spec"]
    const driver = JobFolder.open(here, "job")
    driver.create({ id: "job", spec, attempts: [], idle: 1 })
    const agent = JobFolder.open(there, "job")
    expect(agent.lists()).toEqual({ names: [], closed: false })
    driver.add(1, [attempt])
    expect(agent.lists().names.flatMap((name) => agent.list(name) ?? [])).toEqual([attempt])
    expect(driver.claims.names()).toEqual([])
    const claim = { agent: "1_0", node: "n1", at: 1, folder: "f" }
    expect(agent.claim(attempt.id, claim)).toBe(true)
    expect(driver.claim(attempt.id, { ...claim, agent: "driver" })).toBe(false)
    expect(driver.claims.names().map(driver.claims.read)).toEqual([claim])
    expect(driver.ended.names()).toEqual([])
    agent.end(attempt.id, { agent: "1_0", node: "n1", outcome: undefined, logs: {} })
    expect(driver.ended.names()).toEqual([attempt.id])
    driver.close()
    expect(agent.lists().closed).toBe(true)
  })

  it("shows the checkpoint that an attempt on the other machine left", () => {
    const { here, there } = stores()
    const key = Digest.of("key")
    const folder = path.join(there.attempts, "run-1")
    fs.mkdirSync(folder, { recursive: true })
    expect(there.disk.readdir(path.join(there.root, "checkpoints"))).toEqual([])
    Checkpoints.leave(here, { id: "run-1", key, folder } as unknown as Attempt)
    expect(Checkpoints.latest(there, key)).toBe(folder)
  })

  it.each(["open", "create", "write", "fsync", "link", "unlink", "mkdir", "stat"])(
    "is whole after a %s that failed by ESTALE or EIO, and the next try succeeds",
    (call) => {
      for (const errno of [ESTALE, EIO]) {
        const { here, there } = stores()
        const key = Digest.of(`${call} ${errno}`)
        mounts.fail(call, errno)
        try {
          here.actions.publish(entryOf(here, key, "text"))
        } catch {
          // Told to the run, which tries again.
        }
        mounts.fail(call, errno, 0)
        expect(["First", "Same"]).toContain(here.actions.publish(entryOf(here, key, "text"))._tag)
        const seen = there.actions.findAnew(key)
        expect(seen).toBeDefined()
        for (const { digest } of Object.values(seen!.outputs))
          expect(there.contents.verify(digest)).toBe("ok")
        expect(there.actions.realisations(key)).toEqual([])
      }
    }
  )

  it(
    "serves two drivers on two machines at once: the same results, each published once",
    { timeout: 240_000 },
    async () => {
      const { here, there } = stores()
      const dids = await Promise.all([here, there].map(({ root }) => runOf(campaign, root, { count: 4 })))
      for (const { summary } of dids) {
        expect(summary).toMatchObject({ failed: 0, skipped: 0 })
        expect(summary.targets).toEqual(dids[0].summary.targets)
      }
      const keys = [...here.actions.list()]
      for (const key of keys) expect(here.actions.realisations(key)).toEqual([])
    }
  )
})
