// An all-atom run that is killed again and again goes on from its restart files, and ends as one that was not.
import fs from "node:fs"
import path from "node:path"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import * as Local from "../../executors/Local.ts"
import { gatherFrames, readTrajectory } from "../../formats/trajectory.ts"
import type { Frame } from "../../formats/trajectory.ts"
import * as launch from "../../pipeline/launch.ts"
import type { Pipeline } from "../../pipeline/Pipeline.ts"
import { AllAtomRun, Thermo } from "../../schemas/AllAtomRun.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import { isWhole, joinFrames, joinTables, legOf, restartsOf } from "../../stages/lammps/legs.ts"
import type { Part } from "../../stages/lammps/legs.ts"
import { temporaryFolder, useRig } from "../engine/rig.ts"
import { bytesOf, oneSample, rowsOf } from "./graph.ts"
import { hasLammps } from "./programs.ts"
import { hexane } from "./systems.ts"

const rig = useRig()

/** Runs a pipeline until something holds, and then ends it as Ctrl-C does. */
const interrupt = async (pipeline: Pipeline, store: string, until: () => boolean): Promise<void> => {
  const file = path.join(import.meta.dirname, "graph.ts")
  const opened = await launch.open({ pipeline, file, params: {}, store })
  const controller = new AbortController()
  const executor = Local.make({ cores: 2, memory: 8192 })
  const ended = Effect.runPromiseExit(launch.run(opened, { file, executor }), { signal: controller.signal })
  while (!until()) await new Promise((done) => setTimeout(done, 2))
  controller.abort()
  await ended
}

const list = (...folder: ReadonlyArray<string>): ReadonlyArray<string> => {
  const place = path.join(...folder)
  return fs.existsSync(place) ? fs.readdirSync(place) : []
}
const attemptsOf = (store: string): ReadonlyArray<string> => list(store, "attempts")
const hasFile = (store: string, attempt: string, pattern: RegExp): boolean =>
  list(store, "attempts", attempt).some((name) => pattern.test(name))
/** Whether an attempt has said that another one can go on from it. */
const hasCheckpoint = (store: string, attempt: string): boolean =>
  list(store, "checkpoints").some((key) => list(store, "checkpoints", key).includes(attempt))

describe.skipIf(!hasLammps)("an all-atom run", () => {
  it(
    "that is killed in each of its runs has the frames and rows of an unbroken one",
    { timeout: 600_000 },
    async () => {
      const store = temporaryFolder()
      const pipeline = oneSample(hexane, { ...allAtomProtocols.tiny, cutoff: 0.7 })
      const ends = [
        /^prepare\.2\.\d+\.restart$/,
        /^production\.1\.\d+\.restart$/,
        /^production\.1\.\d+\.restart$/
      ]
      for (const pattern of ends) {
        const before = new Set(attemptsOf(store))
        await interrupt(pipeline, store, () =>
          attemptsOf(store).some(
            (attempt) =>
              !before.has(attempt) && hasCheckpoint(store, attempt) && hasFile(store, attempt, pattern)
          )
        )
      }
      const did = await rig.run(pipeline, { store })
      expect(did.summary).toMatchObject({ failed: 0 })
      const [key] = did.nodes.flatMap((node) => (node.stage === "all-atom-md" ? [node.key] : []))
      const logs = Object.keys(Store.open(store).actions.lookup(key)!.logs)
      expect(logs).toEqual(expect.arrayContaining(["prepare-1.out", "production-1.out", "production-2.out"]))

      const [run] = await rowsOf(store, did, "run", AllAtomRun)
      expect([run.quality, run.reason]).toEqual(["ok", null])
      const { count, times } = await gatherFrames(await readTrajectory(bytesOf(store, did, "trajectory")))
      expect(count).toBe(101)
      expect(Array.from(times)).toEqual(
        Array.from({ length: 101 }, (_, frame) => Number((0.2 * frame).toPrecision(12)))
      )
      const thermo = await rowsOf(store, did, "thermo", Thermo)
      for (const [phase, rows] of [
        ["constant pressure", 121],
        ["production", 201]
      ] as const) {
        const found = thermo.filter((row) => row.phase === phase).map(({ time }) => time)
        expect(found, phase).toHaveLength(rows)
        expect(found, phase).toEqual(found.toSorted((a, b) => a - b))
      }
      // What is done leaves nothing to go on from.
      expect(attemptsOf(store)).toEqual([])
      expect(fs.readdirSync(path.join(store, "checkpoints"))).toEqual([])
    }
  )
})

