// Decimal numbers straight from bytes, without a string for each: what makes reading text trajectories fast.

// Powers of ten that a double holds exactly.
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const minus = 45
const plus = 43
const point = 46
const zero = 48
const bigE = 69
const smallE = 101

/**
 * The number in bytes[start, end), correctly rounded, or NaN if it is none.
 * A mantissa below 2^53 and a power of ten of at most 22 need one exact operation (Clinger 1990); the rest goes
 * through a string. "nan" and "inf" give NaN.
 */
export const asciiNumber = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  const sign = bytes[at]
  if (sign === minus || sign === plus) at++
  let mantissa = 0
  let digits = 0
  let decimals = 0
  let seenPoint = false
  for (; at < end; at++) {
    const digit = bytes[at] - zero
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digits++
      if (seenPoint) decimals++
    } else if (bytes[at] === point && !seenPoint) {
      seenPoint = true
    } else {
      break
    }
  }
  if (digits === 0) return Number.NaN
  let exponent = -decimals
  if (at < end) {
    if (bytes[at] !== smallE && bytes[at] !== bigE) return Number.NaN
    const power = asciiInteger(bytes, at + 1, end)
    if (Number.isNaN(power)) return Number.NaN
    exponent += power
  }
  if (digits > 15 || exponent < -22 || exponent > 22) return viaString(bytes, start, end)
  const value = exponent < 0 ? mantissa / powers[-exponent] : mantissa * powers[exponent]
  return sign === minus ? -value : value
}

const asciiInteger = (bytes: Uint8Array, start: number, end: number): number => {
  const signed = bytes[start] === minus || bytes[start] === plus
  let value = 0
  let at = signed ? start + 1 : start
  if (at >= end || end - at > 6) return Number.NaN
  for (; at < end; at++) {
    const digit = bytes[at] - zero
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return bytes[start] === minus ? -value : value
}

const viaString = (bytes: Uint8Array, start: number, end: number): number => {
  const value = Number(String.fromCharCode(...bytes.subarray(start, end)))
  return Number.isFinite(value) ? value : Number.NaN
}
