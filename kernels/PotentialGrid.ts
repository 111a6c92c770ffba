// The common grid on which potentials of many samples are compared and learned: a row of numbers for each sample.
import { makeShape, tableOf } from "./bondedGrid.ts"
import type { Knots, PotentialTable } from "./potential.ts"
import { extrapolateCore, tabulatePair } from "./potential.ts"
import { cubicSpline, splineValue } from "./spline.ts"

/**
 * The table of one pair of bead types: r in nm, rising; U in kJ/mol, 0 at the last r and beyond. With a kind it is that of a
 * bond, or of an angle whose "r" is in rad, and U is 0 at its lowest point.
 */
export interface PairCurve {
  readonly kind?: "bond" | "angle" | undefined
  readonly pair: string
  readonly r: Float64Array
  readonly U: Float64Array
}

/** What is learned of one pair, bond or angle, and the shape of the tables that are made from it. */
export interface PairGrid {
  readonly kind?: "bond" | "angle"
  readonly pair: string
  /** Distances that are learned, nm: evenly spaced, the last one the cut-off of a pair. */
  readonly r: Float64Array
  /** First distance of a table, nm. */
  readonly start: number
  /** Last distance of the table of a bond or angle; that of a pair ends at its cut-off. */
  readonly end?: number
  /** Rows of a table. */
  readonly points: number
}

export type PotentialGrid = ReadonlyArray<PairGrid>

/** Energy, kJ/mol, about kT at room temperature, above which a core counts by its logarithm. */
const softness = 2.5

/**
 * The grid of a set of samples: for each pair from the innermost distance at which any sample's energy is below `cap`,
 * kJ/mol, to the largest cut-off, every `spacing` nm. Further in, no sample was measured and all cores are
 * extrapolations. Bonds and angles have finer points, wherever any sample is below the cap. Throws RangeError where samples
 * have other potentials than the first, or one is nowhere below the cap.
 */
export const makeGrid = (
  samples: ReadonlyArray<ReadonlyArray<PairCurve>>,
  { cap, spacing }: { readonly cap: number; readonly spacing: number }
): PotentialGrid =>
  samples[0].map(({ kind, pair }) => {
    const curves = samples.map((curvesOfSample) => curveOf(curvesOfSample, { kind, pair }))
    if (kind !== undefined) {
      const { x, ...shape } = makeShape(
        curves.map(({ r, U }) => ({ kind, x: r, U })),
        cap
      )
      return { kind, pair, r: x, ...shape }
    }
    const cutoff = Math.max(...curves.map(({ r }) => r[r.length - 1]))
    const inner = Math.max(Math.min(...curves.map((curve) => firstBelow(curve, cap))), spacing)
    const intervals = Math.floor((cutoff - inner) / spacing + 1e-9)
    if (intervals < 8) {
      throw new RangeError(`potential ${pair} is below ${cap} kJ/mol only from ${inner} to ${cutoff} nm`)
    }
    return {
      pair,
      r: Float64Array.from({ length: intervals + 1 }, (_, i) => cutoff - (intervals - i) * spacing),
      start: Math.min(...curves.map(({ r }) => r[0])),
      points: Math.max(...curves.map(({ r }) => r.length))
    }
  })

/** How many numbers a sample's row has. */
export const width = (grid: PotentialGrid): number => grid.reduce((sum, { r }) => sum + r.length, 0)

/**
 * The row of a sample: the energies of all pairs at the distances of the grid, pair after pair. An energy above 0
 * counts as s ln(1 + U/s), s = 2.5 kJ/mol: an exponential core becomes a straight line, so that the height of the
 * innermost core, known to nobody, does not outweigh the well.
 */
export const encode = (grid: PotentialGrid, curves: ReadonlyArray<PairCurve>): Float64Array => {
  const row = new Float64Array(width(grid))
  let at = 0
  for (const { kind, pair, r } of grid) {
    const curve = curveOf(curves, { kind, pair })
    const spline = cubicSpline(curve.r, curve.U)
    const cutoff = curve.r[curve.r.length - 1]
    for (const distance of r) {
      const U = kind === undefined && distance >= cutoff ? 0 : splineValue(spline, distance)
      row[at++] = U > 0 ? softness * Math.log1p(U / softness) : U
    }
  }
  return row
}

/** The energies, kJ/mol, that a row stands for, at the distances of the grid; at most `cap`. */
export const energies = (row: Float64Array, cap = Infinity): Float64Array =>
  row.map((v) => Math.min(cap, energyOf(v)))

/** Standard deviations of energies from those of a row's numbers; 0 where the energy is at the cap. */
export const energyDeviations = (row: Float64Array, deviation: Float64Array, cap = Infinity): Float64Array =>
  row.map((v, k) => (energyOf(v) >= cap ? 0 : deviation[k] * (v > 0 ? Math.exp(v / softness) : 1)))

/**
 * The tables that a row stands for, a core extrapolated where the grid does not reach. Force and energy are of one spline
 * and end at 0 at the cut-off. Throws RangeError for a potential that repels nowhere.
 */
export const decode = (
  grid: PotentialGrid,
  row: Float64Array
): ReadonlyArray<Pick<PairGrid, "kind" | "pair"> & { readonly table: PotentialTable }> => {
  const U = energies(row)
  let at = 0
  return grid.map(({ end, kind, pair, points, r, start }) => {
    const known = U.subarray(at, at + r.length)
    at += r.length
    if (kind !== undefined && end !== undefined) {
      return { kind, pair, table: tableOf({ x: r, start, end, points }, known, softness) }
    }
    const spacing = r[1] - r[0]
    const cutoff = r[r.length - 1]
    const table = tabulatePair(withCore(r, known, start), { start, cutoff, points, switchWidth: 2 * spacing })
    return { pair, table }
  })
}

const energyOf = (v: number): number => (v > 0 ? softness * Math.expm1(v / softness) : v)

/** The knots of the grid, and those before it down to the start of the table. */
const withCore = (r: Float64Array, U: Float64Array, start: number): Knots => {
  const spacing = r[1] - r[0]
  const before = Math.max(0, Math.ceil((r[0] - start) / spacing - 1e-9))
  const x = new Float64Array(before + r.length)
  const all = new Float64Array(x.length)
  for (let i = 0; i < before; i++) x[i] = r[0] - (before - i) * spacing
  x.set(r, before)
  all.set(U, before)
  return extrapolateCore({ x, U: all }, before)
}

/** What a potential is called: A-A of a pair, bond A-B or angle A-B-A. */
export const nameOf = ({ kind, pair }: Pick<PairCurve, "kind" | "pair">): string =>
  kind === undefined ? pair : `${kind} ${pair}`

const curveOf = (curves: ReadonlyArray<PairCurve>, wanted: Pick<PairCurve, "kind" | "pair">): PairCurve => {
  const curve = curves.find((one) => nameOf(one) === nameOf(wanted))
  if (curve === undefined) {
    const found = curves.map(nameOf).join(", ")
    throw new RangeError(`a sample has potentials of ${found || "no pair"}, but none of ${nameOf(wanted)}`)
  }
  return curve
}

/** The first distance from which the energy is below the cap all the way. */
const firstBelow = ({ r, U }: PairCurve, cap: number): number => {
  let i = r.length - 1
  while (i > 0 && U[i - 1] < cap) i--
  return r[i]
}
