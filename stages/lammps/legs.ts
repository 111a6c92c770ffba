// The legs of a LAMMPS script, which another attempt can go on with: restart files, parts, and how parts fit together.
import type { LogSegment } from "../../formats/lammpsLog.ts"
import type { Frame } from "../../formats/trajectory.ts"

/** One `run` of a script; `every` steps a restart file is written, 0 for a leg too short for that. */
export interface Leg {
  readonly steps: number
  readonly every: number
}

/** A restart file to go on from. */
export interface From {
  readonly leg: number
  readonly step: number
  readonly file: string
}

/** What one start of LAMMPS did of a script: from a step of a leg on. Its files bear its name. */
export interface Part {
  readonly name: string
  readonly leg: number
  readonly step: number
}

/** Restart files a leg: each costs a write, and a killed run what came after the last one. */
const restarts = 40

/** A leg with restart files on multiples of `unit` steps, so that they fall on frames or rows. */
export const legOf = (steps: number, unit: number): Leg => {
  const every = unit * Math.ceil(steps / restarts / unit)
  return { steps, every: 2 * every <= steps ? every : 0 }
}

export const restartFile = (name: string, leg: number, step: number | "*"): string =>
  `${name}.${leg}.${step}.restart`

/** The command before the run of a leg. */
export const restartLine = (name: string, leg: number, { every }: Leg): string =>
  every === 0 ? "restart 0" : `restart ${every} ${restartFile(name, leg, "*")}`

/** The restart files of a script among some names, the furthest first. */
export const restartsOf = (name: string, names: ReadonlyArray<string>): ReadonlyArray<From> =>
  names
    .flatMap((file) => {
      const [, leg, step] =
        /^\.(\d+)\.(\d+)\.restart$/.exec(file.startsWith(name) ? file.slice(name.length) : "") ?? []
      return leg === undefined ? [] : [{ leg: Number(leg), step: Number(step), file }]
    })
    .sort((a, b) => b.leg - a.leg || b.step - a.step)

/** LAMMPS ends a restart file by the text that it begins with, so that a cut one shows. */
export const isWhole = (bytes: Uint8Array): boolean => {
  const magic = "LammpS RestartT"
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return (
    at.length > 2 * magic.length &&
    at.subarray(0, magic.length).equals(Buffer.from(magic)) &&
    at.subarray(-64).includes(magic)
  )
}

/** Parts that begin before a point: those behind it were in vain. */
export const partsBefore = (
  parts: ReadonlyArray<Part>,
  { leg, step }: Pick<From, "leg" | "step">
): ReadonlyArray<Part> => parts.filter((part) => part.leg < leg || (part.leg === leg && part.step < step))

/** The step of a leg at which a later part took over from part `index`; Infinity where none did. */
export const endOf = (parts: ReadonlyArray<Part>, index: number, leg: number): number =>
  parts
    .slice(index + 1)
    .reduce(
      (end, part) => Math.min(end, part.leg < leg ? -1 : part.leg === leg ? part.step : Infinity),
      Infinity
    )

/**
 * The thermo tables of the legs, put together from those of the parts: each up to the step where the next took over.
 * @param segments of each part, its first one that of the leg where it began
 */
export const joinTables = (
  parts: ReadonlyArray<Part>,
  segments: ReadonlyArray<ReadonlyArray<LogSegment>>
): ReadonlyArray<Pick<LogSegment, "data" | "loop">> => {
  const joined: Array<Pick<LogSegment, "data" | "loop">> = []
  for (const [index, part] of parts.entries()) {
    for (const [place, segment] of segments[index].entries()) {
      const leg = part.leg + place
      const end = endOf(parts, index, leg)
      const steps = segment.data["Step"]
      const kept =
        steps === undefined || end === Infinity ? undefined : steps.findIndex((step) => step >= end)
      const rows = (values: Float64Array): Float64Array =>
        kept === undefined || kept < 0 ? values : values.subarray(0, kept)
      const before = end === -1 ? undefined : joined[leg]?.data
      const data = Object.fromEntries(
        Object.entries(segment.data).map(([column, values]) => [
          column,
          Float64Array.from([...(before?.[column] ?? []), ...rows(values)])
        ])
      )
      if (end !== -1) joined[leg] = { data, loop: segment.loop }
    }
  }
  return joined
}

/** The last step of a leg of which the table has a row; -1 where there is none. */
export const lastStep = (table: Pick<LogSegment, "data"> | undefined): number =>
  table?.data["Step"]?.at(-1) ?? -1

/** nm by which an atom may differ between two parts in the frame that both have. */
const tolerance = 1e-3

/** Frames of different parts that do not fit together. */
export class BrokenTrajectory extends Error {}

/**
 * The frames of a leg from all its parts. Where one part took over from another, both have the frame of that step, and
 * it has to be the same one.
 * @param read the frames of a part; what follows the frame where the next part took over may be cut
 */
export async function* joinFrames(
  parts: ReadonlyArray<Part>,
  leg: number,
  read: (part: Part) => AsyncIterable<Frame>
): AsyncGenerator<Frame> {
  let joint: Frame | undefined
  for (const [index, part] of parts.entries()) {
    const end = endOf(parts, index, leg)
    const begins = part.leg === leg ? part.step : 0
    if (end <= begins) continue
    let first = true
    let found: Frame | undefined
    for await (const frame of read(part)) {
      if (first && joint !== undefined) compare(joint, frame, part)
      first = false
      if (frame.step >= end) {
        if (frame.step === end)
          found = { ...frame, box: frame.box.slice(), positions: frame.positions.slice() }
        break
      }
      yield frame
    }
    if (end !== Infinity && found === undefined) {
      throw new BrokenTrajectory(`${part.name} has no frame of step ${end}, where the next part took over`)
    }
    joint = found
  }
}

const compare = (before: Frame, after: Frame, { name }: Part): void => {
  if (before.step !== after.step) {
    throw new BrokenTrajectory(`${name} begins at step ${after.step}, not at ${before.step}`)
  }
  for (let i = 0; i < before.positions.length; i++) {
    const edge = before.box[i % 3]
    const apart = before.positions[i] - after.positions[i]
    // Positions within the box may be those of another image.
    if (!(Math.abs(apart - edge * Math.round(apart / edge)) <= tolerance)) {
      throw new BrokenTrajectory(
        `${name} moves atom ${Math.floor(i / 3)} by ${apart.toFixed(4)} nm at step ${before.step}`
      )
    }
  }
}
