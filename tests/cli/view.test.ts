// The view of a run: a fold over its events, an estimate of the rest, lines that fit the terminal.
import { describe, expect, it } from "vitest"
import { describeError } from "../../cli/describeError.ts"
import { plain } from "../../cli/view/paint.ts"
import * as render from "../../cli/view/render.ts"
import * as RunView from "../../cli/view/RunView.ts"
import * as words from "../../cli/view/words.ts"
import type { Draft, Event } from "../../pipeline/Event.ts"

const second = (s: number): string => new Date(s * 1000).toISOString()
const at = (s: number, draft: Draft): Event => ({ at: second(s), ...draft })
const began = {
  _tag: "RunStarted" as const,
  run: "r",
  pipeline: "p",
  file: "p.ts",
  params: {},
  host: "h",
  pid: 1,
  version: "0"
}
const started = at(0, began)
const queued = (node: string, stage: string, cores = 1) =>
  at(0, { _tag: "Queued", node, stage, key: "k", why: "new", attempt: `a-${node}`, n: 1, cores })
const begun = (s: number, node: string) => at(s, { _tag: "Started", node, attempt: `a-${node}` })
/** Of the node md@0: `share` of 100 steps, `ns` simulated. */
const progress = (s: number, share: number, ns: number) =>
  at(s, {
    _tag: "Progress",
    node: "md@0",
    fraction: share,
    words: `step ${100 * share} of 100`,
    amount: { done: ns, unit: "ns" }
  })
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
    const lines = render.live(view, { now: 65_000, rest, paint: plain, width: 40, height })
    expect(lines.length).toBeLessThanOrEqual(height)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40)
    expect(lines[0]).toBe("p  1 min 05 s  about 1 min 30 s left")
  })
})

describe("the picture of a campaign", () => {
  const stages = ["sample", "build", "md", "map", "fit", "collect"]
  const view = RunView.of([
    at(0, { ...began, stages, cores: 4 }),
    at(0, { _tag: "Planned", stages: { build: 3, md: 3, map: 3, fit: 3, collect: 1 }, grows: true }),
    at(0, { _tag: "Cached", stages: { sample: 3 } }),
    queued("build@0", "build"),
    queued("md@0", "md", 2),
    begun(0, "build@0"),
    done(1, "build@0", "build", 1),
    begun(1, "md@0"),
    progress(2, 0.1, 0.01),
    progress(12, 0.2, 0.02)
  ])
  const draw = (width: number, height: number) => {
    const rest = RunView.estimate(view, 12_000, () => 2, 4)
    return render.live(view, { now: 12_000, rest, paint: plain, width, height })
  }

  it("says of stages how many nodes are where, of a node how far it is and how fast, and how long it all takes", () => {
    expect(draw(80, 20)).toEqual([
      "p  12 s  at least 44 s left  2 of 4 cores busy",
      "✔ sample   3 of 3     3 cached",
      "· build    1 of 3     1 done",
      "● md       0 of 3     1 running",
      "· map      0 of 3",
      "· fit      0 of 3",
      "· collect  0 of 1",
      "    md@0   20 %  step 20 of 100  86.4 ns/day  11 s"
    ])
  })

  it("sums up what waits where there are too few lines", () => {
    expect(draw(80, 6)).toEqual([
      "p  12 s  at least 44 s left  2 of 4 cores busy",
      "✔ sample   3 of 3     3 cached",
      "· build    1 of 3     1 done",
      "● md       0 of 3     1 running",
      "· 3 stages wait: map, fit, collect",
      "    md@0   20 %  step 20 of 100  86.4 ns/day  11 s"
    ])
  })

  it("leaves out what a narrow terminal has no room for", () => {
    expect(draw(30, 20)).toEqual([
      "p  12 s  at least 44 s left",
      "✔ sample   3 of 3     3 cached",
      "· build    1 of 3     1 done",
      "● md       0 of 3",
      "· map      0 of 3",
      "· fit      0 of 3",
      "· collect  0 of 1",
      "    md@0   20 %  86.4 ns/day"
    ])
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
