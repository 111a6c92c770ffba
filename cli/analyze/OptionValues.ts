// The values of options as numbers and words, with every problem collected.
import { UsageError } from "../Usage.ts"

export interface OptionValues {
  readonly problems: Array<string>
}

export const make = (): OptionValues => ({ problems: [] })

/** Throws UsageError where there are problems. */
export const check = ({ problems }: OptionValues, command: string): void => {
  if (problems.length > 0) throw new UsageError(problems, `type: largo ${command} --help`)
}

/** A finite number above 0. */
export const positive = (
  values: OptionValues,
  name: string,
  text: string | undefined
): number | undefined => {
  const value = text === undefined ? undefined : Number(text)
  if (value === undefined || (Number.isFinite(value) && value > 0 && text?.trim() !== "")) return value
  values.problems.push(`--${name}: needs a number above 0, got "${text}"`)
  return undefined
}

/** A whole number, at least `least`. */
export const whole = (
  values: OptionValues,
  name: string,
  text: string | undefined,
  least: number
): number | undefined => {
  const value = text === undefined ? undefined : Number(text)
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && text?.trim() !== ""))
    return value
  values.problems.push(`--${name}: needs a whole number from ${least} on, got "${text}"`)
  return undefined
}

/** One of some words; the first is the default. */
export const oneOf = <const T extends string>(
  values: OptionValues,
  name: string,
  text: string | undefined,
  known: readonly [T, ...ReadonlyArray<T>]
): T => {
  const found = text === undefined ? known[0] : known.find((word) => word === text)
  if (found === undefined) values.problems.push(`--${name}: needs ${known.join(" or ")}, got "${text}"`)
  return found ?? known[0]
}

/** Two numbers with a sign between them, or undefined with a problem. */
export const pair = (
  values: OptionValues,
  { form, name, separator, text }: { form: string; name: string; separator: string; text: string },
  fits: (first: number, second: number) => boolean
): readonly [number, number] | undefined => {
  const parts = text.split(separator)
  const [first, second] = parts.map((part) => (part.trim() === "" ? NaN : Number(part)))
  if (parts.length === 2 && fits(first, second)) return [first, second]
  values.problems.push(`--${name}: needs ${form}, got "${text}"`)
  return undefined
}
