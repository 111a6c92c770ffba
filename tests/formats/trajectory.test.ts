// Trajectories through Arrow streams: round trips, laziness, bounded memory, streams that were cut.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  encodeTrajectory,
  type Frame,
  gatherFrames,
  readTrajectory,
  type TrajectoryMeta,
  TrajectoryWriter
} from "../../formats/trajectory.ts"

const metaOf = (particles: number): TrajectoryMeta => ({
  types: Array.from({ length: particles }, (_, i) => i % 2),
  typeNames: ["A", "B"],
  masses: Array.from({ length: particles }, (_, i) => 43.0883 + (i % 2)),
  molecule: Array.from({ length: particles }, (_, i) => i >> 1),
  unwrapped: true,
  quality: "good",
  reason: "",
  info: { molecule: "234TMP" }
})

const frameOf = (particles: number, index: number): Frame => ({
  step: 1000 * index,
  time: 4 * index,
  box: Float64Array.of(2.6 + index / 1000, 2.5, 2.4, 0.1, -0.2, 0.3),
  positions: Float32Array.from({ length: 3 * particles }, (_, i) => Math.sin(i + index) * 2)
})

function* makeFrames(particles: number, count: number) {
  for (let i = 0; i < count; i++) yield frameOf(particles, i)
}

const bytesOf = async (meta: TrajectoryMeta, frames: Iterable<Frame>) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of encodeTrajectory(meta, frames)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const collect = async <A>(items: AsyncIterable<A>): Promise<A[]> => {
  const all: A[] = []
  for await (const item of items) all.push(item)
  return all
}

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

