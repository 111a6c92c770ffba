// A pipeline whose nodes pass on files that count as large.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, pick, range } from "../../../pipeline/combinators.ts"
import * as Pipeline from "../../../pipeline/Pipeline.ts"
import * as Stage from "../../../pipeline/Stage.ts"
import { Workspace } from "../../../pipeline/Workspace.ts"
import * as Kind from "../../../schemas/Kind.ts"

const Noise = Kind.file("noise", "application/octet-stream", { big: true })
const Length = Kind.json("length", Schema.Struct({ bytes: Schema.Int }))

export const record = Stage.make("record", {
  module: import.meta.url,
  params: Schema.Struct({ seed: Schema.Int }),
  inputs: {},
  outputs: { noise: Noise },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params: { seed } }) {
    const workspace = yield* Workspace
    yield* workspace.write("noise", Buffer.alloc(100_000, seed + 1))
    return { noise: { path: "noise" } }
  })
})

export const weigh = Stage.make("weigh", {
  module: import.meta.url,
  params: Schema.Struct({ unit: Schema.String }),
  inputs: { noises: Stage.list({ noise: Noise }) },
  outputs: { length: Length },
  run: ({ inputs: { noises } }) => Effect.succeed({ length: { bytes: noises.length * 100_000 } })
})

const Params = Schema.Struct({
  count: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))),
  unit: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("bytes")))
})

export const big = Pipeline.make("big", { params: Params }, ({ count, unit }) => {
  const noises = each("seed", range(count), (seed) => record({ seed }, {}))
  return { length: weigh({ unit }, { noises: noises.map(pick("noise")) }).length }
})

export const first = Pipeline.make("first", { params: Schema.Struct({}) }, () => ({
  noise: record({ seed: 0 }, {}).noise
}))
