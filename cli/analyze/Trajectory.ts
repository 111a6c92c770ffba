// A trajectory in memory, read from a dump: unwrapped positions of the atoms that were asked for.
import { DumpError } from "../../formats/DumpFrame.ts"
import * as Boxes from "../../kernels/box.ts"
import * as Unwrap from "../../kernels/unwrap.ts"
import * as UnwrapByImages from "../../kernels/unwrapByImages.ts"
import { UsageError } from "../Usage.ts"
import type { Options, Words } from "../Usage.ts"
import { size } from "../view/words.ts"
import * as Dump from "./Dump.ts"
import * as FrameTimes from "./FrameTimes.ts"
import * as OptionValues from "./OptionValues.ts"

export const options = {
  ...Dump.options,
  dt: { help: "time of an MD step in ps (lj: tau); frame times come from TIMESTEP", takes: "T" },
  "frame-interval": { help: "time between frames in ps (lj: tau), whatever TIMESTEP says", takes: "T" },
  type: { help: "only atoms of this type; may be given again", takes: "N", many: true },
  com: { help: "remove (default) or keep the motion of the centre of mass", takes: "HOW" }
} satisfies Options

export interface Request extends Dump.Dump {
  readonly dt: number | undefined
  readonly interval: number | undefined
  /** None means all. */
  readonly types: ReadonlyArray<number>
  readonly com: "remove" | "keep"
}

export interface Trajectory {
  /** [frame, bead, xyz], nm (lj: sigma). */
  readonly positions: Float64Array
  readonly frames: number
  readonly beads: number
  /** ps (lj: tau). */
  readonly interval: number
  /** Mean of lx, ly, lz, xy, xz, yz over the frames, nm (lj: sigma). */
  readonly edges: Float64Array
  /** Where the path across the boundaries comes from. */
  readonly unwrapping: "image flags" | "unwrapped positions" | "nearest images"
}

export const fromWords = (
  { options: given, words: [file] }: Words<typeof options>,
  values: OptionValues.OptionValues
): Request => ({
  ...Dump.fromWords(file, given, values),
  dt: OptionValues.positive(values, "dt", given.dt),
  interval: OptionValues.positive(values, "frame-interval", given["frame-interval"]),
  types: given.type.flatMap((text) => OptionValues.whole(values, "type", text, 1) ?? []),
  com: OptionValues.oneOf(values, "com", given.com, ["remove", "keep"])
})

/**
 * Reads all of it. Throws DumpError for a file that is cut, uneven in time or too sparse to unwrap, UsageError for what
 * does not fit into memory.
 */
export const read = async (request: Request): Promise<Trajectory> => {
  const times = FrameTimes.make({ dt: request.dt, interval: request.interval })
  const available = process.availableMemory()
  const kept: Array<Float64Array> = []
  let atoms: Atoms | undefined
  let seen = 0
  const edges = new Float64Array(6)
  for await (const snapshot of Dump.snapshots(request)) {
    FrameTimes.add(times, snapshot)
    for (let k = 0; k < 6; k++) edges[k] += snapshot.box[k]
    atoms ??= select(snapshot, request.types)
    const unwrapped = follow(atoms, snapshot)
    if (seen % request.every === 0) {
      kept.push(unwrapped.slice())
      checkMemory(kept.length, atoms.slots.length, available)
    }
    seen++
  }
  if (atoms === undefined || kept.length < 2) {
    const which = `${kept.length} of ${seen + (seen > 0 ? request.skip : 0)}`
    throw new UsageError([`${request.file}: an MSD needs 2 frames, not ${which}`], "")
  }
  return {
    positions: join(kept),
    frames: Math.ceil(seen / request.every),
    beads: atoms.slots.length,
    interval: FrameTimes.interval(times, seen) * request.every,
    edges: edges.map((sum) => sum / seen),
    unwrapping: atoms.unwrapping
  }
}

interface Atoms {
  readonly slots: Int32Array
  readonly unwrapping: Trajectory["unwrapping"]
  readonly tor: Unwrap.Unwrapper
  readonly byImages: UnwrapByImages.ImageUnwrapper
  readonly positions: Float64Array
  readonly images: Float64Array
}

const select = (snapshot: Dump.Snapshot, types: ReadonlyArray<number>): Atoms => {
  const wanted = Int32Array.from(snapshot.types.keys())
  const slots = types.length === 0 ? wanted : wanted.filter((slot) => types.includes(snapshot.types[slot]))
  const missing = types.filter((type) => !snapshot.types.includes(type))
  if (missing.length > 0 || slots.length === 0) {
    throw new DumpError(
      snapshot.frame,
      snapshot.line,
      missing.length > 0 ? `no atom has type ${missing.join(", ")}` : "no atoms"
    )
  }
  return {
    slots,
    unwrapping: snapshot.unwrapped
      ? "unwrapped positions"
      : snapshot.images === null
        ? "nearest images"
        : "image flags",
    tor: Unwrap.make(slots.length),
    byImages: UnwrapByImages.make(slots.length),
    positions: new Float64Array(3 * slots.length),
    images: new Float64Array(3 * slots.length)
  }
}

/** The unwrapped positions of the atoms in the next frame; valid until the next call. */
const follow = (atoms: Atoms, snapshot: Dump.Snapshot): Float64Array => {
  const { byImages, images, positions, slots, tor, unwrapping } = atoms
  const { box, origin } = snapshot
  for (let k = 0; k < slots.length; k++) {
    const from = 3 * slots[k]
    for (let axis = 0; axis < 3; axis++) {
      positions[3 * k + axis] = snapshot.positions[from + axis]
      if (snapshot.images !== null) images[3 * k + axis] = snapshot.images[from + axis]
    }
  }
  if (unwrapping === "unwrapped positions") UnwrapByImages.part(positions, box, positions, images)
  if (unwrapping === "nearest images") Boxes.wrap(positions, box, positions)
  // From the corner of the box to the lab, which has no part in the motion of the walls.
  for (let i = 0; i < positions.length; i++) positions[i] += origin[i % 3]
  if (unwrapping !== "nearest images") return UnwrapByImages.next(byImages, positions, images, box)
  try {
    return Unwrap.next(tor, positions, box)
  } catch (error) {
    if (!(error instanceof Unwrap.UnwrapError)) throw error
    throw new DumpError(
      snapshot.frame,
      snapshot.line,
      `atom ${snapshot.ids[slots[error.bead]]} moves ${error.step.toFixed(3)} of the box since the frame before, and ` +
        "near one half its direction is a guess: dump more often, or dump xu yu zu, or ix iy iz as well"
    )
  }
}

/** Frames as they are kept and as they are joined, and the MSD of each bead. */
const bytesPerCoordinate = 8 + 8 + 8 / 3

const checkMemory = (frames: number, beads: number, available: number): void => {
  const bytes = 3 * frames * beads * bytesPerCoordinate
  if (bytes <= 0.9 * available) return
  throw new UsageError(
    [
      `${frames} frames of ${beads} atoms need ${size(bytes)} of memory, ${size(available)} are free, and the file goes on`
    ],
    "take fewer atoms with --type, or fewer frames with --every"
  )
}

const join = (frames: Array<Float64Array>): Float64Array => {
  const width = frames[0]?.length ?? 0
  const joined = new Float64Array(frames.length * width)
  for (let f = frames.length - 1; f >= 0; f--) {
    joined.set(frames[f], f * width)
    // Let go of what is copied: both together may not fit.
    frames.pop()
  }
  return joined
}
