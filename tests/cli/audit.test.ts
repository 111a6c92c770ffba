// Audits: a node that runs again elsewhere gives the same, nearly the same, or something else, and nothing is changed.
import fs from "node:fs"
import { availableParallelism } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { pipeline, place } from "./largo.ts"
import type { Answer, Place } from "./largo.ts"

let here: Place
let targets: unknown
const file = pipeline("audited.ts")
const oneCore = availableParallelism() === 1

beforeAll(async () => {
  here = place()
  targets = (await here.ask("run", "run", file)).answer["targets"]
})
afterAll(() => here.remove())

const audit = (...args: ReadonlyArray<string>) => here.ask("audit", "audit", ...args)
const nodesOf = (answer: Answer) => answer["nodes"] as ReadonlyArray<{ readonly node: string }>

describe("an audit of a node", () => {
  it("is bitwise the same where a stage keeps its promise", async () => {
    const { answer, status } = await audit("steady")
    expect(status).toBe(0)
    expect(answer).toMatchObject({
      timeZone: "Pacific/Chatham",
      nodes: [
        {
          node: "steady",
          state: "bitwise",
          deterministic: true,
          outputs: [{ name: "hours", state: "bitwise", difference: 0 }]
        }
      ]
    })
  })

  it("finds what depends on the time zone, output by output, and records it", async () => {
    const { answer, status } = await audit("clock")
    expect(status).toBe(1)
    expect(answer).toMatchObject({
      nodes: [
        {
          state: "different",
          outputs: [
            { name: "hours", state: "different", where: expect.stringMatching(/^hours: 0 and 1[23]$/) },
            { name: "steady", state: "bitwise" }
          ]
        }
      ]
    })
    const { stdout } = await here.largo("audit", "clock")
    expect(stdout).toMatch(
      /clock +hours +different .*hours: 0 and 1[23] +\(its stage promises the same bytes\)/
    )
    const findings = await here.ask("cache-findings", "cache", "findings")
    expect(findings.answer).toMatchObject({ findings: [{ node: "clock", realisations: [{}, {}] }] })
  })

  it.skipIf(oneCore)("measures how far numbers are apart", async () => {
    const near = await audit("add-up")
    expect(near.status).toBe(0)
    expect(near.answer).toMatchObject({
      nodes: [
        {
          state: "within tolerance",
          cores: 2,
          outputs: [{ where: expect.stringContaining("[0].y: 1.000000001") }]
        }
      ]
    })
    const [node] = near.answer["nodes"] as ReadonlyArray<{
      readonly outputs: ReadonlyArray<{ difference: number }>
    }>
    expect(node.outputs[0].difference).toBeCloseTo(1e-9, 12)
    const strict = await audit("add-up", "--tolerance", "1e-12")
    expect(strict).toMatchObject({ status: 1, answer: { nodes: [{ state: "different" }] } })
  })

  it("runs programs in another folder, locale and zone", async () => {
    const { answer, status } = await audit("place")
    expect(status).toBe(1)
    expect(answer).toMatchObject({ nodes: [{ outputs: [{ state: "different", where: "its bytes" }] }] })
  })

  it.skipIf(oneCore)("says why a node failed", async () => {
    const { answer, status } = await audit("serial")
    expect(status).toBe(1)
    expect(answer).toMatchObject({
      nodes: [{ state: "failed", reason: "2 cores are too many", outputs: [] }]
    })
  })

  it("changes nothing that consumers read and leaves no litter", async () => {
    const again = await here.ask("run", "run", file)
    expect(again.answer).toMatchObject({ ran: 0, restored: 0, failed: 0, targets })
    expect((await here.ask("cache-verify", "cache", "verify")).status).toBe(0)
    expect(fs.readdirSync(path.join(here.store, "tmp"))).toEqual([])
    expect(fs.readdirSync(path.join(here.store, "attempts"))).toEqual([])
  })
})

describe("an audit of a sample", () => {
  it("draws nodes of the latest run by a seed", async () => {
    const [one, same] = [
      await audit("--sample", "2", "--seed", "4"),
      await audit("--sample", "2", "--seed", "4")
    ]
    expect(nodesOf(one.answer)).toHaveLength(2)
    expect(nodesOf(same.answer)).toEqual(nodesOf(one.answer))
    const all = await audit("--sample", "99")
    expect(
      nodesOf(all.answer)
        .map(({ node }) => node)
        .sort()
    ).toEqual(["add-up", "clock", "place", "serial", "steady"])
  })
})

describe("an audit that cannot be", () => {
  it.each([
    [[], "give either NODE or --sample N"],
    [["steady", "--sample", "2"], "give either NODE or --sample N"],
    [["--sample", "0", "--seed", "x", "--tolerance", "no"], "--sample: needs a whole number"],
    [["nothing"], 'there is no result of "nothing"']
  ])("is refused: %j", async (args, message) => {
    const { answer, status } = await here.ask("error", "audit", ...args)
    expect(status).toBe(2)
    expect(answer).toMatchObject({ error: { message: expect.stringContaining(message) } })
  })

  it("says that inputs were collected, or that there is no such stage now", async () => {
    const other = place()
    const big = pipeline("big.ts")
    await other.largo("run", `${big}#big`)
    await other.largo("cache", "gc", "--max-size", "0")
    const collected = await other.ask("audit", "audit", "weigh")
    expect(collected).toMatchObject({
      status: 1,
      answer: { nodes: [{ state: "not audited", reason: "bytes of an input were collected" }] }
    })
    // The bytes of its own output are gone, but their digest is not.
    const made = await other.ask("audit", "audit", "record@seed=1")
    expect(made).toMatchObject({ status: 0, answer: { nodes: [{ state: "bitwise", reason: "" }] } })
    const gone = await other.ask("audit", "audit", "record@seed=1", "--pipeline", file)
    expect(gone).toMatchObject({
      status: 1,
      answer: { nodes: [{ reason: "the pipeline makes no stage record any more" }] }
    })
    other.remove()
  })
})
