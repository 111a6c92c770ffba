// The world around the oracle's stages: versions of code and tools, resources, troubles, and the sums that all do.

/** What tests change between runs. None of it but code and tool is part of a key. */
export interface World {
  /** Stage -> version of its code. Versions 1 and 2 give the same results. */
  readonly code: Record<string, number>
  /** Stages for which a reviewer has said that version 2 is as good as version 1. */
  readonly vouched: Set<string>
  /** Version of the tool. Versions 1 and 2 give the same results. */
  tool: number
  /** Divisor of a check -> how many tries of it the machine spoils in each run. */
  readonly trouble: Record<number, number>
  cores: number
  /** Check -> tries in this run. */
  readonly tries: Map<string, number>
}

export const stageNames = [
  "oracle-source",
  "oracle-combine",
  "oracle-check",
  "oracle-table",
  "oracle-collect"
] as const
export type StageName = (typeof stageNames)[number]

export const world: World = {
  code: {},
  vouched: new Set(),
  tool: 1,
  trouble: {},
  cores: 1,
  tries: new Map()
}

export const resetWorld = (): void => {
  for (const name of stageNames) world.code[name] = 1
  for (let divisor = 2; divisor <= 6; divisor += 1) world.trouble[divisor] = 0
  world.vouched.clear()
  world.tool = 1
  world.cores = 1
  world.tries.clear()
}

/** The code version that counts in a key. */
export const codeVersion = (stage: string): number =>
  world.code[stage] === 2 && world.vouched.has(stage) ? 1 : world.code[stage]

export interface NumberValue {
  readonly value: number
}
export interface RowValue {
  readonly id: string
  readonly value: number
}

const modulus = 23
const wrap = (value: number): number => ((value % modulus) + modulus) % modulus
const shiftOf = (version: number): number => (version <= 2 ? 0 : version)

export const source = (value: number, limit: number): NumberValue => ({
  value: wrap(Math.min(value, limit) + shiftOf(world.code["oracle-source"]))
})

export const combine = (factor: number, left: number, right: number, extra: number | undefined) => {
  const shift = shiftOf(world.code["oracle-combine"]) + shiftOf(world.tool)
  const value = wrap(left - factor * right + (extra ?? 1) + shift)
  return { number: { value }, low: { value: value % 2 } }
}

/** The number, moved to where no other stage's numbers are; undefined where the divisor divides it. */
export const check = (divisor: number, from: number): NumberValue | undefined =>
  (from + shiftOf(world.code["oracle-check"])) % divisor === 0
    ? undefined
    : { value: 1000 * divisor + (from % 1000) }

export const table = (count: number, from: number): ReadonlyArray<RowValue> =>
  Array.from({ length: (from + shiftOf(world.code["oracle-table"])) % (count + 1) }, (_, index) => ({
    id: `r${index}`,
    value: wrap(from + index)
  }))

export const collect = (items: ReadonlyArray<{ readonly label: string; readonly value: number }>) => ({
  total: {
    value: wrap(
      items.reduce(
        (sum, { value }, index) => sum + (index + 1) * value,
        shiftOf(world.code["oracle-collect"])
      )
    )
  },
  rows: items.map(({ label, value }) => ({ id: label, value: wrap(value) }))
})
