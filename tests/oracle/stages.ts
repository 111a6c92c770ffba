// The oracle's stages: small sums whose code and tool have versions that tests change between runs.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput, StageFailure } from "../../pipeline/outcome.ts"
import * as Stage from "../../pipeline/Stage.ts"
import type { Tool } from "../../pipeline/Tool.ts"
import * as Kind from "../../schemas/Kind.ts"
import type { Rows } from "../../schemas/Kind.ts"
import * as world from "./world.ts"

const columns = {
  id: { type: "string", unit: "", description: "Name of the row." },
  value: { type: "float64", unit: "", description: "Its value." }
} as const

export const Number = Kind.json("oracle-number", Schema.Struct({ value: Schema.Finite }))

/** Rows as JSON, which is faster than Parquet and as good here. */
export const Table = Kind.make<Rows<typeof columns>>({
  name: "oracle-rows",
  form: "rows",
  media: "application/json",
  big: false,
  encode: async (rows, sink) => sink.write(Buffer.from(JSON.stringify(rows))),
  decode: async (source) => JSON.parse(Buffer.from(source.bytes()).toString("utf8")) as Rows<typeof columns>
})

const tool: Tool = {
  name: "oracle-tool",
  purpose: "the oracle",
  locate: () => "/bin/sh",
  identify: async () => `version ${world.world.tool}`,
  get question() {
    return `version ${world.world.tool}`
  },
  install: "It comes with the system."
}

const resources = () => ({ cores: world.world.cores, memory: 64 })

export const source = Stage.make("oracle-source", {
  module: import.meta.url,
  params: Schema.Struct({
    value: Schema.Finite,
    limit: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1000)))
  }),
  inputs: {},
  outputs: { number: Number },
  resources,
  run: ({ params: { limit, value } }) => Effect.succeed({ number: world.source(value, limit) })
})

export const combine = Stage.make("oracle-combine", {
  module: import.meta.url,
  params: Schema.Struct({ factor: Schema.Finite }),
  inputs: { left: Number, right: Number, extra: Stage.optional(Number) },
  outputs: { number: Number, low: Number },
  tools: [tool],
  resources,
  run: ({ inputs: { extra, left, right }, params: { factor } }) =>
    Effect.succeed(world.combine(factor, left.value, right.value, extra?.value))
})

/** Fails where its divisor divides, and as often as the machine spoils it. */
export const check = Stage.make("oracle-check", {
  module: import.meta.url,
  params: Schema.Struct({ divisor: Schema.Finite }),
  inputs: { from: Number },
  outputs: { number: Number },
  resources,
  run: ({ inputs: { from }, params: { divisor } }) =>
    Effect.suspend(() => {
      const { tries, trouble } = world.world
      const name = `${divisor} ${from.value}`
      const n = (tries.get(name) ?? 0) + 1
      tries.set(name, n)
      if (n <= trouble[divisor]) {
        return Effect.fail(new StageFailure("NodeFailed", "the machine went down", "run again"))
      }
      const number = world.check(divisor, from.value)
      return number === undefined
        ? Effect.fail(badInput(`${divisor} divides it`, "another number"))
        : Effect.succeed({ number })
    })
})

export const table = Stage.make("oracle-table", {
  module: import.meta.url,
  params: Schema.Struct({ count: Schema.Finite }),
  inputs: { from: Number },
  outputs: { rows: Table },
  resources,
  run: ({ inputs: { from }, params: { count } }) => Effect.succeed({ rows: world.table(count, from.value) })
})

export const collect = Stage.make("oracle-collect", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { items: Stage.list({ number: Number }) },
  outputs: { total: Number, rows: Table },
  resources,
  run: ({ inputs: { items } }) =>
    Effect.succeed(world.collect(items.map(({ label, number }) => ({ label, value: number.value }))))
})