const frame = (step: number, x: number): Frame => ({
  step,
  time: step,
  box: Float64Array.of(1, 1, 1, 0, 0, 0, 0, 0, 0),
  positions: Float32Array.of(x, 0.5, 0.5)
})

const joined = async (parts: ReadonlyArray<Part>, frames: Readonly<Record<string, ReadonlyArray<Frame>>>) => {
  const found: Array<number> = []
  const read = async function* ({ name }: Part) {
    yield* frames[name]
  }
  for await (const { positions, step } of joinFrames(parts, 1, read)) found.push(step, positions[0])
  return found.map((value) => Number(value.toPrecision(6)))
}

describe("the frames of two parts", () => {
  const parts = [
    { name: "a", leg: 0, step: 0 },
    { name: "b", leg: 1, step: 10 }
  ]
  const a = [frame(0, 0.1), frame(5, 0.2), frame(10, 0.3), frame(15, 0.9)]

  it("are those before the step where the second took over, then its own", async () => {
    const b = [frame(10, 0.3), frame(15, 0.4)]
    expect(await joined(parts, { a, b })).toEqual([0, 0.1, 5, 0.2, 10, 0.3, 15, 0.4])
  })

  it("may differ by a box, and by no more", async () => {
    expect(await joined(parts, { a, b: [frame(10, 1.3)] })).toEqual([0, 0.1, 5, 0.2, 10, 1.3])
    await expect(joined(parts, { a, b: [frame(10, 0.302)] })).rejects.toThrow(
      "b moves atom 0 by -0.0020 nm at step 10"
    )
  })

  it("have to meet in one frame", async () => {
    await expect(joined(parts, { a, b: [frame(15, 0.4)] })).rejects.toThrow("b begins at step 15, not at 10")
    await expect(joined(parts, { a: a.slice(0, 2), b: [frame(10, 0.3)] })).rejects.toThrow(
      "a has no frame of step 10"
    )
  })

  it("are the second's alone where that began before the first frame", async () => {
    const early = [parts[0], { name: "b", leg: 0, step: 3 }]
    expect(await joined(early, { a, b: [frame(0, 0.7), frame(5, 0.8)] })).toEqual([0, 0.7, 5, 0.8])
  })
})

describe("the rows of two parts", () => {
  const segment = (steps: ReadonlyArray<number>, ended = true) => ({
    columns: ["Step", "Temp"],
    count: steps.length,
    data: { Step: Float64Array.from(steps), Temp: Float64Array.from(steps, (step) => 10 * step) },
    loop: ended ? { seconds: 1, procs: 1, steps: 1, atoms: 1 } : null,
    stepsPerSecond: null
  })

  it("are joined where the second took over, leg by leg", () => {
    const parts = [
      { name: "a", leg: 0, step: 0 },
      { name: "b", leg: 1, step: 4 }
    ]
    const tables = joinTables(parts, [[segment([0, 2]), segment([0, 2, 4, 6], false)], [segment([4, 6, 8])]])
    expect(tables.map(({ data, loop }) => [Array.from(data["Step"]), loop !== null])).toEqual([
      [[0, 2], true],
      [[0, 2, 4, 6, 8], true]
    ])
  })
})

describe("restart files", () => {
  it("fall on frames, some forty a run, and none in a run too short", () => {
    expect(legOf(5000, 50)).toEqual({ steps: 5000, every: 150 })
    expect(legOf(1_000_000, 100)).toEqual({ steps: 1_000_000, every: 25_000 })
    expect(legOf(60, 50)).toEqual({ steps: 60, every: 0 })
  })

  it("are found by their names, the furthest first, and those of other scripts left alone", () => {
    const names = [
      "run.1.50.restart",
      "run.0.900.restart",
      "run.1.200.restart",
      "rerun.1.300.restart",
      "run.in"
    ]
    expect(restartsOf("run", names).map(({ file }) => file)).toEqual([
      "run.1.200.restart",
      "run.1.50.restart",
      "run.0.900.restart"
    ])
  })

  it("that were cut show it", () => {
    const whole = Buffer.from(`LammpS RestartT\0${"x".repeat(200)}LammpS RestartT\0`)
    expect(isWhole(whole)).toBe(true)
    expect(isWhole(whole.subarray(0, -10))).toBe(false)
    expect(isWhole(Buffer.alloc(0))).toBe(false)
  })
})
