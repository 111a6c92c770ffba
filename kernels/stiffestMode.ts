// The fastest vibration of molecules made of beads: what bounds the time step of a simulation.

/** A bond or an angle, and how stiff it is. */
export interface StiffTerm {
  /** Beads from 0: [i, j] for a bond, [i, j, k] with j the corner for an angle. */
  readonly row: ArrayLike<number>
  /** Second derivative of its potential: kJ/mol/nm2 or kJ/mol/rad2. */
  readonly stiffness: number
}

/** Enough for the eigenvalue to settle to a few per cent, from below, whatever the molecule. */
const rounds = 200

/**
 * Largest angular frequency of the normal modes, rad/ps, in which only the terms pull: the square root of the largest
 * eigenvalue of sum k q q', q the gradient of a term divided by the roots of the masses (E. B. Wilson, J. C. Decius, P. C.
 * Cross, *Molecular Vibrations*, 1955), by power iteration over all molecules at once. 0 without terms.
 *
 * @param positions [bead, xyz] in nm, molecules whole
 * @param masses g/mol
 */
export const stiffestMode = (
  terms: ReadonlyArray<StiffTerm>,
  positions: ArrayLike<number>,
  masses: ArrayLike<number>
): number => {
  const gradients = terms.map(({ row }) => weighted(row, gradientOf(row, positions), masses))
  let vector = Float64Array.from(positions, (_, k) => 1 + 0.3 * Math.sin(1 + 7 * k))
  let eigenvalue = 0
  for (let round = 0; round < rounds && terms.length > 0; round++) {
    const next = new Float64Array(vector.length)
    for (const [t, { row, stiffness }] of terms.entries()) {
      let along = 0
      for (let k = 0; k < gradients[t].length; k++) along += gradients[t][k] * vector[at(row, k)]
      for (let k = 0; k < gradients[t].length; k++) next[at(row, k)] += stiffness * along * gradients[t][k]
    }
    eigenvalue = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0))
    if (eigenvalue === 0) return 0
    vector = next.map((value) => value / eigenvalue)
  }
  return Math.sqrt(eigenvalue)
}

/** Where component k of a term's gradient stands among the coordinates. */
const at = (row: ArrayLike<number>, k: number): number => 3 * row[Math.floor(k / 3)] + (k % 3)

const weighted = (row: ArrayLike<number>, gradient: Float64Array, masses: ArrayLike<number>): Float64Array =>
  gradient.map((value, k) => value / Math.sqrt(masses[row[Math.floor(k / 3)]]))

/** Gradient of a length, or of an angle in rad, by the coordinates of its beads. */
const gradientOf = (row: ArrayLike<number>, positions: ArrayLike<number>): Float64Array => {
  const between = (from: number, to: number) =>
    [0, 1, 2].map((axis) => positions[3 * row[to] + axis] - positions[3 * row[from] + axis])
  const gradient = new Float64Array(3 * row.length)
  if (row.length === 2) {
    const d = between(0, 1)
    const length = Math.hypot(...d)
    for (let axis = 0; axis < 3; axis++) {
      gradient[axis] = -d[axis] / length
      gradient[3 + axis] = d[axis] / length
    }
    return gradient
  }
  const [u, v] = [between(1, 0), between(1, 2)]
  const [a, b] = [Math.hypot(...u), Math.hypot(...v)]
  const cosine = (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / (a * b)
  // A straight angle has no direction in which it opens; near it the gradient is that of 1 / a.
  const sine = Math.max(0.05, Math.sqrt(Math.max(0, 1 - cosine * cosine)))
  for (let axis = 0; axis < 3; axis++) {
    gradient[axis] = ((cosine * u[axis]) / a - v[axis] / b) / (a * sine)
    gradient[6 + axis] = ((cosine * v[axis]) / b - u[axis] / a) / (b * sine)
    gradient[3 + axis] = -gradient[axis] - gradient[6 + axis]
  }
  return gradient
}
