// Trajectories as Arrow IPC streams: a record batch holds about a megabyte of frames, the schema says what moves.
import type * as ArrowModule from "apache-arrow"
import type { RecordBatch, Schema } from "apache-arrow"
import { canonicalJson } from "./canonicalJson.ts"
import { concatenate } from "./concatenate.ts"

type Arrow = typeof ArrowModule

/** What holds for all frames. Arrays are [particle]. */
export interface TrajectoryMeta {
  /** Index into typeNames. */
  readonly types: readonly number[]
  readonly typeNames: readonly string[]
  /** g/mol */
  readonly masses: readonly number[]
  /** Index of the particle's molecule, from 0. */
  readonly molecule: readonly number[]
  /** Rows of particles, from 0, that bonds join; left out where there are none. */
  readonly bonds?: readonly (readonly number[])[]
  /** Rows of three particles, the corner in the middle. */
  readonly angles?: readonly (readonly number[])[]
  /** True if positions follow particles through the periodic boundaries. */
  readonly unwrapped: boolean
  /** The verdict on the run: "ok", or one word for what is wrong with it, explained by reason ("" where ok). */
  readonly quality: string
  readonly reason: string
  readonly info?: Readonly<Record<string, unknown>>
}

export interface Frame {
  readonly step: number
  /** ps */
  readonly time: number
  /** lx, ly, lz, xy, xz, yz in nm. */
  readonly box: Float64Array
  /** [particle, xyz] in nm, relative to the origin of the box. */
  readonly positions: Float32Array
}

export interface Trajectory {
  readonly meta: TrajectoryMeta
  /** Read once, in order; whoever stops early closes the source. Arrays are views: copy what is kept or changed. */
  readonly frames: AsyncIterable<Frame>
}

/** A frame or a header that is no trajectory's, or a stream that was cut. */
export class TrajectoryError extends Error {
  readonly _tag = "TrajectoryError"
  readonly frame: number
  constructor(frame: number, problem: string) {
    super(frame < 0 ? `Trajectory: ${problem}` : `Trajectory, frame ${frame}: ${problem}`)
    this.name = "TrajectoryError"
    this.frame = frame
  }
}

const metadataKey = "largo"
const bytesPerBatch = 2 ** 20
// The end-of-stream mark of an Arrow IPC stream.
const endMark = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0)

/** Turns frames into the bytes of an Arrow stream, never holding more than one batch of about 1 MB. */
export class TrajectoryWriter {
  readonly #arrow: Arrow
  readonly #particles: number
  readonly #schema: Schema
  readonly #capacity: number
  #head: Uint8Array | undefined
  #written = 0
  #pending: Frame[] = []

