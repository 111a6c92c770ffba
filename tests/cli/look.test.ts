// Looking at pipelines, runs and stores: every answer keeps its schema and says what is the case.
import fs from "node:fs"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { documents, folder } from "../../cli/answers.ts"
import { hello, pipeline, place, root } from "./largo.ts"
import type { Answer, Place } from "./largo.ts"

let here: Place
let runs: ReadonlyArray<string>
beforeAll(async () => {
  here = place()
  const first = await here.ask("run", "run", hello)
  const second = await here.ask("run", "run", hello, "--set", "count=4")
  runs = [first, second].map(({ answer }) => String(answer["run"]))
})
afterAll(() => here.remove())

describe("plan", () => {
  it("knows what is cached and what would run, with reasons, and runs nothing", async () => {
    const { answer, status } = await here.ask("plan", "plan", hello, "--set", "count=5")
    expect(status).toBe(0)
    expect(answer).toMatchObject({
      summary: { hit: 4, restore: 0, run: 1, unknown: 2 },
      nodes: expect.arrayContaining([
        expect.objectContaining({ id: "square@value=4", state: "run", why: "new", stage: "square" }),
        expect.objectContaining({ id: "sum", state: "unknown", why: "until square@value=4", key: null })
      ])
    })
    const { stdout } = await here.largo("plan", hello, "--set", "count=5")
    expect(stdout).toContain("7 nodes: 4 cached, 1 to run, 2 wait for results")
    expect(stdout).toMatch(/B free\)/)
  })
})

describe("explain", () => {
  it("lists what decides a node, and what differs from its earlier namesake", async () => {
    const { answer } = await here.ask("explain", "explain", hello, "sum")
    expect(answer).toMatchObject({
      state: "hit",
      manifest: expect.arrayContaining([{ name: "inputs.numbers", value: "3" }]),
      earlier: { node: "sum" },
      differences: expect.arrayContaining([{ name: "inputs.numbers", before: "4", after: "3" }])
    })
    const byKey = await here.ask("explain", "explain", hello, String(answer["key"]).slice(0, 10))
    expect(byKey.answer["node"]).toBe("sum")
  })

  it("suggests a name for one that is none", async () => {
    const { answer, status } = await here.ask("error", "explain", hello, "square@value=7")
    expect(status).toBe(2)
    expect(answer).toMatchObject({
      error: { problems: [expect.stringContaining("did you mean square@value=")] }
    })
  })
})

describe("graph", () => {
  it("draws nodes, edges and loops in three formats", async () => {
    const { answer } = await here.ask("graph", "graph", hello)
    expect(answer["nodes"]).toContainEqual({ id: "iterate", stage: "iterate", dynamic: true })
    expect(answer["edges"]).toContainEqual({
      from: "square@value=0",
      to: "sum",
      output: "squared",
      input: "numbers"
    })
    expect((await here.largo("graph", hello)).stdout).toMatch(/^flowchart TD\n {2}n0\["square@value=0"\]/)
    expect((await here.largo("graph", hello, "--format", "dot", "--stages")).stdout).toContain(
      '"square" -> "sum" [label="squared"]'
    )
    expect(JSON.parse((await here.largo("graph", hello, "--format", "json")).stdout)).toEqual(answer)
  })
})

