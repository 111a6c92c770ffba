// Numbers as a reader wants them: as many digits as their error allows.

/** Stands where there is no number. */
export const missing = "–"

/** `1.05 ± 0.12`: two digits of an error that begins with 1, else one, and as many decimals of the value. */
export const withError = (value: number | null, error: number | null): string => {
  if (value === null) return missing
  if (error === null || !(error > 0)) return significant(value, 3)
  const exponent = Math.floor(Math.log10(error))
  const digits = error / 10 ** exponent < 1.95 ? 1 - exponent : -exponent
  if (digits > 8 || digits < -6) return `${significant(value, 3)} ± ${significant(error, 2)}`
  return `${decimals(value, digits)} ± ${decimals(error, digits)}`
}

/** As many significant digits, no exponent where the number is of a readable size. */
export const significant = (value: number | null, digits: number): string => {
  if (value === null) return missing
  if (value === 0) return "0"
  const exponent = Math.floor(Math.log10(Math.abs(value)))
  return exponent < -4 || exponent > 7
    ? value.toExponential(digits - 1)
    : decimals(value, digits - 1 - exponent)
}

/** A negative number of decimals rounds to tens, hundreds, ... */
const decimals = (value: number, digits: number): string => {
  const rounded =
    digits >= 0 ? value.toFixed(digits) : String(Math.round(value / 10 ** -digits) * 10 ** -digits)
  return /^-[0.]*$/.test(rounded) ? rounded.slice(1) : rounded.replace("-", "−")
}

/** Seconds as `41 ms`, `3.2 s`, `2 min 5 s` or `3 h 12 min`. */
export const duration = (seconds: number | null): string => {
  if (seconds === null) return missing
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
