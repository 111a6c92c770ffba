// Cubic splines with continuous second derivative.

/** A cubic spline: knots x (strictly increasing), values y and second derivatives there. */
export interface Spline {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly curvature: Float64Array
}

/** What holds at an end: curvature 0 ("natural"), or a given first derivative (clamped). */
export type SplineEnd = "natural" | number

/**
 * The cubic spline through (x, y), natural or clamped at each end, from the tridiagonal system for its second
 * derivatives. C. de Boor, *A Practical Guide to Splines* (Springer, 1978), chapter IV. Throws RangeError unless there
 * are at least two knots, strictly increasing and finite.
 */
export const cubicSpline = (
  x: Float64Array,
  y: Float64Array,
  left: SplineEnd = "natural",
  right: SplineEnd = "natural"
): Spline => {
  const n = x.length
  if (n < 2 || y.length !== n) throw new RangeError(`a spline needs two knots and as many values, not ${n}`)
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i]) || (i > 0 && x[i] <= x[i - 1])) {
      throw new RangeError(
        `spline knots must be finite and increase, not so at knot ${i}: (${x[i]}, ${y[i]})`
      )
    }
  }
  const lower = new Float64Array(n)
  const diagonal = new Float64Array(n).fill(1)
  const upper = new Float64Array(n)
  const curvature = new Float64Array(n)
  const slope = (i: number) => (y[i + 1] - y[i]) / (x[i + 1] - x[i])
  for (let i = 1; i < n - 1; i++) {
    lower[i] = x[i] - x[i - 1]
    diagonal[i] = 2 * (x[i + 1] - x[i - 1])
    upper[i] = x[i + 1] - x[i]
    curvature[i] = 6 * (slope(i) - slope(i - 1))
  }
  if (left !== "natural") {
    diagonal[0] = 2 * (x[1] - x[0])
    upper[0] = x[1] - x[0]
    curvature[0] = 6 * (slope(0) - left)
  }
  if (right !== "natural") {
    diagonal[n - 1] = 2 * (x[n - 1] - x[n - 2])
    lower[n - 1] = x[n - 1] - x[n - 2]
    curvature[n - 1] = 6 * (right - slope(n - 2))
  }
  for (let i = 1; i < n; i++) {
    const factor = lower[i] / diagonal[i - 1]
    diagonal[i] -= factor * upper[i - 1]
    curvature[i] -= factor * curvature[i - 1]
  }
  curvature[n - 1] /= diagonal[n - 1]
  for (let i = n - 2; i >= 0; i--) curvature[i] = (curvature[i] - upper[i] * curvature[i + 1]) / diagonal[i]
  return { x, y, curvature }
}

/** Value of a spline at a point; beyond its ends, along the tangent there. */
export const splineValue = (spline: Spline, at: number): number => {
  const { x, y, curvature } = spline
  const end = nearEnd(spline, at)
  if (end >= 0) return y[end] + splineSlope(spline, at) * (at - x[end])
  const i = interval(x, at)
  const h = x[i + 1] - x[i]
  const a = (x[i + 1] - at) / h
  const b = 1 - a
  return (
    a * y[i] +
    b * y[i + 1] +
    (((a * a - 1) * a * curvature[i] + (b * b - 1) * b * curvature[i + 1]) * h * h) / 6
  )
}

/** First derivative of a spline at a point, exactly that of `splineValue`. */
export const splineSlope = (spline: Spline, at: number): number => {
  const { x, y, curvature } = spline
  const end = nearEnd(spline, at)
  const inside = end < 0 ? at : x[end]
  const i = interval(x, inside)
  const h = x[i + 1] - x[i]
  const a = (x[i + 1] - inside) / h
  const b = 1 - a
  return (
    (y[i + 1] - y[i]) / h + (((3 * b * b - 1) * curvature[i + 1] - (3 * a * a - 1) * curvature[i]) * h) / 6
  )
}

/** The knot at the end beyond which a point lies, or -1 inside. */
const nearEnd = ({ x }: Spline, at: number): number =>
  at < x[0] ? 0 : at > x[x.length - 1] ? x.length - 1 : -1

/** The i with x[i] <= at <= x[i + 1], by bisection. */
const interval = (x: Float64Array, at: number): number => {
  let low = 0
  let high = x.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (x[middle] <= at) low = middle
    else high = middle
  }
  return low
}
