// Typed edges, checked by the compiler alone: each expected error below is a mistake that must not compile.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Artifact } from "../../pipeline/Artifact.ts"
import { each, forEachRow, iterate, pick, range } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import * as Stage from "../../pipeline/Stage.ts"
import * as Kind from "../../schemas/Kind.ts"

const D = { type: "float64", unit: "1e-9 m2/s", description: "Diffusion coefficient." } as const
const T = { type: "float64", unit: "K", description: "Temperature." } as const

const Diffusion = Kind.table("diffusion", { D, T })
const Wide = Kind.table("wide", { D, T, name: { type: "string", unit: "", description: "Of the sample." } })
const OtherUnit = Kind.table("other-unit", { D: { ...D, unit: "m2/s" }, T })
const OtherType = Kind.table("other-type", { D: { ...D, type: "string" }, T })
const Lacking = Kind.table("lacking", { T })
const Number = Kind.json("number", Schema.Struct({ value: Schema.Finite }))
const Namesake = Kind.json("namesake", Schema.Struct({ value: Schema.Finite }))
const Picture = Kind.file("picture", "image/png")
const Movie = Kind.file("movie", "video/mp4")

const source = Stage.make("types-source", {
  module: import.meta.url,
  params: Schema.Struct({ n: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))) }),
  inputs: {},
  outputs: {
    diffusion: Diffusion,
    wide: Wide,
    otherUnit: OtherUnit,
    otherType: OtherType,
    lacking: Lacking,
    number: Number,
    namesake: Namesake,
    picture: Picture,
    movie: Movie
  },
  run: ({ params: { n } }) =>
    Effect.succeed({
      diffusion: [{ D: n, T: 1 }],
      wide: [{ D: n, T: 1, name: "a" }],
      otherUnit: [],
      otherType: [{ D: "a", T: 1 }],
      lacking: [{ T: 1 }],
      number: { value: n },
      namesake: { value: n },
      picture: { path: "a.png" },
      movie: { path: "a.mp4" }
    })
})

const use = Stage.make("types-use", {
  module: import.meta.url,
  params: Schema.Struct({ window: Schema.Tuple([Schema.Finite, Schema.Finite]) }),
  inputs: {
    diffusion: Diffusion,
    rows: Stage.list({ number: Number, diffusion: Diffusion }),
    number: Stage.optional(Number)
  },
  outputs: { number: Number },
  run: ({ inputs: { diffusion, number, rows }, params: { window } }) => {
    const label: string = rows[0].label
    // @ts-expect-error a column that the slot does not declare
    void diffusion[0].name
    // @ts-expect-error an optional input may be missing
    void number.value
    // @ts-expect-error a param that does not exist
    void window.start
    const value =
      (diffusion[0].D ?? 0) + rows[0].number.value + (number?.value ?? 0) + window[0] + label.length
    return Effect.succeed({ number: { value } })
  }
})

const look = Stage.make("types-look", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { picture: Picture },
  outputs: { number: Number },
  run: ({ inputs: { picture } }) => Effect.succeed({ number: { value: picture.path.length } })
})

Stage.make("types-wrong-value", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { number: Number },
  // @ts-expect-error an output of another form
  run: () => Effect.succeed({ number: { value: "one" } })
})

Stage.make("types-missing-output", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { number: Number, diffusion: Diffusion },
  // @ts-expect-error an output that is not returned
  run: () => Effect.succeed({ number: { value: 1 } })
})

Stage.make("types-undeclared-failure", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { number: Number },
  // @ts-expect-error a failure that is no StageFailure
  run: () => Effect.fail("something")
})

const window = [0, 1] as const

export const typed = Pipeline.make("typed", { params: Schema.Struct({ count: Schema.Int }) }, ({ count }) => {
  const made = source({}, {})
  const { diffusion, number, wide } = made
  const systems = each("sample", range(count), (n) => source({ n }, {}))
  const rows = systems.map(pick("number", "diffusion"))

  use({ window }, { diffusion, rows })
  use(
    { window },
    { diffusion: wide, rows: [{ number, diffusion: wide, label: "extra columns are welcome" }], number }
  )
  // Rows may carry more than the slot takes.
  use({ window }, { diffusion, rows: systems })

  // @ts-expect-error a column in another unit
  use({ window }, { diffusion: made.otherUnit, rows })
  // @ts-expect-error a column of another type
  use({ window }, { diffusion: made.otherType, rows })
  // @ts-expect-error a table that lacks a column
  use({ window }, { diffusion: made.lacking, rows })
  // @ts-expect-error another kind of the same structure
  use({ window }, { diffusion, rows, number: made.namesake })
  // @ts-expect-error JSON for a table
  use({ window }, { diffusion: number, rows })
  // @ts-expect-error a table for JSON
  use({ window }, { diffusion, rows, number: diffusion })
  // @ts-expect-error a file of another kind
  look({}, { picture: made.movie })
  // @ts-expect-error a slot that is left out
  use({ window }, { rows })
  // @ts-expect-error a slot that does not exist
  use({ window }, { diffusion, rows, extra: number })
  // @ts-expect-error a row that lacks a field
  use({ window }, { diffusion, rows: [{ number }] })
  // @ts-expect-error a row with a field of another kind
  use({ window }, { diffusion, rows: [{ number: made.namesake, diffusion }] })
  // @ts-expect-error a list for one artifact
  use({ window }, { diffusion: [diffusion], rows })
  // @ts-expect-error one artifact for a list
  use({ window }, { diffusion, rows: number })
  // @ts-expect-error all outputs for one artifact
  use({ window }, { diffusion: made, rows })
  // @ts-expect-error a value for an artifact
  use({ window }, { diffusion: [{ D: 1, T: 1 }], rows })
  // @ts-expect-error a param of another type
  source({ n: "3" }, {})
  // @ts-expect-error a param that does not exist
  source({ m: 3 }, {})
  // @ts-expect-error a param that is left out
  use({}, { diffusion, rows })
  // @ts-expect-error an output that does not exist
  void made.nothing
  // @ts-expect-error a field that the rows do not have
  void systems.map(pick("nothing"))

  const last = iterate({
    init: { number },
    step: (state) => use({ window }, { diffusion, rows: [{ number: state.number, diffusion }] }),
    until: { read: "number", done: ({ value }) => value > 3 },
    max: 3
  })
  iterate({
    init: { number },
    // @ts-expect-error a state that loses what the next step needs
    step: () => ({ wide }),
    until: { read: "number", done: () => true },
    max: 3
  })
  iterate({
    init: { number },
    step: (state) => state,
    // @ts-expect-error a decision on what the state does not have
    until: { read: "diffusion", done: () => true },
    max: 3
  })
  const grown = forEachRow(
    wide,
    ({ name }) => `name=${name ?? ""}`,
    (row) => ({ ...source({ n: row.D ?? 0 }, {}) })
  )
  use({ window }, { diffusion, rows: grown })
  const label = (): string => ""
  const narrow = forEachRow(wide, label, () => ({ number }))
  // @ts-expect-error rows that lack a field
  use({ window }, { diffusion, rows: narrow })
  // @ts-expect-error a column that the table does not have
  forEachRow(wide, label, ({ radius }) => ({ number, radius }))

  const handle: Artifact<{ readonly value: number }> = number
  return { last: last.number, handle }
})

// @ts-expect-error a target that is no artifact
Pipeline.make("typed-wrong", { params: Schema.Struct({}) }, () => ({ value: 1 }))
