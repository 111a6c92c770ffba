// The diffusion coefficient of a trajectory of beads, with its error and a verdict.
import type { Trajectory } from "../../formats/trajectory.ts"
import { gatherFrames } from "../../formats/trajectory.ts"
import { collectiveError } from "../../kernels/collectiveError.ts"
import type { DiffusionFit, Window } from "../../kernels/diffusion.ts"
import { DiffusionError, fitDiffusion, fitLater, longestLag } from "../../kernels/diffusion.ts"
import type { Msd as Displacements } from "../../kernels/msd.ts"
import { meanSquaredDisplacement } from "../../kernels/msd.ts"
import type { Diffusion, Msd } from "../../schemas/Diffusion.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { verdictOf } from "../../schemas/Trajectory.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import { bad, first, ok } from "../../schemas/Verdict.ts"
import { centresOf } from "./moleculeCentres.ts"

export interface MobilityFit {
  readonly window: Window
  /** Largest believable stderr / D. */
  readonly maxRelativeError: number
  /** Smallest slope of log MSD against log time that counts as diffusion. */
  readonly minSlope: number
}

export interface MeasuredMobility {
  /** One row. */
  readonly diffusion: ValueOf<typeof Diffusion>
  readonly msd: ValueOf<typeof Msd>
  readonly verdict: Verdict
}

/**
 * D of the molecules' centres of mass, so that models of any number of beads compare: by generalised least squares of the MSD over all time origins, drift removed. D is null where no fit can be made, and
 * there with its verdict where it is noisy or the motion is not diffusive. Its error is that of the fit, which takes beads as
 * independent, and the collective one, added in squares.
 * Throws RangeError for frames that are not evenly spaced in time.
 */
export const mobilityOfBeads = async (
  beads: Trajectory,
  { maxRelativeError, minSlope, window }: MobilityFit
): Promise<MeasuredMobility> => {
  const trajectory = centresOf(beads)
  const { meta } = trajectory
  const molecules = meta.types.length
  const upstream = verdictOf(meta)
  if (upstream.quality !== "ok") return unknown(molecules, 0, null, upstream)
  const { boxes, count: frames, positions, times } = await gatherFrames(trajectory)
  if (frames < 8)
    return unknown(molecules, frames, null, bad("declined", `${frames} frames are too few for an MSD`))
  const interval = (times[frames - 1] - times[0]) / (frames - 1)
  const uneven = times.findIndex((time, f) => Math.abs(time - times[0] - f * interval) > 1e-3 * interval)
  if (uneven >= 0)
    throw new RangeError(
      `the frames are not evenly spaced in time: frame ${uneven} is at ${times[uneven]} ps`
    )

  const shape = { frames, beads: molecules }
  const measured = meanSquaredDisplacement(positions, shape, { masses: meta.masses })
  const msd = Array.from(measured.msd.subarray(0, longestLag(measured) + 1), (value, lag) => ({
    t: lag * interval,
    msd: value
  }))
  const box = meanEdge(boxes)
  try {
    const fit = fitDiffusion(measured, interval, { window })
    const { D, msdSlope: slope, offset, Q, tmax_ps: tmax, tmin_ps: tmin } = fit
    if (!(D > 0 && [D, fit.stderr, offset, Q, slope].every(Number.isFinite))) {
      const verdict = bad("not diffusive", `the fit gave D = ${D.toPrecision(3)}e-9 m2/s`)
      return { ...unknown(molecules, frames, box, verdict), msd }
    }
    const shared = { molecules, time: times[frames - 1] - times[0], volume: box ** 3 }
    const collective = D * collectiveError(D, shared)
    const errorOf = (one: DiffusionFit) => Math.hypot(one.stderr, collective)
    const stderr = errorOf(fit)
    const error = stderr / D
    const later = fitLater(measured, interval, fit)
    const percent = (value: number) => `${(100 * value).toFixed(0)} %`
    const verdict = first([
      slope >= minSlope
        ? ok
        : bad("not diffusive", `log-log slope ${slope.toFixed(2)} from ${rangeOf(fit)}, below ${minSlope}`),
      later === null ? ok : drift(fit, later, 2 * Math.hypot(stderr, errorOf(later))),
      error <= maxRelativeError
        ? ok
        : bad(
            "noisy",
            `D = ${D.toPrecision(3)} known to ${percent(error)}, limit ${percent(maxRelativeError)}`
          )
    ])
    const row = { D, stderr, offset, Q, tmin, tmax, slope, molecules, box, frames, ...verdict }
    return { diffusion: [row], msd, verdict }
  } catch (problem) {
    if (!(problem instanceof DiffusionError)) throw problem
    const quality = isSlow(measured, window) ? "glassy" : "declined"
    return { ...unknown(molecules, frames, box, bad(quality, problem.message)), msd }
  }
}

/**
 * A low quality alone may be rattling that does D no harm, and a slow bend leaves it high: what counts is whether D stays
 * where it is in a window twice as late.
 */
const drift = (fit: DiffusionFit, later: DiffusionFit, allowed: number): Verdict =>
  Math.abs(later.D - fit.D) <= allowed
    ? ok
    : bad(
        "not diffusive",
        `D = ${fit.D.toPrecision(3)} from ${rangeOf(fit)} with quality Q = ${fit.Q.toPrecision(1)}, ` +
          `but ${later.D.toPrecision(3)} from ${rangeOf(later)}: choose a later window`
      )

const rangeOf = ({ tmax_ps, tmin_ps }: DiffusionFit): string =>
  `${tmin_ps.toPrecision(3)} to ${tmax_ps.toPrecision(3)} ps`

/** Whether the MSD comes too late to where the window may begin. */
const isSlow = (msd: Displacements, window: Window): boolean =>
  typeof window === "object" &&
  window.msdMin !== undefined &&
  msd.msd[Math.max(0, longestLag(msd) - 2)] < window.msdMin

const unknown = (
  molecules: number,
  frames: number,
  box: number | null,
  verdict: Verdict
): MeasuredMobility => {
  const numbers = { D: null, stderr: null, offset: null, Q: null, tmin: null, tmax: null, slope: null }
  return { diffusion: [{ ...numbers, molecules, box, frames, ...verdict }], msd: [], verdict }
}

/** Cube root of the mean volume, nm; boxes: [frame, 6]. */
const meanEdge = (boxes: Float64Array): number => {
  let volume = 0
  for (let at = 0; at < boxes.length; at += 6) volume += boxes[at] * boxes[at + 1] * boxes[at + 2]
  return Math.cbrt((6 * volume) / boxes.length)
}
