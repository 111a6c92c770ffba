// Failures: what they stop, what is remembered, what is tried again, and which logs stay.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import { GraphError } from "../../pipeline/Graph.ts"
import type { Artifact } from "../../pipeline/Artifact.ts"
import { clamp, collect, double } from "./fixtures/arithmetic.ts"
import { fixed, throwing } from "./fixtures/pipelines.ts"
import { breaks, lacking, needs, script } from "./fixtures/unruly.ts"
import { counts, only, planned, temporaryFolder, useRig, valueOf } from "./rig.ts"

const rig = useRig()

const half = (file: string) =>
  fixed("half", () => {
    const bad = needs({ file }, {}).number
    const good = clamp({ value: 2 }, {}).number
    const all = collect({}, { items: [{ number: double({}, { number: bad }).number }, { number: good }] })
    return { good: double({}, { number: good }).number, all: all.total }
  })

describe("a failure", () => {
  it("stops only what depends on it, is remembered, and is tried again when asked", async () => {
    const store = temporaryFolder()
    const file = path.join(store, "mended")
    const first = await rig.run(half(file), { store })
    expect(counts(first)).toEqual({ ran: 2, cached: 0, restored: 0, failed: 1, skipped: 2 })
    expect(valueOf(store, first, "good")).toEqual({ value: 4 })
    expect(first.summary.targets["all"]).toBeNull()
    expect(only(first, "Failed")[0]).toMatchObject({
      node: "needs",
      outcome: "BadInput",
      fix: "make the file",
      retried: false
    })
    const skipped = only(first, "Skipped").map(({ because, node }) => `${node} because of ${because}`)
    expect(new Set(skipped)).toEqual(new Set(["collect because of needs", "double because of needs"]))

    fs.writeFileSync(file, "")
    const plan = await rig.plan(half(file), { store })
    expect(planned(plan, "needs")).toMatchObject({ state: "failed" })
    expect(planned(plan, "needs").why).toContain("--retry-failed")
    expect(planned(plan, "collect").why).toBe("until needs, which failed earlier")
    const second = await rig.run(half(file), { store })
    expect(counts(second)).toEqual({ ran: 0, cached: 2, restored: 0, failed: 1, skipped: 2 })
    expect(only(second, "Failed")[0]).toMatchObject({ remembered: true, message: `${file} is not there` })

    expect((await rig.plan(half(file), { store, retryFailed: true })).summary.run).toBe(1)
    const third = await rig.run(half(file), { store, retryFailed: true })
    expect(counts(third)).toEqual({ ran: 3, cached: 2, restored: 0, failed: 0, skipped: 0 })
    expect(counts(await rig.run(half(file), { store }))).toMatchObject({ ran: 0, cached: 5 })
  })

  it("of a function of the pipeline itself stops only its branch", async () => {
    const store = temporaryFolder()
    const did = await rig.run(throwing, { store })
    const failures = new Map(only(did, "Failed").map(({ message, node }) => [node, message]))
    expect([...failures.keys()].sort()).toEqual(["demanding", "for-each-row", "iterate"])
    expect(failures.get("iterate")).toMatch(/iterate threw: TypeError: no number is that large\n +at /)
    expect(failures.get("for-each-row")).toBe('forEachRow: two rows are labelled "same"')
    expect(failures.get("demanding")).toContain("nobody knows")
    const skipped = only(did, "Skipped").map(({ because, node }) => `${node} because of ${because}`)
    expect(skipped.sort()).toEqual(["collect because of for-each-row", "double because of iterate"])
    expect(did.summary).toMatchObject({ failed: 3, targets: { end: null, total: null, asked: null } })
    expect(valueOf(store, did, "other")).toEqual({ value: 10 })
    const plan = await rig.plan(throwing, { store })
    expect(planned(plan, "collect").why).toBe("until for-each-row, whose function threw")
    expect(counts(await rig.run(throwing, { store }))).toMatchObject({ ran: 0, failed: 3 })
  })

  it("stops everything with fail-fast", async () => {
    const file = path.join(temporaryFolder(), "never made")
    const endless = fixed("endless", () => ({
      text: script({ script: "while true; do sleep 1; done" }, {}).text,
      bad: needs({ file }, {}).number
    }))
    const did = await rig.run(endless, { store: temporaryFolder(), failFast: true })
    expect(counts(did)).toEqual({ ran: 0, cached: 0, restored: 0, failed: 1, skipped: 1 })
  })
})

describe("an output that breaks its contract", () => {
  const cases = [
    ["throws", "a bug of the stage"],
    ["nan", "value"],
    ["schema", "value"],
    ["missing", 'output "number"'],
    ["nothing", "threw"],
    ["no file", "bytes.bin"]
  ] as const

  it.each(cases)("is a failure that is not tried again: %s", async (how, message) => {
    const store = temporaryFolder()
    const broken = fixed("broken", () => ({ number: breaks({ how }, {}).number }))
    const did = await rig.run(broken, { store })
    expect(only(did, "Failed").map(({ outcome }) => outcome)).toEqual(["BrokenOutput"])
    expect(only(did, "Failed")[0].message).toContain(message)
    expect([...Store.open(store).actions.list()]).toEqual([])
    expect(only(await rig.run(broken, { store }), "Failed")[0].remembered).toBe(true)
    expect(fs.readdirSync(path.join(store, "tmp"))).toEqual([])
  })
})

