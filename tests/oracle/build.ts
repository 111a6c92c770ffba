// The oracle: what a correct build does, said directly, by recursion and without a schedule. It shares no code with the engine.
import type { Item, Ref, Spec } from "./spec.ts"
import * as world from "./world.ts"
import type { NumberValue, RowValue, StageName } from "./world.ts"

/** Output -> its bytes, as text. */
export type Texts = Readonly<Record<string, string>>

/** What earlier runs left. A computation is known by the text of all that decides it. */
export interface Memory {
  readonly entries: Map<string, Texts>
  readonly failures: Set<string>
  /** Bytes that are in the store. */
  readonly contents: Set<string>
}

export interface Verdict {
  /** Target -> its bytes, or null where it cannot be reached. */
  readonly targets: Readonly<Record<string, string | null>>
  /** Computations that every correct build runs: they were never done, and a target needs them. */
  readonly must: ReadonlySet<string>
  /** Computations that a minimal build may run, with what they give. */
  readonly may: ReadonlyMap<string, Texts>
  /** Computations that fail, or that have failed before. */
  readonly failing: ReadonlySet<string>
  /**
   * Whether equal bytes of one node may or may not come in time for another one, whose own cannot be made again: then
   * the order of the run decides, and either is right.
   */
  readonly ambiguous: boolean
  /** Name of a node -> the computation that it is. */
  readonly names: ReadonlyMap<string, string>
}

/** One call of a stage. `outputs` is undefined where it fails or lacks an input that failed. */
interface Done {
  readonly outputs: Texts | undefined
  /** Set where there was no entry. */
  readonly fresh: string | undefined
  readonly inputs: ReadonlyArray<Value>
  /** Whether the bytes of an output are there, made again where they were lost. */
  readonly bytes: (output: string) => boolean
}

/** One output of a call. */
interface Value {
  readonly done: Done
  readonly output: string
}

type Slots = Readonly<
  Record<string, Value | undefined | ReadonlyArray<readonly [label: string, value: Value]>>
>
type Item1<K extends Item["op"]> = Extract<Item, { op: K }>

const textOf = ({ done, output }: Value): string | undefined => done.outputs?.[output]

const nothing = (inputs: ReadonlyArray<Value>): Done => ({
  outputs: undefined,
  fresh: undefined,
  inputs,
  bytes: () => false
})

/** What has to come of some targets, `ITEM.OUTPUT`, and which computations that may take. */
export const build = (
  spec: Spec,
  wanted: ReadonlyArray<string>,
  memory: Memory,
  retryFailed: boolean
): Verdict => {
  const items = new Map(spec.map((item) => [item.id, item]))
  const statements = new Map<string, Readonly<Record<string, Value>>>()
  const names = new Map<string, string>()
  const may = new Map<string, Texts>()
  const failing = new Set<string>()
  const lost = new Set<string>()

  const at = ({ item, output }: Ref): Value => {
    let made = statements.get(item)
    if (made === undefined) statements.set(item, (made = statement(items.get(item)!)))
    return made[output]
  }

  /** Applies a stage. `also` are values that decided that there is this call at all. */
  const call = (
    stage: StageName,
    label: string,
    params: object,
    slots: Slots,
    also: ReadonlyArray<Value> = []
  ): Done => {
    const inputs = valuesOf(slots)
    if (inputs.some((input) => textOf(input) === undefined)) return nothing([...inputs, ...also])
    const computation = describe(stage, params, slots)
    names.set(`${stage}@${label}`, computation)
    // Two calls that are one computation may get equal bytes from different calls: each asks its own for them.
    return carryOut(computation, inputs, [...inputs, ...also], () => compute(stage, params, slots))
  }

  const carryOut = (
    computation: string,
    inputs: ReadonlyArray<Value>,
    behind: ReadonlyArray<Value>,
    body: () => Texts | undefined
  ): Done => {
    let ran: boolean | undefined
    /** Runs it, once, if the bytes of its inputs can be had. */
    const run = (): Texts | undefined => {
      ran = false
      // Every input is asked for, also where another one has failed: what does not depend on a failure goes on.
      if (inputs.map(({ done, output }) => done.bytes(output)).includes(false)) return undefined
      const outputs = body()
      if (outputs === undefined) failing.add(computation)
      else may.set(computation, outputs)
      ran = outputs !== undefined
      return outputs
    }
    const bytesOf =
      (outputs: Texts) =>
      (output: string): boolean => {
        if (memory.contents.has(outputs[output])) return true
        if (ran === undefined) run()
        if (ran !== true) lost.add(outputs[output])
        return ran === true
      }
    const entry = memory.entries.get(computation)
    if (entry !== undefined)
      return { outputs: entry, fresh: undefined, inputs: behind, bytes: bytesOf(entry) }
    if (memory.failures.has(computation) && !retryFailed) {
      failing.add(computation)
      return nothing(behind)
    }
    const outputs = run()
    return outputs === undefined
      ? nothing(behind)
      : { outputs, fresh: computation, inputs: behind, bytes: bytesOf(outputs) }
  }

  /** The value behind a number or table, for what decides on it; undefined where its bytes cannot be had. */
  const look = (value: Value): unknown => {
    const text = textOf(value)
    return text !== undefined && value.done.bytes(value.output) ? JSON.parse(text) : undefined
  }

  const combine = (label: string, factor: number, left: Value, right: Value, extra?: Value): Done =>
    call("oracle-combine", label, { factor }, { left, right, extra })

  const loop = (label: string, init: Value, other: Value, stop: number, max: number): Value => {
    let state = init
    for (let iteration = 0; iteration < max; iteration += 1) {
      state = { done: combine(`${label}/iteration=${iteration}`, 1, state, other), output: "number" }
      const found = look(state) as NumberValue | undefined
      if (found === undefined) return { done: nothing([state]), output: "number" }
      if (found.value % stop === 0) break
    }
    return state
  }

  const each = ({ deep, id, other, table }: Item1<"each">): Done => {
    const rows = look(at(table)) as ReadonlyArray<RowValue> | undefined
    if (rows === undefined) return nothing([at(table)])
    const made = rows.map((row): readonly [string, Value] => {
      const label = `${id}/${row.id}`
      const own = source(label, row.value, 1000)
      const value = deep
        ? loop(label, own, at(other), 3, 2)
        : { done: combine(label, 1, own, at(other)), output: "number" }
      return [row.id, value]
    })
    return call("oracle-collect", id, {}, { items: made }, [at(table)])
  }

  const source = (label: string, value: number, limit: number): Value => ({
    done: call("oracle-source", label, { value, limit }, {}),
    output: "number"
  })

  const statement = (item: Item): Readonly<Record<string, Value>> => {
    const { id } = item
    switch (item.op) {
      case "source":
        return { number: source(id, item.value, item.limit ?? 1000) }
      case "combine": {
        const extra = item.extra === undefined ? undefined : at(item.extra)
        return outputsOf(combine(id, item.factor, at(item.left), at(item.right), extra), "number", "low")
      }
      case "check":
        return outputsOf(
          call("oracle-check", id, { divisor: item.divisor }, { from: at(item.from) }),
          "number"
        )
      case "table":
        return outputsOf(call("oracle-table", id, { count: item.count }, { from: at(item.from) }), "rows")
      case "collect": {
        const rows = item.items.map(({ from, label }): readonly [string, Value] => [label, at(from)])
        return outputsOf(call("oracle-collect", id, {}, { items: rows }), "total", "rows")
      }
      case "each":
        return outputsOf(each(item), "total")
      case "loop":
        return { number: loop(id, at(item.init), at(item.other), item.stop, item.max) }
    }
  }

  const targets: Record<string, string | null> = {}
  const must = new Set<string>()
  const visited = new Set<Done>()
  const mark = (done: Done): void => {
    if (visited.has(done)) return
    visited.add(done)
    if (done.fresh !== undefined) must.add(done.fresh)
    for (const input of done.inputs) mark(input.done)
  }
  for (const target of wanted) {
    const [item, output] = target.split(".")
    const value = at({ item, output })
    const reached = look(value) !== undefined
    targets[target] = reached ? textOf(value)! : null
    if (reached) mark(value.done)
  }
  const ambiguous = [...may.values()].some((made) => Object.values(made).some((text) => lost.has(text)))
  return { targets, must, may, failing, ambiguous, names }
}

