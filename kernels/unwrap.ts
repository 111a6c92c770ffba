// Unwrapping of periodic trajectories by the toroidal-view-preserving scheme, right also at constant pressure.
import type { Box } from "./box.ts"
import * as Boxes from "./box.ts"

export interface UnwrapOptions {
  /**
   * Longest believable step along a box vector, as a fraction of it; default 0.45. Steps of half a box and more look
   * like shorter steps the other way, so the few that come close to one half are the only sign of them.
   */
  readonly maxStep?: number
}

/** A step so long that its direction is a guess: the frames are too far apart. */
export class UnwrapError extends Error {
  readonly _tag = "UnwrapError"
  readonly frame: number
  readonly bead: number
  /** Step along a box vector as a fraction of it. */
  readonly step: number
  constructor(message: string, fields: { frame: number; bead: number; step: number }) {
    super(message)
    this.frame = fields.frame
    this.bead = fields.bead
    this.step = fields.step
  }
}

export interface Unwrapper {
  readonly maxStep: number
  readonly wrapped: Float64Array
  readonly unwrapped: Float64Array
  frames: number
}

/** An unwrapper that has seen no frame. */
export const make = (beads: number, { maxStep = 0.45 }: UnwrapOptions = {}): Unwrapper => {
  if (!(maxStep > 0 && maxStep < 0.5)) throw new RangeError(`maxStep lies between 0 and 0.5, not ${maxStep}`)
  return { maxStep, wrapped: new Float64Array(3 * beads), unwrapped: new Float64Array(3 * beads), frames: 0 }
}

/**
 * Takes the next frame: u' = u + (the nearest image, in the new box, of w' - w).
 *
 * positions: 3N wrapped, nm, in the frame of reference of the simulation's own box (`Boxes.wrap` wraps what is not).
 * Positions that are not wrapped would bring back the error that this scheme avoids.
 * Returns the unwrapped positions, 3N, nm, in double: the unwrapper's own array, valid until the next call. The first
 * frame is returned as it is.
 * Throws UnwrapError when a bead moves further than `maxStep` of the box, or is not finite.
 */
export const next = (state: Unwrapper, positions: Float32Array | Float64Array, box: Box): Float64Array => {
  const { wrapped, unwrapped, maxStep, frames: frame } = state
  Boxes.check(box)
  if (positions.length !== wrapped.length) {
    throw new RangeError(`frame ${frame} has ${positions.length / 3} beads, not ${wrapped.length / 3}`)
  }
  const [lx, ly, lz, xy, xz, yz] = box
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i]
    const y = positions[i + 1]
    const z = positions[i + 2]
    if (frame === 0) {
      if (!Number.isFinite(x + y + z)) throw tooFar(frame, i / 3, NaN, maxStep)
      unwrapped[i] = x
      unwrapped[i + 1] = y
      unwrapped[i + 2] = z
    } else {
      const dx = x - wrapped[i]
      const dy = y - wrapped[i + 1]
      const dz = z - wrapped[i + 2]
      let sz = dz / lz
      let sy = (dy - yz * sz) / ly
      let sx = (dx - xy * sy - xz * sz) / lx
      sx -= Math.floor(sx + 0.5)
      sy -= Math.floor(sy + 0.5)
      sz -= Math.floor(sz + 0.5)
      const step = Math.max(Math.abs(sx), Math.abs(sy), Math.abs(sz))
      if (!(step <= maxStep)) throw tooFar(frame, i / 3, step, maxStep)
      unwrapped[i] += lx * sx + xy * sy + xz * sz
      unwrapped[i + 1] += ly * sy + yz * sz
      unwrapped[i + 2] += lz * sz
    }
    wrapped[i] = x
    wrapped[i + 1] = y
    wrapped[i + 2] = z
  }
  state.frames++
  return unwrapped
}

const tooFar = (frame: number, bead: number, step: number, maxStep: number): UnwrapError =>
  new UnwrapError(
    Number.isFinite(step)
      ? `frame ${frame}, bead ${bead}: a step of ${step.toFixed(3)} of the box is above ${maxStep}: near L/2 a step ` +
          `cannot be told from one the other way; write frames more often`
      : `frame ${frame}, bead ${bead}: the position is not finite`,
    { frame, bead, step }
  )
