// Mean squared displacements against brute force over all origins.
import { expect, test } from "vitest"
import { meanSquaredDisplacement, MsdError } from "../../kernels/msd.ts"
import { stream } from "../../kernels/random.ts"

const trajectory = (frames: number, beads: number, { offset = 0, drift = 0 } = {}) => {
  const random = stream(11, "msd", frames, beads)
  const positions = new Float32Array(frames * beads * 3)
  for (let b = 0; b < 3 * beads; b++) {
    let x = offset * random.normal()
    for (let f = 0; f < frames; f++) positions[f * 3 * beads + b] = x += random.normal() + drift
  }
  return positions
}

const bruteForce = (
  positions: ArrayLike<number>,
  frames: number,
  beads: number,
  lag: number,
  bead: number
) => {
  let sum = 0
  for (let f = 0; f + lag < frames; f++)
    for (let axis = 0; axis < 3; axis++) {
      sum +=
        (positions[3 * ((f + lag) * beads + bead) + axis] - positions[3 * (f * beads + bead) + axis]) ** 2
    }
  return sum / (frames - lag)
}

for (const [frames, beads] of [
  [2, 1],
  [3, 4],
  [257, 5],
  [1000, 2]
] as const) {
  test(`${frames} frames of ${beads} beads equal brute force to 1e-10 at every lag`, () => {
    const positions = trajectory(frames, beads, { offset: 30 })
    const { msd, axes, perBead } = meanSquaredDisplacement(positions, { frames, beads }, { com: "keep" })
    expect(msd.length).toBe(frames)
    expect(msd[0]).toBe(0)
    for (let lag = 1; lag < frames; lag++) {
      let mean = 0
      for (let b = 0; b < beads; b++) {
        const expected = bruteForce(positions, frames, beads, lag, b)
        expect(Math.abs(perBead[b * frames + lag] / expected - 1)).toBeLessThan(1e-10)
        mean += expected / beads
      }
      expect(Math.abs(msd[lag] / mean - 1)).toBeLessThan(1e-10)
      expect(axes[0][lag] + axes[1][lag] + axes[2][lag]).toBe(msd[lag])
    }
  })
}

test("a common drift leaves no trace, and free walkers keep their MSD", () => {
  const frames = 400
  const beads = 8
  const still = trajectory(frames, beads)
  const drifting = trajectory(frames, beads, { drift: 0.5 })
  const removed = meanSquaredDisplacement(drifting, { frames, beads })
  const reference = meanSquaredDisplacement(still, { frames, beads })
  for (let lag = 1; lag < frames; lag++) {
    expect(Math.abs(removed.msd[lag] / reference.msd[lag] - 1)).toBeLessThan(1e-4) // float32 input
  }
  // by hand: positions about the mean of all beads, times N/(N-1)
  const about = Float64Array.from(still)
  for (let f = 0; f < frames; f++)
    for (let axis = 0; axis < 3; axis++) {
      let centre = 0
      for (let b = 0; b < beads; b++) centre += still[3 * (f * beads + b) + axis] / beads
      for (let b = 0; b < beads; b++) about[3 * (f * beads + b) + axis] -= centre
    }
  let mean = 0
  for (let b = 0; b < beads; b++) mean += bruteForce(about, frames, beads, 7, b) / beads
  expect(reference.msd[7]).toBeCloseTo((mean * 8) / 7, 9)
  expect(Math.abs(reference.msd[1] / 3 - 1)).toBeLessThan(0.05)
})

test("unequal masses: the drift of their centre goes, and free walkers keep their MSD", () => {
  const frames = 4000
  const beads = 3
  const positions = trajectory(frames, beads, { drift: 3 })
  const masses = [10, 1, 1]
  const { msd } = meanSquaredDisplacement(positions, { frames, beads }, { masses, maxLag: 5 })
  expect(msd.length).toBe(6)
  expect(Math.abs(msd[1] / 3 - 1)).toBeLessThan(0.06)
})

test("what has no MSD is refused", () => {
  const positions = new Float32Array(12)
  const msd =
    (shape: { frames: number; beads: number }, options = {}) =>
    () =>
      meanSquaredDisplacement(positions, shape, options)
  expect(msd({ frames: 3, beads: 1 })).toThrow("3 frames of 1 beads are 9 numbers, not 12")
  expect(msd({ frames: 1, beads: 4 })).toThrow("two frames")
  expect(msd({ frames: 4, beads: 1 })).toThrow("keep it")
  expect(msd({ frames: 2, beads: 2 }, { maxLag: 2 })).toThrow("maxLag")
  expect(msd({ frames: 2, beads: 2 }, { masses: [1] })).toThrow("masses")
  positions[4] = NaN
  expect(msd({ frames: 2, beads: 2 })).toThrow(MsdError)
})
