// The smallest pipeline: two stages, a loop, and a loop whose end is known only while running.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, iterate, pick, range } from "../pipeline/combinators.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import * as Stage from "../pipeline/Stage.ts"
import * as Kind from "../schemas/Kind.ts"

const Number = Kind.json("number", Schema.Struct({ value: Schema.Finite }))

/** Squares a number. */
export const square = Stage.make("square", {
  module: import.meta.url,
  params: Schema.Struct({ value: Schema.Finite }),
  inputs: {},
  outputs: { squared: Number },
  deterministic: true,
  run: ({ params }) => Effect.succeed({ squared: { value: params.value ** 2 } })
})

/** Halves a number. */
export const halve = Stage.make("halve", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { number: Number },
  outputs: { half: Number },
  deterministic: true,
  run: ({ inputs: { number } }) => Effect.succeed({ half: { value: number.value / 2 } })
})

/** Adds numbers up. */
export const sum = Stage.make("sum", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { numbers: Stage.list({ squared: Number }) },
  outputs: { total: Number },
  deterministic: true,
  run: ({ inputs: { numbers } }) =>
    Effect.succeed({ total: { value: numbers.reduce((total, { squared }) => total + squared.value, 0) } })
})

export const hello = Pipeline.make(
  "hello",
  { params: Schema.Struct({ count: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))) }) },
  ({ count }) => {
    const squares = each("value", range(count), (value) => square({ value }, {}))
    const { total } = sum({}, { numbers: squares.map(pick("squared")) })
    const { half } = iterate({
      init: { half: total },
      step: (state) => halve({}, { number: state.half }),
      until: { read: "half", done: ({ value }) => value < 1 },
      max: 20
    })
    return { total, half }
  }
)
