// The time between the frames of a dump, which must be the same throughout.
import { DumpError } from "../../formats/DumpFrame.ts"
import type { Snapshot } from "./Dump.ts"

export interface FrameTimes {
  /** The time of a step, ps or tau: the frame's own TIMESTEP counts. */
  readonly dt?: number | undefined
  /** The time between frames, ps or tau: what the frames say of themselves does not count. */
  readonly interval?: number | undefined
  first?: Stamp
  last?: Stamp
  spacing?: number
}

/** A frame's step, or its time where steps have no length. */
interface Stamp {
  readonly value: number
  readonly counts: "step" | "time"
}

export const make = (given: Pick<FrameTimes, "dt" | "interval">): FrameTimes => ({ ...given })

/** Takes the next frame. Throws DumpError where it has no time, or another distance than the frames before. */
export const add = (times: FrameTimes, snapshot: Snapshot): void => {
  if (times.interval !== undefined) return
  const { frame, line, step, time } = snapshot
  if (times.dt === undefined && time === null) {
    throw new DumpError(
      frame,
      line,
      "it says no time: give --dt, the time of a step, or --frame-interval, the time between frames"
    )
  }
  const stamp: Stamp =
    times.dt === undefined ? { value: time ?? 0, counts: "time" } : { value: step, counts: "step" }
  const spacing = times.last === undefined ? undefined : stamp.value - times.last.value
  if (spacing !== undefined) {
    times.spacing ??= spacing
    // Times are printed with some digits, steps are whole.
    const slack = stamp.counts === "step" ? 0 : 1e-6 * Math.abs(times.spacing) + 1e-12 * Math.abs(stamp.value)
    if (!(spacing > 0) || Math.abs(spacing - times.spacing) > slack) {
      throw new DumpError(
        frame,
        line,
        `${stamp.counts} ${stamp.value} comes ${spacing} after the frame before, ` +
          `${times.spacing > 0 ? `where frames lie ${times.spacing} apart` : "and must come later"}: ` +
          "cut the file there, or give --frame-interval if frames are evenly spaced all the same"
      )
    }
  }
  times.first ??= stamp
  times.last = stamp
}

/** ps or tau between frames; NaN when there is but one frame. */
export const interval = (
  { dt = 1, first, interval: given, last, spacing }: FrameTimes,
  frames: number
): number => {
  if (given !== undefined) return given
  if (first === undefined || last === undefined || spacing === undefined) return NaN
  return first.counts === "step" ? spacing * dt : (last.value - first.value) / (frames - 1)
}
