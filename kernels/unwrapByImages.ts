// Unwrapping of periodic trajectories whose image flags are known, right also at constant pressure.
import type { Box } from "./box.ts"
import * as Boxes from "./box.ts"

export interface ImageUnwrapper {
  readonly wrapped: Float64Array
  readonly images: Float64Array
  readonly unwrapped: Float64Array
  readonly box: Box
  frames: number
}

/** An unwrapper that has seen no frame. */
export const make = (beads: number): ImageUnwrapper => {
  const coordinates = () => new Float64Array(3 * beads)
  return {
    wrapped: coordinates(),
    images: coordinates(),
    unwrapped: coordinates(),
    box: new Float64Array(6),
    frames: 0
  }
}

/** LAMMPS keeps flags of 10 bits, which start again from the other end: no bead crosses 512 boxes between frames. */
const flags = 1024

/**
 * Takes the next frame: u' = u + (w' - w) + L' (n' - n), the step of the scheme of Bullerjahn et al. (J. Chem. Theory
 * Comput. 19, 3406, 2023) with the images that it crossed taken from the flags n, so that a step may have any length.
 * w + n L, which dumps call unwrapped, moves a bead n boxes away by n dL whenever the box changes.
 *
 * positions: 3N, nm, relative to the corner of the box, near the cell that n counts from; images: 3N, n along the edges.
 * Where the shape of the box flips (a tilt moves by more than half an edge), n counts other edges: that one step goes to
 * the nearest image. Returns the unwrapper's own array, 3N, nm, valid until the next call.
 */
export const next = (
  state: ImageUnwrapper,
  positions: Float32Array | Float64Array,
  images: ArrayLike<number>,
  box: Box
): Float64Array => {
  Boxes.check(box)
  const { wrapped, images: before, unwrapped, box: old, frames } = state
  if (positions.length !== wrapped.length || images.length !== wrapped.length) {
    throw new RangeError(`frame ${frames} has ${positions.length / 3} beads, not ${wrapped.length / 3}`)
  }
  const [lx, ly, lz, xy, xz, yz] = box
  const flipped =
    Math.abs(xy - old[3]) > lx / 2 || Math.abs(xz - old[4]) > lx / 2 || Math.abs(yz - old[5]) > ly / 2
  const step = new Float64Array(3)
  for (let i = 0; i < positions.length; i += 3) {
    if (frames === 0) {
      for (let k = i; k < i + 3; k++) unwrapped[k] = positions[k]
    } else {
      for (let axis = 0; axis < 3; axis++) step[axis] = positions[i + axis] - wrapped[i + axis]
      if (flipped) {
        Boxes.nearestImage(step, box)
      } else {
        const nx = crossed(images[i], before[i])
        const ny = crossed(images[i + 1], before[i + 1])
        const nz = crossed(images[i + 2], before[i + 2])
        step[0] += nx * lx + ny * xy + nz * xz
        step[1] += ny * ly + nz * yz
        step[2] += nz * lz
      }
      for (let axis = 0; axis < 3; axis++) unwrapped[i + axis] += step[axis]
    }
  }
  wrapped.set(positions)
  before.set(images)
  old.set(box)
  state.frames++
  return unwrapped
}

/**
 * Parts unwrapped positions w + n L into w, inside the cell, and n. positions, wrapped, images: 3N, nm; relative to the
 * corner of the box.
 */
export const part = (
  positions: Float32Array | Float64Array,
  box: Box,
  wrapped: Float64Array,
  images: Float64Array
): void => {
  const [lx, ly, lz, xy, xz, yz] = box
  for (let i = 0; i < positions.length; i += 3) {
    const sz = positions[i + 2] / lz
    const sy = (positions[i + 1] - yz * sz) / ly
    const sx = (positions[i] - xy * sy - xz * sz) / lx
    images[i] = Math.floor(sx)
    images[i + 1] = Math.floor(sy)
    images[i + 2] = Math.floor(sz)
    wrapped[i] = positions[i] - images[i] * lx - images[i + 1] * xy - images[i + 2] * xz
    wrapped[i + 1] = positions[i + 1] - images[i + 1] * ly - images[i + 2] * yz
    wrapped[i + 2] = positions[i + 2] - images[i + 2] * lz
  }
}

const crossed = (now: number, before: number): number =>
  now - before - flags * Math.round((now - before) / flags)
