// The graphs of the scale bench: chains of ten small nodes gathered by one, and programs that do nothing.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, pick, range } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import * as Stage from "../../pipeline/Stage.ts"
import type { Tool } from "../../pipeline/Tool.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import * as Kind from "../../schemas/Kind.ts"

const Value = Kind.json("bench-value", Schema.Struct({ value: Schema.Finite }))

const first = Stage.make("bench-first", {
  module: import.meta.url,
  params: Schema.Struct({ index: Schema.Int, salt: Schema.Int }),
  inputs: {},
  outputs: { value: Value },
  run: ({ params: { index } }) => Effect.succeed({ value: { value: index } })
})

const next = Stage.make("bench-next", {
  module: import.meta.url,
  params: Schema.Struct({ depth: Schema.Int }),
  inputs: { value: Value },
  outputs: { value: Value },
  run: ({ inputs: { value }, params: { depth } }) =>
    Effect.succeed({ value: { value: value.value + depth / 16 } })
})

const gather = Stage.make("bench-gather", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { rows: Stage.list({ value: Value }) },
  outputs: { value: Value },
  run: ({ inputs: { rows } }) =>
    Effect.succeed({ value: { value: rows.reduce((sum, { value }) => sum + value.value, 0) } })
})

const Salt = Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))

/** Chains of ten nodes, gathered by one: `nodes` in all, where that ends in 1. Another `salt` is another graph. */
export const chains = Pipeline.make(
  "bench-chains",
  { params: Schema.Struct({ nodes: Schema.Int, salt: Salt }) },
  ({ nodes, salt }) => {
    const rows = each("chain", range(Math.floor((nodes - 1) / 10)), (index) => {
      let { value } = first({ index, salt }, {})
      for (const depth of range(9)) value = next({ depth }, { value }).value
      return { value }
    })
    return gather({}, { rows: rows.map(pick("value")) })
  }
)

const nothing: Tool = {
  name: "true",
  purpose: "the bench of programs",
  locate: () => "/bin/true",
  identify: () => Promise.resolve("true"),
  install: "It comes with every Unix."
}

const program = Stage.make("bench-program", {
  module: import.meta.url,
  params: Schema.Struct({ index: Schema.Int }),
  inputs: {},
  outputs: { value: Value },
  tools: [nothing],
  run: Effect.fnUntraced(function* ({ params: { index } }) {
    const workspace = yield* Workspace
    const { code } = yield* workspace.run("true", [])
    return { value: { value: index + code } }
  })
})

/** As many nodes as asked, each of which starts `/bin/true`. */
export const programs = Pipeline.make(
  "bench-programs",
  { params: Schema.Struct({ nodes: Schema.Int }) },
  ({ nodes }) =>
    Object.fromEntries(range(nodes).map((index) => [`value${index}`, program({ index }, {}).value]))
)
