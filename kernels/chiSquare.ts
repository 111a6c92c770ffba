// The chi-squared distribution's upper tail: how likely a fit is to be this bad by chance.

/**
 * The probability that chi-squared with `degrees` degrees of freedom exceeds `value`: the regularised upper incomplete
 * gamma function Q(degrees/2, value/2), by its series below and Lentz's continued fraction above the mean (Abramowitz
 * and Stegun 6.5.29 and 6.5.31). Absolute error below 1e-12.
 */
export const upperTail = (value: number, degrees: number): number => {
  if (!(Number.isInteger(degrees) && degrees > 0)) {
    throw new RangeError(`degrees of freedom are a positive integer, not ${degrees}`)
  }
  if (!(value > 0)) return value <= 0 ? 1 : NaN
  const a = degrees / 2
  const x = value / 2
  const front = Math.exp(a * Math.log(x) - x - logGamma(degrees))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) sum += term *= x / (a + n)
    return Math.max(0, 1 - front * sum)
  }
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 10_000; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return front * fraction
}

/** ln Gamma(degrees / 2), exact for halves of integers up to rounding. */
const logGamma = (degrees: number): number => {
  let sum = degrees % 2 === 0 ? 0 : Math.log(Math.PI) / 2 // Gamma(1) and Gamma(1/2)
  for (let k = degrees % 2 === 0 ? 1 : 0.5; k < degrees / 2; k++) sum += Math.log(k)
  return sum
}
