// Diffusion coefficients: known walks, and error bars that hold what they promise.
import { describe, expect, test } from "vitest"
import { DiffusionError, fitDiffusion, fitLater, qualityBySpacing } from "../../kernels/diffusion.ts"
import type { FitOptions } from "../../kernels/diffusion.ts"
import { meanSquaredDisplacement } from "../../kernels/msd.ts"
import { covariance, meanSquares } from "../../kernels/msdCovariance.ts"
import { stream } from "../../kernels/random.ts"

const D = 2 // 1e-9 m2/s

/**
 * Free walkers at 1e-9 m2/s with white noise of `noise` steps on each position, and slow noise (nm); with `inertia` (ps) each
 * step remembers the one before, from the first on.
 */
const walkers = (
  seed: number,
  {
    frames,
    beads,
    interval,
    noise = 0,
    cage = 0,
    inertia = 0,
    relaxation = 1
  }: Record<"frames" | "beads" | "interval", number> &
    Partial<Record<"noise" | "cage" | "inertia" | "relaxation", number>>
) => {
  const random = stream(seed, "walkers")
  const step = Math.sqrt(2 * D * 1e-3 * interval)
  const keep = Math.exp(-interval / relaxation)
  const memory = inertia > 0 ? Math.exp(-interval / inertia) : 0
  // Steps that remember add up to more than their squares: shorter ones give the same D.
  const width = step * Math.sqrt((1 - memory) / (1 + memory))
  const positions = new Float32Array(frames * beads * 3)
  for (let k = 0; k < 3 * beads; k++) {
    let x = 0
    let slow = cage * random.normal()
    let last = width * random.normal()
    for (let f = 0; f < frames; f++) {
      positions[f * 3 * beads + k] = x + slow + (noise > 0 ? noise * step * random.normal() : 0)
      x += last
      last = memory * last + width * Math.sqrt(1 - memory * memory) * random.normal()
      if (cage > 0) slow = keep * slow + cage * Math.sqrt(1 - keep * keep) * random.normal()
    }
  }
  return meanSquaredDisplacement(positions, { frames, beads }, { maxLag: Math.floor(frames / 2) })
}

describe("the stated error covers the truth as often as one sigma should, and the mean has no bias", () => {
  const cases: Array<[string, Parameters<typeof walkers>[1], FitOptions, number?]> = [
    ["bare walk", { frames: 200, beads: 16, interval: 0.5 }, { window: { tmin: 0.5, tmax: 10 } }],
    [
      "noise of one step",
      { frames: 100, beads: 16, interval: 0.5, noise: 1 },
      { window: { tmin: 0.5, tmax: 10 } },
      1000
    ],
    [
      "steps that remember from the start on, and noise",
      { frames: 100, beads: 16, interval: 0.5, noise: 0.5, inertia: 0.7 },
      { window: { tmin: 5, tmax: 20 } },
      1000
    ],
    [
      "a tenth of a short run",
      { frames: 161, beads: 32, interval: 0.25, noise: 0.5 },
      { window: { tmin: 5, tmax: 20 } }
    ],
    ["two beads", { frames: 100, beads: 2, interval: 0.5, noise: 1 }, { window: { tmin: 1, tmax: 20 } }]
  ]
  for (const [name, system, options, trials = 400] of cases) {
    test(`${name}, ${trials} trials`, () => {
      let inside = 0
      let sum = 0
      let squares = 0
      let Q = 0
      let chi2 = 0
      for (let t = 0; t < trials; t++) {
        const fit = fitDiffusion(walkers(t, system), system.interval, options)
        if (Math.abs(fit.D - D) < fit.stderr) inside++
        sum += fit.D / trials
        squares += (fit.D - D) ** 2 / trials
        Q += fit.Q / trials
        chi2 += fit.chi2 / trials
      }
      expect(inside / trials).toBeGreaterThan(0.6)
      expect(inside / trials).toBeLessThan(0.76)
      expect(Math.abs(sum - D)).toBeLessThan(3 * Math.sqrt(squares / trials))
      // What moves smoothly at short times is no walk, and Q says so.
      if (system.inertia !== undefined) return
      expect(Q).toBeGreaterThan(0.47)
      expect(Q).toBeLessThan(0.55)
      expect(Math.abs(chi2 - 1)).toBeLessThan(0.06)
    })
  }
})

/** Covariance of positions at two times: a walk of slope 0.7 from 0, with white noise of offset 0.3. */
const between = (s: number, t: number) => 0.7 * Math.min(s, t) + (s === t ? 0.15 : 0)

test("the covariance is the plain double sum over origins", () => {
  const frames = 9
  const squares = meanSquares({ offset: 0.3, slope: 0.7 }, 1, 20)
  expect(Array.from(squares.subarray(0, 3))).toEqual([0, 1, 1.7])
  const lags = [1, 3, 4]
  const matrix = covariance(squares, lags, frames, 0)
  lags.forEach((li, i) =>
    lags.forEach((lj, j) => {
      let sum = 0
      for (let s = 0; s + li < frames; s++)
        for (let t = 0; t + lj < frames; t++) {
          const c = between(s + li, t + lj) - between(s + li, t) - between(s, t + lj) + between(s, t)
          sum += 2 * c * c
        }
      expect(matrix.get(i, j)).toBeCloseTo(sum / (frames - li) / (frames - lj), 12)
    })
  )
})