describe("runs", () => {
  it("are listed, the latest first, shown and followed", async () => {
    const listed = (await here.ask("runs", "runs")).answer["runs"] as ReadonlyArray<Answer>
    expect(listed.map(({ run }) => run)).toEqual(runs.toReversed())
    expect(listed[0]).toMatchObject({ state: "finished", pipeline: "hello", cached: 3, left: 0 })
    const shown = await here.ask("show", "show", runs[0])
    expect(shown.answer).toMatchObject({
      params: { count: 3 },
      done: 7,
      targets: { total: expect.any(String) }
    })
    expect((await here.ask("status", "status")).answer).toMatchObject({ run: runs[1], state: "finished" })
  })

  it("are compared node by node", async () => {
    const { answer } = await here.ask("diff", "diff", ...runs)
    expect(answer).toMatchObject({
      same: 3,
      added: expect.arrayContaining(["square@value=3"]),
      removed: [],
      changed: expect.arrayContaining([
        expect.objectContaining({
          node: "sum",
          sameOutputs: false,
          differences: expect.arrayContaining([{ name: "inputs.numbers", before: "3", after: "4" }])
        })
      ])
    })
  })

  it("are told apart by the start of an id only where one is meant", async () => {
    const { answer } = await here.ask("error", "show", runs[0].slice(0, 4))
    expect(answer).toMatchObject({ error: { problems: [expect.stringContaining("is the start of 2 runs")] } })
  })
})

describe("cache", () => {
  it("counts, lists and verifies what is stored", async () => {
    const stats = await here.ask("cache-stats", "cache", "stats")
    expect(stats.answer).toMatchObject({
      runs: 2,
      stages: expect.arrayContaining([expect.objectContaining({ stage: "square", entries: 4 })])
    })
    const ls = await here.ask("cache-ls", "cache", "ls", "square")
    expect(ls.answer["entries"]).toHaveLength(4)
    expect((await here.ask("cache-findings", "cache", "findings")).answer).toEqual({ findings: [] })
    const sound = await here.ask("cache-verify", "cache", "verify")
    expect(sound.status).toBe(0)
    expect(sound.answer).toMatchObject({ corruptBlobs: [], damagedEntries: [], incomplete: [] })
  })

  it("finds a damaged blob and a damaged entry, sets them aside, and the next run heals both", async () => {
    const other = place()
    const { answer } = await other.ask("run", "run", hello)
    const digest = (answer["targets"] as Record<string, string>)["total"]
    const [entry] = (await other.ask("cache-ls", "cache", "ls", "halve")).answer["entries"] as ReadonlyArray<{
      key: string
    }>
    for (const file of [
      path.join(other.store, "cas/sha256", digest.slice(0, 2), digest.slice(2)),
      path.join(other.store, "actions", entry.key.slice(0, 2), `${entry.key.slice(2)}.json`)
    ]) {
      fs.chmodSync(file, 0o644)
      fs.appendFileSync(file, " ")
    }
    const found = await other.ask("cache-verify", "cache", "verify")
    expect(found.status).toBe(1)
    expect(found.answer).toMatchObject({ corruptBlobs: [digest], damagedEntries: [entry.key] })
    const healed = await other.ask("run", "run", hello)
    expect(healed.answer).toMatchObject({ failed: 0, targets: answer["targets"] })
    expect((await other.ask("cache-verify", "cache", "verify")).status).toBe(0)
    other.remove()
  })

  it("frees large intermediates alone, keeps hits, and has the bytes made again when they are needed", async () => {
    const other = place()
    const big = `${pipeline("big.ts")}#big`
    await other.largo("run", big)
    const dry = await other.ask("cache-gc", "cache", "gc", "--max-size", "150kB", "--dry-run")
    expect(dry.answer).toMatchObject({ dryRun: true, removed: [{ output: "noise", size: 100_000 }, {}] })
    const gc = await other.ask("cache-gc", "cache", "gc", "--max-size", "0")
    expect(gc.answer["removed"]).toHaveLength(3)
    expect(Number(gc.answer["after"])).toBeLessThan(100_000)
    expect((await other.ask("run", "run", big)).answer).toMatchObject({ ran: 0, restored: 0, cached: 4 })
    const one = ["--until", "record@seed=1"]
    const plan = await other.ask("plan", "plan", big, ...one)
    expect(plan.answer).toMatchObject({
      summary: { hit: 0, restore: 1, run: 0, unknown: 0 },
      nodes: [
        { id: "record@seed=1", state: "restore", why: "bytes missing: noise", cost: expect.any(Number) }
      ]
    })
    expect((await other.ask("run", "run", big, ...one)).answer).toMatchObject({ ran: 0, restored: 1 })
    const again = await other.ask("run", "run", big, "--set", "unit=kg")
    expect(again.answer).toMatchObject({ ran: 1, restored: 2, failed: 0 })
    other.remove()
  })

  it("keeps all that an unfinished run has made, until one with the same params has finished", async () => {
    const other = place()
    const big = `${pipeline("big.ts")}#big`
    await other.largo("run", big)
    const [run] = fs.readdirSync(path.join(other.store, "runs"))
    const ledger = path.join(other.store, "runs", run, "events.jsonl")
    // As if it had died before its end.
    const lines = fs.readFileSync(ledger, "utf8").trimEnd().split("\n")
    fs.writeFileSync(ledger, `${lines.filter((line) => !line.includes('"RunEnded"')).join("\n")}\n`)
    await other.largo("run", big, "--set", "count=1")
    const gc = async () => (await other.ask("cache-gc", "cache", "gc", "--max-size", "0", "--dry-run")).answer
    expect(await gc()).toMatchObject({ unfinished: [run], removed: [] })
    await other.largo("run", big)
    expect(await gc()).toMatchObject({ unfinished: [], removed: [{}, {}, {}] })
    other.remove()
  })

  it("keeps the targets of the latest run of a pipeline, however large", async () => {
    const other = place()
    await other.largo("run", `${pipeline("big.ts")}#first`)
    expect((await other.ask("cache-gc", "cache", "gc", "--max-size", "0")).answer["removed"]).toEqual([])
    other.remove()
  })
})

