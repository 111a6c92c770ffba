// Tables of VOTCA: lines of x, y, perhaps an error of y, and a flag; potentials (.pot) and distributions (.dist.tgt) alike.

/** What VOTCA takes a point for: inside the known range, outside of it, or undefined. */
export type Flag = "i" | "o" | "u"

/** Arrays [point]; x in nm (rad for angles), y in kJ/mol for potentials and without a unit for distributions. */
export interface VotcaTable {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly flags: ReadonlyArray<Flag>
}

/** A table that VOTCA would not read either, or that holds no numbers. */
export class VotcaTableError extends Error {
  readonly _tag = "VotcaTableError"
  readonly line: number
  constructor(line: number, problem: string) {
    super(line > 0 ? `VOTCA table, line ${line}: ${problem}` : `VOTCA table: ${problem}`)
    this.name = "VotcaTableError"
    this.line = line
  }
}

/** The text of a table; every point counts as known. */
export const writeVotcaTable = (x: Float64Array, y: Float64Array, comment: string): string =>
  [`# ${comment}`, ...Array.from(x, (at, i) => `${at} ${y[i]} i`), ""].join("\n")

/** Reads lines of `x y flag` or `x y error flag`; what follows # or @ is a comment. Throws VotcaTableError, naming the line. */
export const readVotcaTable = (text: string): VotcaTable => {
  const x: Array<number> = []
  const y: Array<number> = []
  const flags: Array<Flag> = []
  for (const [index, raw] of text.split("\n").entries()) {
    const words = raw
      .replace(/[#@].*/, "")
      .trim()
      .split(/\s+/)
    if (words[0] === "") continue
    const line = index + 1
    const last = words[words.length - 1]
    const flag = last === "i" || last === "o" || last === "u" ? last : undefined
    const numbers = (flag === undefined ? words : words.slice(0, -1)).map(Number)
    if (numbers.length < 2 || numbers.length > 3) {
      throw new VotcaTableError(line, `"${raw.trim()}" is not x, y, perhaps an error, and a flag i, o or u`)
    }
    if (!numbers.every(Number.isFinite) && flag !== "u")
      throw new VotcaTableError(line, `"${raw.trim()}" holds what is no finite number`)
    const [at, value] = numbers
    const before = x[x.length - 1]
    if (before !== undefined && !(at > before))
      throw new VotcaTableError(line, `x goes from ${before} to ${at}, and must ascend`)
    x.push(at)
    y.push(value)
    flags.push(flag ?? "i")
  }
  if (x.length < 2) throw new VotcaTableError(0, `it has ${x.length} points, and needs two or more`)
  return { x: Float64Array.from(x), y: Float64Array.from(y), flags }
}
