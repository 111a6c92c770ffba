// A seeded random generator whose streams are derived by name, the same on every machine.

/** One stream of random numbers. Each call moves it on. */
export interface Random {
  /** An integer in [0, 2^32). */
  readonly uint32: () => number
  /** A double in [0, 1), 53 random bits. */
  readonly uniform: () => number
  /** A standard normal deviate. */
  readonly normal: () => number
  /** An integer in [0, bound), without bias. */
  readonly below: (bound: number) => number
}

/**
 * The stream that belongs to a seed and a path of names and numbers, such as `stream(7, "velocities", 3)`.
 * Streams of different paths are independent; the same path always gives the same numbers.
 */
export const stream = (seed: number, ...path: ReadonlyArray<string | number>): Random =>
  xoshiro128(hash(seed, path))

/**
 * A seed for another program, derived like a stream: an integer in [1, 900 000 000], the range that LAMMPS
 * takes for its generators.
 */
export const deriveSeed = (seed: number, ...path: ReadonlyArray<string | number>): number =>
  1 + stream(seed, ...path).below(900_000_000)

/**
 * The generator xoshiro128** 1.1 of Blackman and Vigna (ACM Trans. Math. Softw. 47, 36, 2021) from its four words of
 * state, which must not all be 0. Normal deviates by Marsaglia's polar method (SIAM Rev. 6, 260, 1964).
 */
export const xoshiro128 = (state: ArrayLike<number>): Random => {
  const s = Uint32Array.from(state)
  if (s.length !== 4 || s.every((word) => word === 0)) {
    throw new RangeError("xoshiro128 needs four words of state that are not all 0")
  }
  const uint32 = () => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0
    const shifted = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= shifted
    s[3] = rotate(s[3], 11)
    return result
  }
  const uniform = () => {
    const high = uint32() >>> 5
    const low = uint32() >>> 6
    return (high * 0x4000000 + low) / 0x20000000000000
  }
  const below = (bound: number) => {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x100000000) {
      throw new RangeError(`a bound is an integer from 1 to 2^32, not ${bound}`)
    }
    const end = 0x100000000 - (0x100000000 % bound) // exclusive: beyond it the remainders are uneven
    let drawn = uint32()
    while (drawn >= end) drawn = uint32()
    return drawn % bound
  }
  let spare = NaN
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const kept = spare
      spare = NaN
      return kept
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const q = u * u + v * v
      if (q > 0 && q < 1) {
        const factor = Math.sqrt((-2 * naturalLog(q)) / q)
        spare = v * factor
        return u * factor
      }
    }
  }
  return { uint32, uniform, normal, below }
}

/** The integers 0 to length - 1 in random order (Fisher and Yates). */
export const permutation = (random: Random, length: number): Int32Array => {
  const order = Int32Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}

/** The finaliser of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit. */
export const mix32 = (word: number): number => {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Four words that depend on all of a seed and its path; kinds and lengths are mixed in, so "1" and 1 differ. */
export const hash = (seed: number, path: ReadonlyArray<string | number>): Uint32Array => {
  const state = Uint32Array.of(0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834)
  const absorb = (word: number) => {
    for (let lane = 0; lane < 4; lane++) {
      state[lane] = mix32((state[lane] + Math.imul(word, oddMultipliers[lane])) ^ state[(lane + 3) & 3])
    }
  }
  for (const item of [seed, ...path]) {
    if (typeof item === "number") {
      if (!Number.isFinite(item)) throw new RangeError(`a stream cannot be named by ${item}`)
      const words = new DataView(new ArrayBuffer(8))
      words.setFloat64(0, item + 0) // -0 becomes 0
      absorb(1)
      absorb(words.getUint32(0))
      absorb(words.getUint32(4))
    } else {
      absorb(2)
      absorb(item.length)
      for (let i = 0; i < item.length; i++) absorb(item.charCodeAt(i))
    }
  }
  for (let round = 0; round < 4; round++) absorb(round)
  return state
}

const oddMultipliers = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f]

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

/** ln x for 0 < x < 1 from arithmetic that IEEE 754 fixes: the language leaves the last bit of Math.log open. */
const naturalLog = (x: number): number => {
  let mantissa = x
  let exponent = 0
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2
    exponent -= 1
  }
  const z = (mantissa - 1) / (mantissa + 1) // |z| < 0.172, so z^23 is below the last bit
  const square = z * z
  let sum = 0
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power
  return exponent * Math.LN2 + 2 * z * sum
}
