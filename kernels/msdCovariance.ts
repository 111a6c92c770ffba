// The covariance of time-averaged mean squared displacements at different lags.
import { Matrix } from "ml-matrix"

/**
 * A random walk with static noise, per coordinate: MSD(t) = offset + slope t, t in frames; offset and slope in nm2.
 */
export interface Walk {
  readonly offset: number
  readonly slope: number
}

/**
 * The MSD of a process with stationary increments that has the walk's straight line at long lags and bends towards 0
 * below it; per coordinate, at lags 0 to `length` - 1.
 *
 * A positive offset is noise: white when `first`, the MSD measured at one frame, is on the line already, and otherwise
 * relaxing with the time that gives `first` (molecules rattle in their cage for a while before they leave it). A
 * negative offset is inertia, as in the Langevin equation. Each of these is a process that exists, so the covariance
 * is positive definite.
 */
export const meanSquares = ({ offset, slope }: Walk, first: number, length: number): Float64Array => {
  const rate = offset > 0 ? noiseRate((first - slope) / offset) : -slope / offset
  const values = new Float64Array(length)
  for (let t = 1; t < length; t++) {
    values[t] = slope * t + (offset === 0 ? 0 : offset * (1 - Math.exp(-rate * t)))
  }
  return values
}

/** How far beyond the lags themselves displacements stay correlated, frames. */
export const memory = ({ offset, slope }: Walk, first: number): number => {
  const rate = offset > 0 ? noiseRate((first - slope) / offset) : offset < 0 ? -slope / offset : Infinity
  return Math.min(1000, Math.ceil(12 / rate))
}

/** The relaxation rate, 1/frame, of noise that has reached the share `reached` of its amplitude after one frame. */
const noiseRate = (reached: number): number =>
  reached >= 1 ? Infinity : -Math.log1p(-Math.max(reached, 0.05))

/**
 * The covariance matrix of MSD estimates at `lags` (frames, ascending), each averaged over all origins of one coordinate
 * of a trajectory of `frames` frames; nm4. For D independent coordinates averaged, divide by D.
 *
 * With V the mean squares of a Gaussian process with stationary increments,
 *   cov(i, j) = 2/(n_i n_j) sum over origins s, t of c(t - s)^2,   n_i = frames - l_i,
 *   c(d) = < (x(l_i) - x(0)) (x(d + l_j) - x(d)) > = [V(d - l_i) + V(d + l_j) - V(d) - V(d + l_j - l_i)] / 2.
 * For V(t) = a2 + s2 t that is the matrix of Bullerjahn, von Bülow and Hummer, J. Chem. Phys. 153, 024116 (2020), here
 * summed instead of in closed form, so that any lags and short trajectories are exact.
 *
 * squares: V at 0 .. 2 * largest lag + memory.
 */
export const covariance = (
  squares: Float64Array,
  lags: ReadonlyArray<number>,
  frames: number,
  memory: number
): Matrix => {
  const matrix = Matrix.zeros(lags.length, lags.length)
  for (let i = 0; i < lags.length; i++)
    for (let j = i; j < lags.length; j++) {
      const li = lags[i]
      const lj = lags[j]
      const ni = frames - li
      const nj = frames - lj
      const from = Math.max(-lj - memory, 1 - ni)
      const to = Math.min(li + memory, nj - 1)
      let sum = 0
      for (let d = from; d <= to; d++) {
        const c =
          squares[Math.abs(d - li)] +
          squares[Math.abs(d + lj)] -
          squares[Math.abs(d)] -
          squares[Math.abs(d + lj - li)]
        const origins = Math.min(ni, nj - d) - Math.max(0, -d)
        sum += origins * c * c
      }
      const value = sum / (2 * ni * nj)
      matrix.set(i, j, value)
      matrix.set(j, i, value)
    }
  return matrix
}
