// A spec as a pipeline: the statements as stage calls and combinators.
import * as Schema from "effect/Schema"
import type { Artifact } from "../../pipeline/Artifact.ts"
import { forEachRow, iterate, labelled } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import type { Item, Ref, Spec } from "./spec.ts"
import * as stages from "./stages.ts"
import type { NumberValue } from "./world.ts"

type AnArtifact = Artifact<unknown>
type ANumber = Parameters<typeof stages.check>[1]["from"]
type ATable = ReturnType<typeof stages.table>["rows"]

/** The pipeline of a spec; every number and table of it is a target `ID.OUTPUT`. */
export const pipelineOf = (spec: Spec): Pipeline.Pipeline =>
  Pipeline.make("oracle", { params: Schema.Struct({}) }, () => {
    const made = new Map<string, Readonly<Record<string, AnArtifact>>>()
    const at = ({ item, output }: Ref): AnArtifact => made.get(item)![output]
    const number = (ref: Ref): ANumber => at(ref) as ANumber
    const table = (ref: Ref): ATable => at(ref) as ATable
    for (const item of spec)
      made.set(
        item.id,
        labelled(item.id, () => statement(item, number, table))
      )
    return Object.fromEntries(
      [...made].flatMap(([id, outputs]) =>
        Object.entries(outputs).map(([output, artifact]) => [`${id}.${output}`, artifact])
      )
    )
  })

const statement = (
  item: Item,
  number: (ref: Ref) => ANumber,
  table: (ref: Ref) => ATable
): Readonly<Record<string, AnArtifact>> => {
  switch (item.op) {
    case "source": {
      const { limit, value } = item
      return stages.source(limit === undefined ? { value } : { value, limit }, {})
    }
    case "combine": {
      const { extra, factor, left, right } = item
      const inputs = { left: number(left), right: number(right) }
      return stages.combine({ factor }, extra === undefined ? inputs : { ...inputs, extra: number(extra) })
    }
    case "check":
      return stages.check({ divisor: item.divisor }, { from: number(item.from) })
    case "table":
      return stages.table({ count: item.count }, { from: number(item.from) })
    case "collect":
      return stages.collect(
        {},
        { items: item.items.map(({ from, label }) => ({ label, number: number(from) })) }
      )
    case "each": {
      const other = number(item.other)
      const items = forEachRow(
        table(item.table),
        ({ id }) => id ?? "",
        ({ value }) => {
          const own = stages.source({ value: value ?? 0 }, {}).number
          return item.deep
            ? loop(own, other, 3, 2)
            : { number: stages.combine({ factor: 1 }, { left: own, right: other }).number }
        }
      )
      const { total } = stages.collect({}, { items })
      return { total }
    }
    case "loop":
      return loop(number(item.init), number(item.other), item.stop, item.max)
  }
}

const loop = (init: ANumber, other: ANumber, stop: number, max: number) =>
  iterate({
    init: { number: init },
    step: (state) => ({ number: stages.combine({ factor: 1 }, { left: state.number, right: other }).number }),
    until: { read: "number", done: ({ value }: NumberValue) => value % stop === 0 },
    max
  })