  private constructor(arrow: Arrow, meta: TrajectoryMeta) {
    this.#arrow = arrow
    this.#particles = meta.types.length
    const header = new Map([[metadataKey, canonicalJson(meta)]])
    this.#schema = makeSchema(arrow, this.#particles)
    const withHeader = new arrow.Schema([...this.#schema.fields], header)
    this.#head = arrow.tableToIPC(new arrow.Table(withHeader), "stream").slice(0, -endMark.length)
    this.#capacity = Math.max(1, Math.floor(bytesPerBatch / (12 * this.#particles + 64)))
  }

  /** Throws TrajectoryError for meta whose arrays disagree. */
  static async open(meta: TrajectoryMeta): Promise<TrajectoryWriter> {
    checkMeta(meta)
    return new TrajectoryWriter(await import("apache-arrow"), meta)
  }

  /** Takes a copy of the frame; gives bytes when a batch is full. Throws TrajectoryError for what is not finite. */
  write(frame: Frame): Uint8Array | undefined {
    checkFrame(frame, this.#written + this.#pending.length, this.#particles)
    this.#pending.push({ ...frame, box: frame.box.slice(), positions: frame.positions.slice() })
    return this.#pending.length < this.#capacity ? undefined : this.#flush()
  }

  /** The bytes that remain; nothing can be written after them. */
  end(): Uint8Array {
    return concatenate([this.#flush(), endMark])
  }

  #flush(): Uint8Array {
    const head = this.#head ?? new Uint8Array()
    this.#head = undefined
    if (this.#pending.length === 0) return head
    const batch = makeBatch(this.#arrow, this.#schema, this.#pending, this.#particles)
    this.#written += this.#pending.length
    this.#pending = []
    const stream = this.#arrow.tableToIPC(new this.#arrow.Table([batch]), "stream")
    const schemaLength = messageLength(stream)
    return concatenate([head, stream.subarray(schemaLength, stream.length - endMark.length)])
  }
}

/** The bytes of a trajectory as its frames come, in chunks of about 1 MB; equal frames give equal bytes. */
export async function* encodeTrajectory(
  meta: TrajectoryMeta,
  frames: AsyncIterable<Frame> | Iterable<Frame>
): AsyncGenerator<Uint8Array, void, undefined> {
  const writer = await TrajectoryWriter.open(meta)
  for await (const frame of frames) {
    const bytes = writer.write(frame)
    if (bytes !== undefined) yield bytes
  }
  yield writer.end()
}

/**
 * Reads the header now and the frames as they are asked for, a batch of about 1 MB at a time.
 * Throws TrajectoryError, at once or while frames are read, for a stream that is no trajectory or was cut.
 */
export const readTrajectory = async (source: Uint8Array | AsyncIterable<Uint8Array>): Promise<Trajectory> => {
  const arrow = await import("apache-arrow")
  const bytes = untilEndMark(source)
  const reader = await arrow.RecordBatchReader.from(bytes)
  await reader.open()
  const header = reader.schema?.metadata.get(metadataKey)
  if (header === undefined) throw new TrajectoryError(-1, "the stream has no header of a trajectory")
  const meta: TrajectoryMeta = JSON.parse(header)
  return { meta, frames: thenClose(framesOf(reader, meta.types.length), bytes) }
}

/** All frames side by side: steps and times [frame], boxes [frame, 6], positions [frame, particle, xyz]. */
export interface Frames {
  readonly count: number
  readonly steps: Float64Array
  readonly times: Float64Array
  readonly boxes: Float64Array
  readonly positions: Float32Array
}

/** Gathers all frames of a trajectory in memory: 12 bytes a particle and frame, twice that while it grows. */
export const gatherFrames = async ({ frames, meta }: Trajectory): Promise<Frames> => {
  const width = 3 * meta.types.length
  const steps: number[] = []
  const times: number[] = []
  const boxes: number[] = []
  let positions = new Float32Array(16 * width)
  for await (const frame of frames) {
    const start = steps.length * width
    if (start === positions.length) {
      const larger = new Float32Array(2 * start)
      larger.set(positions)
      positions = larger
    }
    positions.set(frame.positions, start)
    steps.push(frame.step)
    times.push(frame.time)
    boxes.push(...frame.box)
  }
  return {
    count: steps.length,
    steps: Float64Array.from(steps),
    times: Float64Array.from(times),
    boxes: Float64Array.from(boxes),
    positions: positions.slice(0, steps.length * width)
  }
}

async function* framesOf(batches: AsyncIterable<RecordBatch>, particles: number): AsyncGenerator<Frame> {
  const width = 3 * particles
  let before = 0
  for await (const batch of batches) {
    const [steps, times, boxes, positions] = batch.data.children
    const boxValues: unknown = boxes?.children[0]?.values
    const positionValues: unknown = positions?.children[0]?.values
    for (let i = 0; i < batch.numRows; i++) {
      const step: unknown = steps?.values[i]
      const time: unknown = times?.values[i]
      if (
        typeof step !== "bigint" ||
        typeof time !== "number" ||
        !(boxValues instanceof Float64Array) ||
        !(positionValues instanceof Float32Array) ||
        positionValues.length < (i + 1) * width
      ) {
        throw new TrajectoryError(before + i, "the columns are not those of a trajectory")
      }
      yield {
        step: Number(step),
        time,
        box: boxValues.subarray(6 * i, 6 * (i + 1)),
        positions: positionValues.subarray(width * i, width * (i + 1))
      }
    }
    before += batch.numRows
  }
}

// Arrow's reader does not close what it reads from when it is left early.
async function* thenClose(
  frames: AsyncGenerator<Frame>,
  bytes: AsyncGenerator<Uint8Array>
): AsyncGenerator<Frame> {
  try {
    yield* frames
  } finally {
    await bytes.return(undefined)
  }
}

// Arrow takes the end of the bytes for the end of the stream, so a cut between two batches would go unnoticed.
async function* untilEndMark(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let tail: Uint8Array = new Uint8Array()
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    tail = concatenate([tail, chunk.subarray(-endMark.length)]).slice(-endMark.length)
    yield chunk
  }
  if (tail.length < endMark.length || tail.some((byte, i) => byte !== endMark[i])) {
    throw new TrajectoryError(-1, "the stream ends before its end mark: it was cut")
  }
}

const makeSchema = (arrow: Arrow, particles: number): Schema => {
  const field = (name: string, type: ArrowModule.DataType, unit: string, description: string) =>
    new arrow.Field(name, type, false, new Map(Object.entries({ description, unit })))
  const list = (length: number, type: ArrowModule.Float) =>
    new arrow.FixedSizeList(length, new arrow.Field("item", type, false))
  return new arrow.Schema([
    field("step", new arrow.Int64(), "", "Step of the simulation"),
    field("time", new arrow.Float64(), "ps", "Time of the frame"),
    field("box", list(6, new arrow.Float64()), "nm", "lx, ly, lz, xy, xz, yz of the periodic box"),
    field("positions", list(3 * particles, new arrow.Float32()), "nm", "x, y, z of each particle")
  ])
}

const makeBatch = (
  arrow: Arrow,
  schema: Schema,
  frames: readonly Frame[],
  particles: number
): RecordBatch => {
  const length = frames.length
  const boxes = new Float64Array(6 * length)
  const positions = new Float32Array(3 * particles * length)
  for (const [i, frame] of frames.entries()) {
    boxes.set(frame.box, 6 * i)
    positions.set(frame.positions, 3 * particles * i)
  }
  const float64 = (data: Float64Array) =>
    arrow.makeData({ type: new arrow.Float64(), length: data.length, nullCount: 0, data })
  const list = (child: ArrowModule.Data) => {
    const type = new arrow.FixedSizeList(child.length / length, new arrow.Field("item", child.type, false))
    return arrow.makeData({ type, length, nullCount: 0, child })
  }
  const steps = BigInt64Array.from(frames, ({ step }) => BigInt(step))
  const flat = arrow.makeData({
    type: new arrow.Float32(),
    length: positions.length,
    nullCount: 0,
    data: positions
  })
  const children = [
    arrow.makeData({ type: new arrow.Int64(), length, nullCount: 0, data: steps }),
    float64(Float64Array.from(frames, ({ time }) => time)),
    list(float64(boxes)),
    list(flat)
  ]
  const type = new arrow.Struct([...schema.fields])
  return new arrow.RecordBatch(schema, arrow.makeData({ type, length, nullCount: 0, children }))
}

// An encapsulated message without a body: the mark of 4 bytes, the length of 4 bytes, then so many bytes.
const messageLength = (stream: Uint8Array): number =>
  8 + new DataView(stream.buffer, stream.byteOffset, stream.byteLength).getInt32(4, true)

const checkMeta = ({ masses, molecule, typeNames, types }: TrajectoryMeta): void => {
  const count = types.length
  if (count === 0) throw new TrajectoryError(-1, "there are no particles")
  if (masses.length !== count || molecule.length !== count) {
    throw new TrajectoryError(
      -1,
      `${count} types, but ${masses.length} masses and ${molecule.length} molecules`
    )
  }
  const stray = types.findIndex((type) => typeNames[type] === undefined)
  if (stray >= 0)
    throw new TrajectoryError(-1, `particle ${stray} has the type ${types[stray]}, which has no name`)
}

const checkFrame = ({ box, positions, step, time }: Frame, index: number, particles: number): void => {
  if (!Number.isSafeInteger(step)) throw new TrajectoryError(index, `its step is ${step}`)
  if (!Number.isFinite(time)) throw new TrajectoryError(index, `its time is ${time}`)
  if (box.length !== 6 || !box.every(Number.isFinite))
    throw new TrajectoryError(index, `its box is [${box.join(", ")}]`)
  if (positions.length !== 3 * particles) {
    throw new TrajectoryError(index, `${positions.length / 3} particles, not ${particles}`)
  }
  for (let i = 0; i < positions.length; i++) {
    if (!Number.isFinite(positions[i])) {
      throw new TrajectoryError(index, `particle ${Math.floor(i / 3)} is at ${positions[i]}`)
    }
  }
}