test("mean squares bend as measured for noise that relaxes, and as inertia does for a negative offset", () => {
  const cage = meanSquares({ offset: 1, slope: 0.1 }, 0.1 + 1 - Math.exp(-0.5), 40)
  expect(cage[1]).toBeCloseTo(0.1 + 1 - Math.exp(-0.5), 12)
  expect(cage[4]).toBeCloseTo(0.4 + 1 - Math.exp(-2), 12)
  const inertia = meanSquares({ offset: -2, slope: 1 }, 0.1, 40)
  expect(inertia[1]).toBeCloseTo(1 - 2 * (1 - Math.exp(-0.5)), 12)
  expect(inertia[39]).toBeCloseTo(37, 6)
})

test("a fit says what it did", () => {
  const msd = walkers(1, { frames: 400, beads: 64, interval: 0.1, noise: 1 })
  const fit = fitDiffusion(msd, 0.1, { window: { tmin: 5, tmax: 15 }, points: 11 })
  expect(fit).toMatchObject({ N: 64, frames: 400, points: 11, tmin_ps: 5, tmax_ps: 15, flat: true })
  expect(fit.msdSlope).toBeGreaterThan(0.9)
  expect(Math.abs(fit.D - D)).toBeLessThan(3 * fit.stderr)
})

test("the search for a window passes over the cage and finds the long-time diffusion", () => {
  const system = { frames: 600, beads: 64, interval: 0.2, cage: 0.05, relaxation: 1 }
  let sum = 0
  for (let t = 0; t < 8; t++) {
    const msd = walkers(50 + t, system)
    const fit = fitDiffusion(msd, 0.2)
    expect(fit.tmin_ps).toBeGreaterThan(0.9)
    expect(fit.tmin_ps).toBeLessThan(12)
    sum += fit.D / 8
    expect(qualityBySpacing(msd, 0.2)[0].D).toBeGreaterThan(1.2 * D) // what a careless window reads
  }
  expect(Math.abs(sum / D - 1)).toBeLessThan(0.06)
})

test("a bare walk needs no search: nearly all of it starts at the first lag", () => {
  let early = 0
  for (let t = 0; t < 20; t++) {
    const fit = fitDiffusion(walkers(80 + t, { frames: 300, beads: 32, interval: 1 }), 1)
    if (fit.tmin_ps <= 2) early++
    expect(Math.abs(fit.D - D)).toBeLessThan(4 * fit.stderr)
  }
  expect(early).toBeGreaterThanOrEqual(16)
})

test("beads that do not move apart give a small D with its error, and no crash", () => {
  const frames = 300
  const random = stream(9, "glass")
  const positions = Float32Array.from({ length: frames * 30 }, () => 0.02 * random.normal())
  const msd = meanSquaredDisplacement(positions, { frames, beads: 10 })
  const fit = fitDiffusion(msd, 0.1, { window: { tmin: 1, tmax: 10 } })
  expect(Math.abs(fit.D)).toBeLessThan(0.05)
  expect(fit.stderr).toBeGreaterThan(0)
  expect(fit.msdSlope).toBeLessThan(0.1)
})

test("a window begins where the MSD is large enough, and ends later by the same factor, within half the run", () => {
  const msd = walkers(1, { frames: 2000, beads: 64, interval: 0.1, noise: 1 })
  const window = (tmin: number, tmax: number, msdMin: number) => {
    const { tmax_ps, tmin_ps } = fitDiffusion(msd, 0.1, { window: { tmin, tmax, msdMin } })
    return [tmin_ps, tmax_ps]
  }
  const early = window(5, 20, 0.01) // the last lag within a stride of the end
  expect(early[0]).toBe(5)
  expect(Math.abs(early[1] - 20)).toBeLessThan(1)
  const reached = 0.1 * msd.msd.findIndex((value) => value >= 0.12) // at about 10 ps
  const [tmin, tmax] = window(5, 20, 0.12)
  expect(reached).toBeGreaterThan(8)
  expect(tmin).toBeCloseTo(reached, 10)
  expect(Math.abs(tmax - 4 * reached)).toBeLessThan(2)
  expect(window(30, 190, 0)[1]).toBeLessThanOrEqual(100)
})

test("a window twice as late agrees for a walk and not for rattling", () => {
  const later = (system: Parameters<typeof walkers>[1]) => {
    const msd = walkers(7, system)
    const fit = fitDiffusion(msd, 0.2, { window: { tmin: 0.4, tmax: 4 } })
    const after = fitLater(msd, 0.2, fit)!
    expect([after.tmin_ps, after.tmax_ps]).toEqual([0.8, 8])
    return { fit, z: (fit.D - after.D) / Math.hypot(fit.stderr, after.stderr) }
  }
  const walk = { frames: 1000, beads: 64, interval: 0.2 }
  expect(Math.abs(later({ ...walk, noise: 1 }).z)).toBeLessThan(2)
  const rattling = later({ ...walk, cage: 0.1, relaxation: 2 })
  expect(rattling.fit.Q).toBeLessThan(0.1)
  expect(rattling.z).toBeGreaterThan(4)
  const short = walkers(7, { frames: 100, beads: 8, interval: 0.2 })
  expect(fitLater(short, 0.2, { tmin_ps: 5, tmax_ps: 10, points: 20 })).toBeNull()
})

test("a window without lags is refused with what there is", () => {
  const msd = walkers(1, { frames: 40, beads: 4, interval: 1 })
  expect(() => fitDiffusion(msd, 1, { window: { tmin: 30, tmax: 50 } })).toThrow(
    /holds 0 lags.*half the run is 20.00 ps/
  )
  expect(() => fitDiffusion(msd, 1, { window: { tmin: 1, tmax: 10, msdMin: 40 } })).toThrow(DiffusionError)
  expect(() => fitDiffusion(walkers(1, { frames: 6, beads: 4, interval: 1 }), 1)).toThrow("too short to look")
  expect(() => fitDiffusion(msd, 0)).toThrow("time between frames")
})
