// The grid on which the potential of a bond or angle is learned from many samples, and back to a table.
import type { PotentialTable } from "./potential.ts"
import { extrapolateWalls, tabulateBonded } from "./potential.ts"

/** nm, rad between the points that are learned: wells are a few of these wide. */
const spacings = { bond: 0.002, angle: Math.PI / 90 } as const

/** The table of one bond or angle: x in nm or rad, rising; U in kJ/mol, 0 at its lowest point. */
export interface BondedCurve {
  readonly kind: "bond" | "angle"
  readonly x: Float64Array
  readonly U: Float64Array
}

/** The points that are learned, evenly spaced, and the table that is made from them. */
export interface BondedShape {
  readonly x: Float64Array
  readonly start: number
  readonly end: number
  readonly points: number
}

/**
 * The points from the first to the last at which any curve is below `cap`, kJ/mol. Throws RangeError where no curve is.
 */
export const makeShape = (curves: ReadonlyArray<BondedCurve>, cap: number): BondedShape => {
  const spacing = spacings[curves[0].kind]
  const below = curves.flatMap(({ U, x }) => x.filter((_, i) => U[i] < cap)).flatMap((x) => [...x])
  if (below.length === 0) throw new RangeError(`no potential of a ${curves[0].kind} is below ${cap} kJ/mol`)
  const ends = below.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [Infinity, -Infinity])
  const [first, last] = ends.map((x) => Math.round(x / spacing))
  return {
    x: Float64Array.from({ length: last - first + 1 }, (_, i) => (first + i) * spacing),
    start: Math.min(...curves.map(({ x }) => x[0])),
    end: Math.max(...curves.map(({ x }) => x[x.length - 1])),
    points: Math.max(...curves.map(({ x }) => x.length))
  }
}

/** The table of energies at the points, with walls beyond them; kT in kJ/mol sets how stiff those are. */
export const tableOf = (
  { end, points, start, x }: BondedShape,
  U: Float64Array,
  kT: number
): PotentialTable => {
  const spacing = x[1] - x[0]
  const before = Math.max(0, Math.ceil((x[0] - start) / spacing - 1e-9))
  const after = Math.max(0, Math.ceil((end - x[x.length - 1]) / spacing - 1e-9))
  const knots = {
    x: Float64Array.from({ length: before + x.length + after }, (_, i) => x[0] + (i - before) * spacing),
    U: new Float64Array(before + x.length + after)
  }
  knots.U.set(U, before)
  const walled = extrapolateWalls(knots, before, before + x.length - 1, kT / varianceOf(x, U, kT))
  return tabulateBonded(walled, { start, end, points })
}

/** Variance of the coordinate under exp(-U / kT). */
const varianceOf = (x: Float64Array, U: Float64Array, kT: number): number => {
  const lowest = U.reduce((low, energy) => Math.min(low, energy), Infinity)
  const weights = U.map((energy) => Math.exp((lowest - energy) / kT))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = weights.reduce((sum, weight, i) => sum + weight * x[i], 0) / total
  return weights.reduce((sum, weight, i) => sum + weight * (x[i] - mean) ** 2, 0) / total
}