describe("a trajectory", () => {
  it("comes back frame by frame as it was", async () => {
    const frames = [...makeFrames(64, 3000)]
    const { frames: read, meta } = await readTrajectory(await bytesOf(metaOf(64), frames))
    expect(meta).toEqual(metaOf(64))
    expect(await collect(read)).toEqual(frames)
  })

  it("without frames still says what would have moved", async () => {
    const { frames, meta } = await readTrajectory(await bytesOf(metaOf(5), []))
    expect(meta).toEqual(metaOf(5))
    expect(await collect(frames)).toEqual([])
    const gathered = await gatherFrames(await readTrajectory(await bytesOf(metaOf(5), [])))
    expect(gathered).toMatchObject({ count: 0, positions: new Float32Array() })
  })

  it("is read the same however its bytes arrive", async () => {
    const frames = [...makeFrames(7, 40)]
    const bytes = await bytesOf(metaOf(7), frames)
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(sizes, async (pieces) => {
        const read = await readTrajectory(inPieces(bytes, pieces))
        expect(await collect(read.frames)).toEqual(frames)
      }),
      { numRuns: 30, seed: 4 }
    )
  })

  it("can be any number of frames of any number of particles", async () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 60 }))
    await fc.assert(
      fc.asyncProperty(sizes, async ([particles, count]) => {
        const frames = [...makeFrames(particles, count)]
        const read = await readTrajectory(await bytesOf(metaOf(particles), frames))
        expect(await collect(read.frames)).toEqual(frames)
      }),
      { numRuns: 30, seed: 5 }
    )
  })

  it("gathers into arrays over frames", async () => {
    const frames = [...makeFrames(3, 100)]
    const gathered = await gatherFrames(await readTrajectory(await bytesOf(metaOf(3), frames)))
    expect(gathered.count).toBe(100)
    expect(gathered.times[7]).toBe(28)
    expect(gathered.steps[7]).toBe(7000)
    expect(gathered.boxes.subarray(42, 48)).toEqual(frames[7]?.box)
    expect(gathered.positions.subarray(63, 72)).toEqual(frames[7]?.positions)
    expect(gathered.positions.length).toBe(900)
  })

  it("is written in chunks of about a megabyte", async () => {
    const chunks = await collect(encodeTrajectory(metaOf(1664), makeFrames(1664, 402)))
    const largest = Math.max(...chunks.map(({ length }) => length))
    expect(chunks.length).toBeGreaterThan(6)
    expect(largest).toBeLessThan(1.2 * 2 ** 20)
  })

  it("keeps its own copy of a frame that the caller goes on to change", async () => {
    const writer = await TrajectoryWriter.open(metaOf(2))
    const frame = frameOf(2, 1)
    expect(writer.write(frame)).toBeUndefined()
    frame.positions.fill(0)
    frame.box.fill(1)
    const [first] = await collect((await readTrajectory(writer.end())).frames)
    expect(first).toEqual(frameOf(2, 1))
  })

  it("gives the same bytes in another process", async () => {
    const script = `
      import { encodeTrajectory } from ${JSON.stringify(new URL("../../formats/trajectory.ts", import.meta.url).href)}
      const meta = ${JSON.stringify(metaOf(9))}
      function* frames() {
        for (let i = 0; i < 20; i++) {
          yield { step: i, time: i / 4, box: Float64Array.of(3, 3, 3, 0, 0, 0), positions: new Float32Array(27).fill(i) }
        }
      }
      for await (const chunk of encodeTrajectory(meta, frames())) process.stdout.write(chunk)`
    const elsewhere = () => sha256(execFileSync(process.execPath, ["--input-type=module", "--eval", script]))
    const box = Float64Array.of(3, 3, 3, 0, 0, 0)
    const same = Array.from({ length: 20 }, (_, i) => ({
      step: i,
      time: i / 4,
      box,
      positions: new Float32Array(27).fill(i)
    }))
    expect(elsewhere()).toBe(sha256(await bytesOf(metaOf(9), same)))
  })

  it("reads no further than it is asked to, and closes its source when the reader stops", async () => {
    const bytes = await bytesOf(metaOf(1664), makeFrames(1664, 402))
    let read = 0
    let closed = false
    async function* source() {
      try {
        for await (const piece of inPieces(bytes, [65536])) {
          read += piece.length
          yield piece
        }
      } finally {
        closed = true
      }
    }
    const trajectory = await readTrajectory(source())
    expect(read).toBeLessThan(3 * 65536)
    for await (const frame of trajectory.frames) {
      expect(frame).toEqual(frameOf(1664, 0))
      break
    }
    expect(read).toBeLessThan(2 ** 21)
    expect(closed).toBe(true)
  })

  it("that was cut is refused, wherever the cut is", async () => {
    const bytes = await bytesOf(metaOf(1664), makeFrames(1664, 120))
    const chunks = await collect(encodeTrajectory(metaOf(1664), makeFrames(1664, 120)))
    const betweenBatches = chunks[0]?.length ?? 0
    for (const length of [
      0,
      100,
      betweenBatches,
      betweenBatches + 1000,
      bytes.length - 8,
      bytes.length - 1
    ]) {
      const cut = readTrajectory(bytes.subarray(0, length)).then(({ frames }) => collect(frames))
      await expect(cut, `cut at ${length}`).rejects.toThrow(/^Trajectory: /)
    }
  })

  it("refuses what is not finite or has not its shape, naming the frame", async () => {
    const two = [...makeFrames(2, 2)]
    const wrong = (change: Partial<Frame>) => bytesOf(metaOf(2), [...two, { ...frameOf(2, 2), ...change }])
    const holed = frameOf(2, 2).positions
    holed[4] = Number.NaN
    await expect(wrong({ positions: holed })).rejects.toThrow("Trajectory, frame 2: particle 1 is at NaN")
    await expect(wrong({ time: Infinity })).rejects.toThrow("frame 2: its time is Infinity")
    await expect(wrong({ positions: new Float32Array(9) })).rejects.toThrow("frame 2: 3 particles, not 2")
    await expect(bytesOf(metaOf(0), [])).rejects.toThrow("there are no particles")
    await expect(bytesOf({ ...metaOf(2), types: [0, 2] }, [])).rejects.toThrow("particle 1 has the type 2")
  })
})
