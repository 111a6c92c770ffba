// The view of a run: a fold over its events, an estimate of the rest, lines that fit the terminal.
import { describe, expect, it } from "vitest"
import { describeError } from "../../cli/describeError.ts"
import * as render from "../../cli/view/render.ts"
import * as RunView from "../../cli/view/RunView.ts"
import * as words from "../../cli/view/words.ts"
import type { Draft, Event } from "../../pipeline/Event.ts"

const second = (s: number): string => new Date(s * 1000).toISOString()
const at = (s: number, draft: Draft): Event => ({ at: second(s), ...draft })
const started = at(0, {
  _tag: "RunStarted",
  run: "r",
  pipeline: "p",
  file: "p.ts",
  params: {},
  host: "h",
  pid: 1,
  version: "0"
})
const queued = (node: string, stage: string) =>
  at(0, { _tag: "Queued", node, stage, key: "k", why: "new", attempt: `a-${node}`, n: 1 })
const begun = (s: number, node: string) => at(s, { _tag: "Started", node, attempt: `a-${node}` })
const done = (s: number, node: string, stage: string, cpuSeconds: number) =>
  at(s, {
    _tag: "Done",
    node,
    stage,
    key: "k",
    restored: false,
    wallSeconds: cpuSeconds,
    cpuSeconds,
    engineSeconds: 0
  })

describe("the fold", () => {
  it("counts cached, planned, running, done and failed nodes of each stage", () => {
    const view = RunView.of([
      started,
      at(0, { _tag: "Cached", stages: { md: 2 } }),
      at(0, { _tag: "Planned", stages: { md: 3, fit: 1 } }),
      queued("md@1", "md"),
      queued("md@2", "md"),
      begun(1, "md@1"),
      begun(1, "md@2"),
      at(2, { _tag: "Progress", node: "md@2", fraction: 0.5, words: "step 5 of 10" }),
      done(3, "md@1", "md", 2),
      // One of the three turned out to be cached after all.
      at(3, { _tag: "Planned", stages: { md: -1 } }),
      at(3, { _tag: "Cached", stages: { md: 1 } })
    ])
    expect(view.stages.get("md")).toEqual({
      cached: 3,
      planned: 2,
      running: 1,
      done: 1,
      failed: 0,
      seconds: 2
    })
    expect(RunView.left(view.stages.get("md")!)).toBe(1)
    expect([...view.running.values()]).toMatchObject([{ node: "md@2", stage: "md", fraction: 0.5 }])
  })
})

describe("the estimate", () => {
  const running = (fraction: number) =>
    RunView.of([
      started,
      at(0, { _tag: "Planned", stages: { md: 5 } }),
      queued("md@1", "md"),
      queued("md@2", "md"),
      begun(0, "md@1"),
      done(10, "md@1", "md", 10),
      begun(10, "md@2"),
      at(14, { _tag: "Progress", node: "md@2", fraction, words: "" })
    ])

  it("spreads what is left over the cores, and counts what runs by its own progress", () => {
    // Three wait at 10 s each; the running one needs 4 s for a fifth: 16 s more.
    const rest = RunView.estimate(running(0.2), 14_000, () => undefined, 2)
    expect(rest).toEqual({ seconds: 23, complete: true })
  })

  it("never falls below the longest that runs", () => {
    expect(RunView.estimate(running(0.05), 14_000, () => undefined, 4).seconds).toBeCloseTo(76)
  })

  it("says when a stage's cost is unknown", () => {
    const view = RunView.of([started, at(0, { _tag: "Planned", stages: { md: 1, fit: 2 } })])
    expect(RunView.estimate(view, 0, (stage) => (stage === "md" ? 8 : undefined), 1)).toEqual({
      seconds: 8,
      complete: false
    })
  })
})

describe("the picture", () => {
  const names = Array.from({ length: 30 }, (_, index) => `all-atom-md@sample=${index}`)
  const view = RunView.of([
    started,
    at(0, { _tag: "Planned", stages: Object.fromEntries(names.map((name) => [`stage-of-${name}`, 1])) }),
    ...names.flatMap((name) => [queued(name, `stage-of-${name}`), begun(0, name)])
  ])

  it.each([4, 10, 24, 100])("fits %i lines and the width", (height) => {
    const rest = { seconds: 90, complete: true }
    const lines = render.live(view, { now: 65_000, rest, paint: render.plain, width: 40, height })
    expect(lines.length).toBeLessThanOrEqual(height)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40)
    expect(lines[0]).toBe("p  1 min 05 s  about 1 min 30 s left")
  })
})

describe("words", () => {
  it("give durations, sizes and counts as people say them", () => {
    expect([0.004, 9.96, 59.6, 185, 7261, 300_000].map(words.duration)).toEqual([
      "0.004 s",
      "10 s",
      "1 min 00 s",
      "3 min 05 s",
      "2 h 01 min",
      "3 d 11 h"
    ])
    expect([0, 999, 1000, 1_254_000, 3e12].map(words.size)).toEqual([
      "0 B",
      "999 B",
      "1 kB",
      "1.25 MB",
      "3 TB"
    ])
    expect(words.plural(1234, "node")).toBe("1,234 nodes")
  })

  it("read sizes in powers of ten and of two", () => {
    expect(["10", "5kB", "2.5 GB", "1GiB", "1e9", "3M", "much", "-1"].map(words.parseSize)).toEqual([
      10,
      5000,
      2.5e9,
      2 ** 30,
      1e9,
      3e6,
      undefined,
      undefined
    ])
  })
})

describe("errors of the disk", () => {
  it.each(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO"])("%s says what to do, without a stack", (code) => {
    const { fix, stack, status } = describeError(Object.assign(new Error(`${code}: write`), { code }))
    expect(fix).not.toBe("")
    expect(stack).toBe("")
    expect(status).toBe(1)
  })
})
