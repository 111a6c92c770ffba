// Potential tables: energies at knots to one spline, and that spline to rows of energy and force.
import { cubicSpline, splineSlope, splineValue } from "./spline.ts"

/** A potential at knots: x strictly increasing (nm, or the unit of an angle), U in kJ/mol. */
export interface Knots {
  readonly x: Float64Array
  readonly U: Float64Array
}

/** Rows of a potential table: F = -dU/dx in kJ/mol per unit of x. */
export interface PotentialTable {
  readonly x: Float64Array
  readonly U: Float64Array
  readonly F: Float64Array
}

export interface PairTableShape {
  /** First distance, nm, above 0. */
  readonly start: number
  /** Last distance, nm: exactly the last row. */
  readonly cutoff: number
  readonly points: number
  /** Width of the last stretch, nm, over which energy and force are led to 0. */
  readonly switchWidth: number
}

/**
 * The table of a pair potential. The natural cubic spline through the knots is shifted to 0 at the cut-off and
 * multiplied, over the last `switchWidth`, by 1 - 10 t^3 + 15 t^4 - 6 t^5, so that energy, force and its slope all
 * end at 0; F is the exact derivative of the result. Knots may begin and end up to their spacing inside the table
 * (bin centres do). Throws RangeError for a shape that makes no table or that the knots do not cover.
 */
export const tabulatePair = (knots: Knots, shape: PairTableShape): PotentialTable => {
  const { start, cutoff, points, switchWidth } = shape
  if (!(start > 0 && cutoff > start && points >= 2 && Number.isInteger(points))) {
    throw new RangeError(
      `a pair table goes from above 0 to its cut-off, not ${start} to ${cutoff} in ${points}`
    )
  }
  if (!(switchWidth > 0 && switchWidth <= cutoff - start)) {
    throw new RangeError(`the switch must be above 0 and within the table, not ${switchWidth} nm wide`)
  }
  requireCover(knots, start, cutoff)
  const spline = cubicSpline(knots.x, knots.U)
  const shift = splineValue(spline, cutoff)
  return tabulate(start, cutoff, points, (r) => {
    const U = splineValue(spline, r) - shift
    const F = -splineSlope(spline, r)
    const t = Math.min(1, Math.max(0, (r - cutoff + switchWidth) / switchWidth))
    const factorSlope = (-30 * t * t * (1 - t) * (1 - t)) / switchWidth
    const factor = switched(r, cutoff, switchWidth)
    return [U * factor, F * factor - U * factorSlope]
  })
}

/** The factor 1 - 10 t^3 + 15 t^4 - 6 t^5 that leads a table to 0 over the last `width` before its cut-off. */
export const switched = (r: number, cutoff: number, width: number): number => {
  const t = Math.min(1, Math.max(0, (r - cutoff + width) / width))
  return 1 - t * t * t * (10 - 15 * t + 6 * t * t)
}

/**
 * The table of a bond (nm) or angle potential from `start` to `end`, its smallest row at energy 0. Same spline, same
 * errors as `tabulatePair`, and no cut-off.
 */
export const tabulateBonded = (
  knots: Knots,
  shape: { readonly start: number; readonly end: number; readonly points: number }
): PotentialTable => {
  const { start, end, points } = shape
  if (!(start >= 0 && end > start && points >= 2 && Number.isInteger(points))) {
    throw new RangeError(`a bonded table rises from 0 or more, not ${start} to ${end} in ${points}`)
  }
  requireCover(knots, start, end)
  const spline = cubicSpline(knots.x, knots.U)
  const table = tabulate(start, end, points, (x) => [splineValue(spline, x), -splineSlope(spline, x)])
  const lowest = table.U.reduce((low, U) => Math.min(low, U), Infinity)
  return { ...table, U: table.U.map((U) => U - lowest) }
}

/**
 * Knots with those before `join` replaced by a repulsive core F(r) = F_j exp(s (1 - r / r_j)), whose force only rises
 * inwards, at the join as fast as r^-s, and stays finite at r = 0. F_j comes from the straight
 * line through the four knots from the join on; if that line attracts, the join moves outward to where it repels.
 * Throws RangeError where no such line repels.
 */
export const extrapolateCore = (knots: Knots, join: number, steepness = 13): Knots => {
  const { x } = knots
  const U = Float64Array.from(knots.U)
  for (let j = join; j + 4 <= x.length; j++) {
    const line = straightLine(x.subarray(j, j + 4), U.subarray(j, j + 4))
    if (!(line.slope < 0)) continue
    const rate = steepness / x[j]
    const force = -line.slope * Math.exp(rate * (line.centre - x[j]))
    for (let i = 0; i < j; i++) U[i] = U[j] + (force / rate) * Math.expm1(rate * (x[j] - x[i]))
    return { x, U }
  }
  throw new RangeError(`no repulsive core: from knot ${join} on the potential never falls`)
}

/**
 * Knots with those outside `first` to `last` replaced by parabolas that continue value and slope (a slope that would
 * lead outward counts as 0) with the given curvature, kJ/mol per unit of x squared: walls for bonds and angles.
 */
export const extrapolateWalls = (knots: Knots, first: number, last: number, curvature: number): Knots => {
  const { x } = knots
  const U = Float64Array.from(knots.U)
  if (!(curvature > 0)) throw new RangeError(`a wall curves upward, not by ${curvature}`)
  if (last - first < 2) throw new RangeError("walls need three known knots between them")
  const left = straightLine(x.subarray(first, first + 3), U.subarray(first, first + 3))
  const right = straightLine(x.subarray(last - 2, last + 1), U.subarray(last - 2, last + 1))
  const wall = (i: number, edge: number, rise: number) => {
    const away = Math.abs(x[i] - x[edge])
    return U[edge] + Math.max(0, rise) * away + (curvature / 2) * away * away
  }
  for (let i = 0; i < first; i++) U[i] = wall(i, first, -left.slope + curvature * (left.centre - x[first]))
  for (let i = last + 1; i < x.length; i++)
    U[i] = wall(i, last, right.slope + curvature * (x[last] - right.centre))
  return { x, U }
}

const requireCover = ({ x }: Knots, start: number, end: number): void => {
  const n = x.length
  if (start < x[0] - (x[1] - x[0]) || end > x[n - 1] + (x[n - 1] - x[n - 2])) {
    throw new RangeError(`knots from ${x[0]} to ${x[n - 1]} do not cover a table from ${start} to ${end}`)
  }
}

const tabulate = (
  start: number,
  end: number,
  points: number,
  at: (x: number) => readonly [U: number, F: number]
): PotentialTable => {
  const table = { x: new Float64Array(points), U: new Float64Array(points), F: new Float64Array(points) }
  for (let i = 0; i < points; i++) {
    const x = i === points - 1 ? end : start + ((end - start) * i) / (points - 1)
    const [U, F] = at(x)
    table.x[i] = x
    table.U[i] = U
    table.F[i] = F
  }
  return table
}

/** Least squares line: its slope, and the mean of x, where its value is the mean of y. */
const straightLine = (x: Float64Array, y: Float64Array) => {
  const centre = x.reduce((a, b) => a + b, 0) / x.length
  let xy = 0
  let xx = 0
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - centre) * y[i]
    xx += (x[i] - centre) ** 2
  }
  return { slope: xy / xx, centre }
}
