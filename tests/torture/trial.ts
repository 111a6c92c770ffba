// The pipeline of the torture: large files, lists, both loops, a failure, and a stage that gives other bytes each time.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, forEachRow, iterate, pick, range } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import { clamp, collect, double, subtract } from "../engine/fixtures/arithmetic.ts"
import { draw, script, shout } from "../engine/fixtures/unruly.ts"
import { doomed, grow, measure } from "./stages.ts"

export const trial = Pipeline.make(
  "trial",
  {
    params: Schema.Struct({
      count: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
      /** Where the items begin: trials that overlap share nodes. */
      first: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
      /** How many nodes start programs, each with a helper in a session of its own that does not end by itself. */
      programs: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0)))
    })
  },
  ({ count, first, programs }) => {
    const items = each("item", range(count), (item) => {
      const { bytes } = grow({ item: first + item }, {})
      return { bytes, number: measure({}, { bytes }).number }
    })
    const { rows, total } = collect({}, { items: items.map(pick("number")) })
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
    const said = each("program", range(programs), (program) =>
      script({ script: `setsid sleep 1000 >/dev/null 2>&1 & sleep 0.05; echo ${program}` }, {})
    )
    return {
      ...Object.fromEntries(said.map(({ label, text }) => [label, text])),
      total,
      spread: collect({}, { items: doubled }).total,
      end: double({}, { number }).number,
      doomed: doomed({}, { number: one }).number,
      loud: shout({}, { text: draw({}, {}).text }).text,
      large: items[0].bytes
    }
  }
)
