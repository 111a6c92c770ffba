// Random graphs as plain data, which the engine builds by stage calls and the oracle by recursion.
import type { Random } from "../../kernels/random.ts"

/** An output of an item: a number, or rows. */
export interface Ref {
  readonly item: string
  readonly output: string
}

/** One statement of a pipeline. */
export type Item =
  | { readonly op: "source"; readonly id: string; readonly value: number; readonly limit?: number }
  | {
      readonly op: "combine"
      readonly id: string
      readonly factor: number
      readonly left: Ref
      readonly right: Ref
      readonly extra?: Ref
    }
  | { readonly op: "check"; readonly id: string; readonly divisor: number; readonly from: Ref }
  | { readonly op: "table"; readonly id: string; readonly count: number; readonly from: Ref }
  | { readonly op: "collect"; readonly id: string; readonly items: ReadonlyArray<Labelled> }
  | {
      /** For each row of a table, a source and a combination, or a loop of combinations where it is `deep`. */
      readonly op: "each"
      readonly id: string
      readonly table: Ref
      readonly other: Ref
      readonly deep: boolean
    }
  | {
      readonly op: "loop"
      readonly id: string
      readonly init: Ref
      readonly other: Ref
      /** It ends with a number that this divides. */
      readonly stop: number
      readonly max: number
    }

export interface Labelled {
  readonly label: string
  readonly from: Ref
}

/** Items in an order in which all that is read comes first. */
export type Spec = ReadonlyArray<Item>

const numbers: Readonly<Record<Item["op"], ReadonlyArray<string>>> = {
  source: ["number"],
  combine: ["number", "low"],
  check: ["number"],
  table: [],
  collect: ["total"],
  each: ["total"],
  loop: ["number"]
}

const tables: Readonly<Partial<Record<Item["op"], string>>> = { table: "rows", collect: "rows" }

/** Everything of a spec that is a number. */
export const numbersOf = (spec: Spec): ReadonlyArray<Ref> =>
  spec.flatMap(({ id, op }) => numbers[op].map((output) => ({ item: id, output })))

/** Everything of a spec that is a table. */
export const tablesOf = (spec: Spec): ReadonlyArray<Ref> =>
  spec.flatMap(({ id, op }) => {
    const output = tables[op]
    return output === undefined ? [] : [{ item: id, output }]
  })

/** What an item reads. */
export const readsOf = (item: Item): ReadonlyArray<Ref> => {
  switch (item.op) {
    case "source":
      return []
    case "combine":
      return [item.left, item.right, ...(item.extra === undefined ? [] : [item.extra])]
    case "check":
    case "table":
      return [item.from]
    case "collect":
      return item.items.map(({ from }) => from)
    case "each":
      return [item.table, item.other]
    case "loop":
      return [item.init, item.other]
  }
}

export const pick = <A>(random: Random, from: ReadonlyArray<A>): A => from[random.below(from.length)]

export const chance = (random: Random, probability: number): boolean => random.uniform() < probability

/** A new item that may read what `before` holds. */
export const randomItem = (random: Random, id: string, before: Spec): Item => {
  const known = numbersOf(before)
  const found = tablesOf(before)
  const number = (): Ref => pick(random, known)
  const ops: ReadonlyArray<Item["op"]> =
    known.length === 0
      ? ["source"]
      : ["source", "combine", "combine", "combine", "check", "table", "collect", "loop", "each"]
  const op = pick(random, ops)
  switch (op) {
    case "source": {
      const base = { op, id, value: random.below(12) } as const
      return chance(random, 0.3) ? { ...base, limit: random.below(12) } : base
    }
    case "combine": {
      const base = { op, id, factor: random.below(3), left: number(), right: number() } as const
      return chance(random, 0.3) ? { ...base, extra: number() } : base
    }
    case "check":
      return { op, id, divisor: 2 + random.below(5), from: number() }
    case "table":
      return { op, id, count: 1 + random.below(4), from: number() }
    case "collect": {
      const items = Array.from({ length: random.below(4) }, (_, index) => ({
        label: `l${index}`,
        from: number()
      }))
      return { op, id, items }
    }
    case "each":
      if (found.length === 0) return { op: "table", id, count: 1 + random.below(4), from: number() }
      return { op, id, table: pick(random, found), other: number(), deep: chance(random, 0.3) }
    case "loop":
      return {
        op,
        id,
        init: number(),
        other: number(),
        stop: 2 + random.below(5),
        max: 1 + random.below(4)
      }
  }
}

/** A spec of some items. */
export const randomSpec = (random: Random, size: number): Spec => {
  const spec: Array<Item> = []
  for (let index = 0; index < size; index += 1) spec.push(randomItem(random, `n${index}`, spec))
  return spec
}

/** The same spec in another order in which all that is read comes first. */
export const reordered = (random: Random, spec: Spec): Spec => {
  const left = [...spec]
  const placed = new Set<string>()
  const order: Array<Item> = []
  while (left.length > 0) {
    const free = left.filter((item) => readsOf(item).every(({ item: read }) => placed.has(read)))
    const next = pick(random, free)
    left.splice(left.indexOf(next), 1)
    placed.add(next.id)
    order.push(next)
  }
  return order
}
