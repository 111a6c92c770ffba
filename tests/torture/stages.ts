// The stages of the torture: a large file with a log, what reads it, and one that always fails.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { toolFailed } from "../../pipeline/outcome.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import * as Kind from "../../schemas/Kind.ts"
import { Number } from "../engine/fixtures/arithmetic.ts"

export const Large = Kind.file("torture-large", "application/octet-stream", { big: true })

/** A large intermediate, with a log beside it. */
export const grow = Stage.make("torture-grow", {
  module: import.meta.url,
  params: Schema.Struct({ item: Schema.Finite }),
  inputs: {},
  outputs: { bytes: Large },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params: { item } }) {
    const ws = yield* Workspace
    yield* ws.write("log.grow", `grew ${item}\n`)
    yield* ws.write("grown.bin", `${item} `.repeat(500 + item))
    return { bytes: { path: "grown.bin" } }
  })
})

export const measure = Stage.make("torture-measure", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { bytes: Large },
  outputs: { number: Number },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs: { bytes } }) {
    const ws = yield* Workspace
    let length = 0
    for (const chunk of yield* chunksOf(ws.stream(bytes.path))) length += chunk.length
    return { number: { value: length } }
  })
})

const chunksOf = (stream: AsyncIterable<Uint8Array>) =>
  Effect.promise(async () => {
    const chunks: Array<Uint8Array> = []
    for await (const chunk of stream) chunks.push(chunk)
    return chunks
  })

export const doomed = Stage.make("torture-doomed", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { number: Number },
  outputs: { number: Number },
  run: Effect.fnUntraced(function* () {
    const ws = yield* Workspace
    yield* ws.write("log.doomed", "doom\n")
    return yield* Effect.fail(toolFailed("it is doomed", "nothing helps"))
  })
})
