// Whittaker's smoother for noisy values on an even grid.

/**
 * The z that minimises sum w (y - z)^2 + lambda sum (second difference of z)^2: E. T. Whittaker (Proc. Edinburgh Math.
 * Soc. 41, 63, 1923), P. H. C. Eilers (Anal. Chem. 75, 3631, 2003). For unit weights it is a low pass filter without
 * phase whose gain at a wavelength of L points is 1 / (1 + lambda (2 sin(pi / L))^4); lambda is chosen so that waves
 * of `wavelength` points are halved. Straight lines pass unchanged. Where a weight is 0 the value of y is ignored (NaN
 * is welcome) and z goes on as the stiff curve would. Weights are relative to 1.
 * Throws RangeError for a wavelength below 2 points or fewer than two positive weights.
 */
export const smooth = (y: Float64Array, weights: Float64Array, wavelength: number): Float64Array => {
  const n = y.length
  if (!(wavelength >= 2)) throw new RangeError(`a wave has at least 2 points, not ${wavelength}`)
  if (weights.filter((w) => w > 0).length < 2) throw new RangeError("smoothing needs two values with weight")
  const lambda = (2 * Math.sin(Math.PI / wavelength)) ** -4
  const diagonal = Float64Array.from(weights)
  const first = new Float64Array(n) // row i, column i - 1
  const second = new Float64Array(n) // row i, column i - 2
  for (let i = 0; i + 2 < n; i++) {
    diagonal[i] += lambda
    diagonal[i + 1] += 4 * lambda
    diagonal[i + 2] += lambda
    first[i + 1] -= 2 * lambda
    first[i + 2] -= 2 * lambda
    second[i + 2] += lambda
  }
  const z = Float64Array.from(y, (value, i) => (weights[i] > 0 ? weights[i] * value : 0))
  // The matrix as L D L', L unit lower triangular with two bands.
  for (let i = 0; i < n; i++) {
    const l2 = i > 1 ? second[i] / diagonal[i - 2] : 0
    const l1 = i > 0 ? (first[i] - (i > 1 ? l2 * diagonal[i - 2] * first[i - 1] : 0)) / diagonal[i - 1] : 0
    if (i > 1) diagonal[i] -= l2 * l2 * diagonal[i - 2]
    if (i > 0) diagonal[i] -= l1 * l1 * diagonal[i - 1]
    second[i] = l2
    first[i] = l1
    if (i > 0) z[i] -= l1 * z[i - 1]
    if (i > 1) z[i] -= l2 * z[i - 2]
  }
  for (let i = n - 1; i >= 0; i--) {
    z[i] /= diagonal[i]
    if (i + 1 < n) z[i] -= first[i + 1] * z[i + 1]
    if (i + 2 < n) z[i] -= second[i + 2] * z[i + 2]
  }
  return z
}
