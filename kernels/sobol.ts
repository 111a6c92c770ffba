// Points of a Sobol sequence, scrambled by a seed.
import { hash, mix32 } from "./random.ts"
import { directions } from "./sobolDirections.ts"

/** The most dimensions that a point can have. */
export const maximumDimensions = directions.length + 1

/**
 * Point `index` (0 to 2^32 - 1) of a scrambled Sobol sequence: `dimensions` numbers in (0, 1), a pure function of its three
 * arguments, so that a campaign may grow without moving a point that it has. Coordinate j does not depend on
 * `dimensions` either. I. M. Sobol, USSR Comput. Math. Math. Phys. 7, 86 (1967), with the nested uniform scrambling of
 * A. B. Owen (1995). Throws RangeError for an index or number of dimensions that the sequence does not have.
 */
export const sobolPoint = (seed: number, index: number, dimensions: number): Float64Array =>
  Float64Array.from(sobolBits(index, dimensions), (bits, dimension) => {
    const [key] = hash(seed, ["sobol", dimension])
    return (scramble(bits, key) + 0.5) / 0x100000000
  })

/** The same point before scrambling, as 32 binary digits a coordinate, in the order of the index (no Gray code). */
export const sobolBits = (index: number, dimensions: number): Uint32Array => {
  if (!Number.isInteger(index) || index < 0 || index >= 0x100000000) {
    throw new RangeError(`a Sobol sequence has the points 0 to 2^32 - 1, not ${index}`)
  }
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > maximumDimensions) {
    throw new RangeError(`a Sobol point has 1 to ${maximumDimensions} dimensions here, not ${dimensions}`)
  }
  return Uint32Array.from({ length: dimensions }, (_, dimension) => {
    const columns = directionNumbers(dimension)
    let bits = 0
    for (let k = 0; k < 32; k++) if ((index >>> k) & 1) bits ^= columns[k]
    return bits
  })
}

/** The 32 direction numbers of a dimension (counted from 0), each as a binary fraction of 2^32. */
export const directionNumbers = (dimension: number): Uint32Array => {
  if (dimension === 0) return Uint32Array.from({ length: 32 }, (_, k) => 0x80000000 >>> k)
  const [degree, inner, ...m] = directions[dimension - 1]
  const v = new Uint32Array(32)
  for (let k = 0; k < 32; k++) {
    if (k < degree) {
      v[k] = m[k] << (31 - k)
    } else {
      v[k] = v[k - degree] ^ (v[k - degree] >>> degree)
      for (let j = 1; j < degree; j++) if ((inner >>> (degree - 1 - j)) & 1) v[k] ^= v[k - j]
    }
  }
  return v
}

/** Owen's scrambling: each digit is flipped or not by a coin that belongs to all the digits before it. */
const scramble = (bits: number, key: number): number => {
  let flips = 0
  for (let digit = 0; digit < 32; digit++) {
    const before = digit === 0 ? 0 : bits >>> (32 - digit)
    const coin = mix32(mix32(before ^ key) + Math.imul(digit + 1, 0x9e3779b1)) & 1
    flips |= coin << (31 - digit)
  }
  return (bits ^ flips) >>> 0
}
