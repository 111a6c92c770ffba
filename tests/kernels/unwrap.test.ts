// Unwrapping: exact walks come back, at constant pressure too, where image flags inflate the diffusion.
import { expect, test } from "vitest"
import { orthogonal, wrap } from "../../kernels/box.ts"
import { stream } from "../../kernels/random.ts"
import * as Unwrap from "../../kernels/unwrap.ts"

const walk = (seed: number, beads: number, frames: number, step: number) => {
  const random = stream(seed, "walk")
  const steps = (length: number) => Float64Array.from({ length }, () => step * random.normal())
  const trajectory = [steps(3 * beads).map((x) => 20 * x)]
  for (let f = 1; f < frames; f++) {
    const moved = steps(3 * beads)
    trajectory.push(trajectory[f - 1].map((x, k) => x + moved[k]))
  }
  return trajectory
}

for (const [name, box] of [
  ["rectangular", orthogonal(2, 2.5, 3)],
  ["triclinic", Float64Array.of(2, 2.5, 3, 0.6, -0.5, 1.1)]
] as const) {
  test(`a wrapped walk comes back but for its starting image, ${name} box`, () => {
    const truth = walk(1, 20, 500, 0.1)
    const unwrapper = Unwrap.make(20)
    const wrapped = new Float64Array(60)
    let first = new Float64Array(0)
    for (const frame of truth) {
      wrap(frame, box, wrapped)
      const unwrapped = Unwrap.next(unwrapper, wrapped, box)
      if (first.length === 0) first = unwrapped.slice()
      for (let k = 0; k < 60; k++) {
        expect(Math.abs(unwrapped[k] - first[k] - (frame[k] - truth[0][k]))).toBeLessThan(1e-10)
      }
    }
  })
}

test("at constant pressure image flags inflate the MSD by 7.5 % +- 1, this scheme not at all", () => {
  // One free walker an axis; the box breathes by 1 % about its centre. The scheme with flags keeps w + n L, so each
  // change of L moves a walker n boxes away by n dL: an excess of 2 var(L) <n^2> in the MSD at every lag, which grows
  // with the length of the run as (var(L)/L^2) T/t = 7.5 % for T/t = 750.
  const walkers = 300
  const frames = 7500
  const lag = 10
  const random = stream(3, "pressure")
  const step = 0.1
  const mean = 2
  const wrapped = new Float64Array(3 * walkers)
  const images = new Float64Array(3 * walkers)
  const unwrapper = Unwrap.make(walkers)
  const truth = new Float64Array(3 * walkers)
  let origin = { truth, tor: truth, flags: truth }
  const sums = { truth: 0, tor: 0, flags: 0 }
  for (let f = 0; f < frames; f++) {
    const length = mean * (1 + 0.01 * random.normal())
    for (let k = 0; k < 3 * walkers; k++) {
      const moved = f === 0 ? 0 : step * random.normal()
      truth[k] += moved
      const crossed = Math.floor((wrapped[k] + moved) / length + 0.5)
      wrapped[k] += moved - crossed * length
      images[k] += crossed
    }
    const tor = Unwrap.next(unwrapper, wrapped, orthogonal(length))
    if (f % lag !== 0) continue
    const flags = wrapped.map((w, k) => w + images[k] * length)
    if (f > 0) {
      for (let k = 0; k < 3 * walkers; k++) {
        sums.truth += (truth[k] - origin.truth[k]) ** 2
        sums.tor += (tor[k] - origin.tor[k]) ** 2
        sums.flags += (flags[k] - origin.flags[k]) ** 2
      }
    }
    origin = { truth: truth.slice(), tor: tor.slice(), flags }
  }
  expect(Math.abs(sums.tor / sums.truth - 1)).toBeLessThan(1e-9)
  expect(sums.flags / sums.truth - 1).toBeGreaterThan(0.065)
  expect(sums.flags / sums.truth - 1).toBeLessThan(0.085)
})

test("frames too far apart are refused, naming frame and bead", () => {
  const box = orthogonal(2)
  const unwrapper = Unwrap.make(2)
  Unwrap.next(unwrapper, Float32Array.of(0.1, 0.1, 0.1, 1, 1, 1), box)
  Unwrap.next(unwrapper, Float32Array.of(0.1, 0.1, 1.9, 1, 1, 1), box)
  try {
    Unwrap.next(unwrapper, Float32Array.of(0.1, 0.1, 1.9, 1, 1.96, 1), box)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(Unwrap.UnwrapError)
    expect(error).toMatchObject({ frame: 2, bead: 1 })
    expect(String(error)).toContain("frame 2, bead 1: a step of 0.480 of the box")
  }
  const random = stream(5, "coarse")
  const truth = walk(random.uint32(), 10, 100, 0.7)
  const coarse = Unwrap.make(10)
  const wrapped = new Float64Array(30)
  expect(() => {
    for (const frame of truth) {
      wrap(frame, box, wrapped)
      Unwrap.next(coarse, wrapped, box)
    }
  }).toThrow("write frames more often")
  expect(() => Unwrap.next(Unwrap.make(1), Float64Array.of(0, NaN, 0), box)).toThrow("not finite")
  expect(() => Unwrap.next(Unwrap.make(2), Float64Array.of(0, 0, 0), box)).toThrow("1 beads, not 2")
})
