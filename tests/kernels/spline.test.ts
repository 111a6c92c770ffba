// Splines and the smoother against exact answers and dense algebra.
import { Matrix, solve } from "ml-matrix"
import { expect, test } from "vitest"
import { stream } from "../../kernels/random.ts"
import { smooth } from "../../kernels/smooth.ts"
import { cubicSpline, splineSlope, splineValue } from "../../kernels/spline.ts"

const unevenKnots = Float64Array.of(0, 0.3, 0.5, 1.1, 1.2, 2, 2.7, 3)

test("a clamped spline reproduces a cubic exactly, value and slope", () => {
  const spline = cubicSpline(unevenKnots, unevenKnots.map(cubic), slope(0), slope(3))
  for (let x = 0; x <= 3; x += 0.01) {
    expect(splineValue(spline, x)).toBeCloseTo(cubic(x), 12)
    expect(splineSlope(spline, x)).toBeCloseTo(slope(x), 11)
  }
})

test("a natural spline passes its knots, has no curvature at its ends and smooth first and second derivatives", () => {
  const random = stream(1)
  const y = unevenKnots.map(() => random.normal())
  const spline = cubicSpline(unevenKnots, y)
  const h = 1e-5
  const curvature = (x: number) => (splineSlope(spline, x + h) - splineSlope(spline, x - h)) / (2 * h)
  for (const [i, x] of unevenKnots.entries()) {
    expect(splineValue(spline, x)).toBeCloseTo(y[i], 12)
    if (i === 0 || i === unevenKnots.length - 1) continue
    expect(splineSlope(spline, x - 1e-9)).toBeCloseTo(splineSlope(spline, x + 1e-9), 5)
    expect(curvature(x - 2 * h)).toBeCloseTo(curvature(x + 2 * h), 1)
  }
  expect(curvature(h)).toBeCloseTo(0, 2)
  expect(curvature(3 - h)).toBeCloseTo(0, 2)
})

test("a spline's slope is the numeric derivative of its value, beyond its ends too", () => {
  const spline = cubicSpline(unevenKnots, unevenKnots.map(Math.sin), 1)
  const h = 1e-6
  for (let x = -0.5; x < 3.5; x += 0.0437) {
    const numeric = (splineValue(spline, x + h) - splineValue(spline, x - h)) / (2 * h)
    expect(splineSlope(spline, x)).toBeCloseTo(numeric, 7)
  }
})

test("the error of a clamped spline falls as the fourth power of the spacing", () => {
  expect(error(20) / error(40)).toBeGreaterThan(13)
})

test("knots that do not increase, or are not finite, are refused", () => {
  expect(() => cubicSpline(Float64Array.of(0, 1, 1), Float64Array.of(0, 1, 2))).toThrow(/knot 2/)
  expect(() => cubicSpline(Float64Array.of(0, 1), Float64Array.of(0, NaN))).toThrow(/knot 1/)
  expect(() => cubicSpline(Float64Array.of(0), Float64Array.of(0))).toThrow(/two knots/)
})

test("the smoother solves the same equations as dense algebra, gaps included", () => {
  const n = 23
  const random = stream(2)
  const y = Float64Array.from({ length: n }, () => random.normal())
  const weights = Float64Array.from({ length: n }, (_, i) => (i > 7 && i < 12 ? 0 : random.uniform()))
  const wavelength = 6
  const differences = Matrix.zeros(n - 2, n)
  for (let i = 0; i < n - 2; i++) [1, -2, 1].forEach((d, j) => differences.set(i, i + j, d))
  const lambda = (2 * Math.sin(Math.PI / wavelength)) ** -4
  const system = differences
    .transpose()
    .mmul(differences)
    .mul(lambda)
    .add(Matrix.diag([...weights]))
  const expected = solve(system, Matrix.columnVector(y.map((value, i) => value * weights[i]))).to1DArray()
  y[9] = NaN
  smooth(y, weights, wavelength).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 9))
})

test("a straight line passes the smoother, and a wave of the given length is halved", () => {
  const n = 400
  const ones = new Float64Array(n).fill(1)
  const line = Float64Array.from({ length: n }, (_, i) => 3 - 0.1 * i)
  smooth(line, ones, 30).forEach((value, i) => expect(value).toBeCloseTo(line[i], 8))
  const wave = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / 20))
  const gain = smooth(wave, ones, 20).reduce((sum, z, i) => sum + (i > 100 && i < 300 ? z * wave[i] : 0), 0)
  const power = wave.reduce((sum, z, i) => sum + (i > 100 && i < 300 ? z * z : 0), 0)
  expect(gain / power).toBeCloseTo(0.5, 3)
})

test("too short a wave or too few weights are refused", () => {
  expect(() => smooth(new Float64Array(5), new Float64Array(5).fill(1), 1)).toThrow(/2 points/)
  expect(() => smooth(new Float64Array(5), Float64Array.of(0, 0, 1, 0, 0), 4)).toThrow(/two values/)
})

const cubic = (x: number) => 2 - x + 3 * x ** 2 - 0.7 * x ** 3
const slope = (x: number) => -1 + 6 * x - 2.1 * x ** 2

/** Largest error of the clamped spline of the sine on n intervals. */
const error = (n: number) => {
  const x = Float64Array.from({ length: n + 1 }, (_, i) => (3 * i) / n)
  const spline = cubicSpline(x, x.map(Math.sin), 1, Math.cos(3))
  return Math.max(
    ...Array.from({ length: 999 }, (_, i) => Math.abs(splineValue(spline, i * 0.003) - Math.sin(i * 0.003)))
  )
}