describe("a worker that is killed", () => {
  it("is taken for short of memory: tried again with more, three times in all, and not remembered", async () => {
    const store = temporaryFolder()
    const dying = fixed("dying", () => ({
      number: breaks({ how: "dies" }, {}).number,
      other: clamp({ value: 1 }, {}).number
    }))
    const did = await rig.run(dying, { store })
    expect(only(did, "Failed").map(({ outcome, retried }) => [outcome, retried])).toEqual([
      ["OutOfMemory", true],
      ["OutOfMemory", true],
      ["OutOfMemory", false]
    ])
    expect(counts(did)).toMatchObject({ ran: 1, failed: 1 })
    expect((await rig.plan(dying, { store })).summary).toEqual({ hit: 1, restore: 0, run: 1, unknown: 0 })
  })
})

describe("a program that a signal ends", () => {
  it.each([
    ["KILL", ["OutOfMemory", "OutOfMemory", "OutOfMemory"]],
    ["TERM", ["NodeFailed", "NodeFailed", "NodeFailed"]],
    ["SEGV", ["ToolFailed"]]
  ])("is of the class that says what to do: %s", async (signal, outcomes) => {
    const ended = fixed("ended", () => script({ script: `kill -${signal} $$` }, {}))
    const did = await rig.run(ended, { store: temporaryFolder() })
    expect(only(did, "Failed").map(({ outcome }) => outcome)).toEqual(outcomes)
    expect(only(did, "Failed")[0].message).toContain(`SIG${signal}`)
  })
})

describe("a stage that outlasts its wall time", () => {
  it.each(["hangs", "spins"] as const)("is ended with TimeLimit: it %s", async (how) => {
    const endless = fixed("endless", () => ({ number: breaks({ how }, {}).number }))
    const did = await rig.run(endless, { store: temporaryFolder() })
    expect(only(did, "Failed").map(({ outcome, retried }) => [outcome, retried])).toEqual([
      ["TimeLimit", false]
    ])
  })
})

describe("logs", () => {
  const logOf = (
    store: string,
    logs: Readonly<Record<string, { readonly digest: string }>>,
    name: string
  ): string => Store.open(store).contents.read(logs[name].digest).toString("utf8")

  it("of failed attempts are kept with the failure", async () => {
    const store = temporaryFolder()
    const failing = fixed("failing", () => script({ script: "echo said; echo blamed >&2; exit 4" }, {}))
    const did = await rig.run(failing, { store })
    const [{ logs, message }] = only(did, "Failed")
    expect(message).toBe("the script ended with 4")
    expect([logOf(store, logs, "shell.out"), logOf(store, logs, "shell.err")]).toEqual(["said\n", "blamed\n"])
    const [remembered] = only(await rig.run(failing, { store }), "Failed")
    expect(remembered.logs).toEqual(logs)
  })

  it("of attempts that are done are kept with the entry", async () => {
    const store = temporaryFolder()
    const did = await rig.run(
      fixed("talking", () => script({ script: "echo said; echo warned >&2; echo own > log.own" }, {})),
      { store }
    )
    const { logs } = Store.open(store).actions.lookup(did.nodes[0].key)!
    expect(Object.keys(logs)).toEqual(["log.own", "shell.err", "shell.out"])
    expect(logOf(store, logs, "shell.err")).toBe("warned\n")
  })
})

describe("a program that is missing", () => {
  const pipeline = fixed("needy", () => ({ number: lacking({}, clamp({ value: 1 }, {})).number }))

  it("is named before anything runs, with what to type", async () => {
    const store = temporaryFolder()
    await expect(rig.run(pipeline, { store })).rejects.toThrow(/no-such-program.* not found.*It comes with/)
    expect([...Store.open(store).actions.list()]).toEqual([])
  })

  it("does not matter to what needs it not", async () => {
    expect(counts(await rig.run(pipeline, { store: temporaryFolder(), until: ["clamp"] }))).toMatchObject({
      ran: 1
    })
  })
})

describe("an artifact of another pipeline", () => {
  it("is refused", async () => {
    let stray: Artifact<{ readonly value: number }> | undefined
    const first = fixed("first", () => {
      clamp({ value: 0 }, {})
      stray = clamp({ value: 1 }, {}).number
      return { stray }
    })
    await rig.plan(first, { store: temporaryFolder() })
    const second = fixed("second", () => double({}, { number: stray! }))
    await expect(rig.plan(second, { store: temporaryFolder() })).rejects.toThrow(GraphError)
  })
})
