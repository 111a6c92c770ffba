// The pipelines of the torture: large files, lists, both loops, a failure, and a stage that gives other bytes each time.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, forEachRow, iterate, pick, range } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import { clamp, double, subtract } from "../engine/fixtures/arithmetic.ts"
import { draw, shout } from "../engine/fixtures/unruly.ts"
import { doomed, gather, grow, measure, toil } from "./stages.ts"

const whole = (value: number) => Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

const itemsOf = (count: number, first: number) =>
  each("item", range(count), (item) => {
    const { bytes } = grow({ item: first + item }, {})
    return { bytes, number: measure({}, { bytes }).number }
  })

/** Another pipeline, which shares nodes with the trial. */
export const part = Pipeline.make(
  "part",
  { params: Schema.Struct({ count: whole(2), first: whole(0) }) },
  ({ count, first }) => {
    const items = itemsOf(count, first)
    return { total: gather({}, { items: items.map(pick("number")) }).total, large: items[0].bytes }
  }
)

export const trial = Pipeline.make(
  "trial",
  {
    params: Schema.Struct({
      count: whole(2),
      /** Where the items begin: trials that overlap share nodes. */
      first: whole(0),
      /** How many nodes start programs, each with a helper in a session of its own that does not end by itself. */
      programs: whole(0)
    })
  },
  ({ count, first, programs }) => {
    const items = itemsOf(count, first)
    const { rows, total } = gather({}, { items: items.map(pick("number")) })
    const doubled = forEachRow(
      rows,
      ({ id }) => id ?? "",
      ({ value }) => double({}, clamp({ value: value ?? 0 }, {}))
    )
    const one = clamp({ value: 1 }, {}).number
    const { number } = iterate({
      init: clamp({ value: 3 }, {}),
      step: (state) => subtract({}, { from: state.number, what: one }),
      until: { read: "number", done: ({ value }) => value <= 1 },
      max: 5
    })
    // What comes after the programs has them run first; it is one node, since numbers cannot be said louder.
    const said = each("program", range(programs), (item) =>
      range(4).reduce((text) => shout({}, text), toil({ item }, {}))
    )
    return {
      ...Object.fromEntries(said.map(({ label, text }) => [label, text])),
      total,
      spread: gather({}, { items: doubled }).total,
      end: double({}, { number }).number,
      doomed: doomed({}, { number: one }).number,
      loud: shout({}, { text: draw({}, {}).text }).text,
      large: items[0].bytes
    }
  }
)