const outputsOf = (done: Done, ...outputs: ReadonlyArray<string>): Readonly<Record<string, Value>> =>
  Object.fromEntries(outputs.map((output) => [output, { done, output }]))

const isValue = (slot: Slots[string]): slot is Value => slot !== undefined && "done" in slot

const valuesOf = (slots: Slots): ReadonlyArray<Value> =>
  Object.values(slots).flatMap((slot) =>
    slot === undefined ? [] : isValue(slot) ? [slot] : slot.map(([, value]) => value)
  )

const describe = (stage: StageName, params: object, slots: Slots): string =>
  JSON.stringify([
    stage,
    world.codeVersion(stage),
    stage === "oracle-combine" ? world.world.tool : "no tool",
    Object.entries(params),
    Object.entries(slots).map(([slot, filled]) => [
      slot,
      filled === undefined
        ? null
        : isValue(filled)
          ? textOf(filled)
          : filled.map(([label, value]) => [label, textOf(value)])
    ])
  ])

/** What a stage gives, or undefined where it fails. */
const compute = (stage: StageName, params: object, slots: Slots): Texts | undefined => {
  const given = params as Readonly<Record<string, number>>
  const parse = (value: Value): number => (JSON.parse(textOf(value)!) as NumberValue).value
  const one = (slot: string): number => parse(slots[slot] as Value)
  switch (stage) {
    case "oracle-source":
      return texts({ number: world.source(given["value"], given["limit"]) })
    case "oracle-combine": {
      const extra = slots["extra"] === undefined ? undefined : one("extra")
      return texts(world.combine(given["factor"], one("left"), one("right"), extra))
    }
    case "oracle-check": {
      if (world.world.trouble[given["divisor"]] >= 3) return undefined
      const number = world.check(given["divisor"], one("from"))
      return number === undefined ? undefined : texts({ number })
    }
    case "oracle-table":
      return texts({ rows: world.table(given["count"], one("from")) })
    case "oracle-collect": {
      const items = slots["items"] as ReadonlyArray<readonly [string, Value]>
      return texts(world.collect(items.map(([label, value]) => ({ label, value: parse(value) }))))
    }
  }
}

const texts = (values: Readonly<Record<string, unknown>>): Texts =>
  Object.fromEntries(Object.entries(values).map(([output, value]) => [output, JSON.stringify(value)]))