describe("vouch", () => {
  it("refuses where nothing changed, else names the files and makes the cached results count again", async () => {
    const other = place()
    fs.symlinkSync(path.join(root, "node_modules"), path.join(other.folder, "node_modules"))
    const up = path.relative(other.folder, root)
    const source = fs.readFileSync(hello, "utf8").replaceAll('from "../', `from "${up}/`)
    const file = path.join(other.folder, "hello.ts")
    fs.writeFileSync(file, source)
    await other.largo("run", file)
    const refused = await other.ask("error", "vouch", "square")
    expect(refused.status).toBe(2)
    expect(refused.answer).toMatchObject({
      error: { message: expect.stringContaining("there is nothing to vouch for") }
    })

    fs.writeFileSync(file, source.replace("params.value ** 2", "params.value * params.value"))
    const changed = await other.ask("plan", "plan", file)
    expect(changed.answer).toMatchObject({ summary: { hit: 0 } })
    expect(JSON.stringify(changed.answer)).toContain("code changed: hello.ts")
    for (const stage of ["square", "sum", "halve"]) {
      const vouched = await other.ask("vouch", "vouch", stage)
      expect(vouched.status).toBe(0)
      expect(vouched.answer).toMatchObject({
        stage,
        changed: ["hello.ts"],
        lock: path.join(other.folder, "stages.lock.json")
      })
    }
    expect((await other.ask("run", "run", file)).answer).toMatchObject({ ran: 0, cached: 7 })
    other.remove()
  })
})

describe("doctor", () => {
  it("says what a missing tool would be needed for", async () => {
    const lacking = place({ LARGO_LMP: "/nowhere/lmp" })
    const { answer, status } = await lacking.ask("doctor", "doctor", pipeline("lacking.ts"))
    expect(status).toBe(1)
    expect(answer["checks"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: "unobtainium",
          ok: false,
          advice: "needed for flying. Nobody can install it."
        }),
        expect.objectContaining({
          name: "lammps",
          ok: false,
          found: expect.stringContaining("/nowhere/lmp")
        }),
        expect.objectContaining({ name: "Node", ok: true })
      ])
    )
    lacking.remove()
  })
})

describe("docs/schemas", () => {
  it("hold the schemas that the code gives; node cli/answers.ts writes them", () => {
    const written = Object.fromEntries(
      fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")])
    )
    expect(written).toEqual(documents())
  })
})
