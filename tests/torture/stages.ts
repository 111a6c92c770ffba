// The stages of the torture: a large file with a log, what reads it, a list, a program, and one that always fails.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageFailure, toolFailed } from "../../pipeline/outcome.ts"
import * as Stage from "../../pipeline/Stage.ts"
import type { Tool } from "../../pipeline/Tool.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import * as Kind from "../../schemas/Kind.ts"
import type { Rows } from "../../schemas/Kind.ts"
import { Number } from "../engine/fixtures/arithmetic.ts"
import { Text } from "../engine/fixtures/unruly.ts"

const columns = {
  id: { type: "string", unit: "", description: "Name of the row." },
  value: { type: "float64", unit: "", description: "Its value." }
} as const

/** Rows as JSON: what Parquet needs would take longer to load than all else does to run. */
const Items = Kind.make<Rows<typeof columns>>({
  name: "torture-items",
  form: "rows",
  media: "application/json",
  big: false,
  encode: async (rows, sink) => sink.write(Buffer.from(JSON.stringify(rows))),
  decode: async (source) => JSON.parse(Buffer.from(source.bytes()).toString("utf8")) as Rows<typeof columns>
})

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

export const gather = Stage.make("torture-gather", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { items: Stage.list({ number: Number }) },
  outputs: { rows: Items, total: Number },
  deterministic: true,
  run: ({ inputs: { items } }) =>
    Effect.succeed({
      rows: items.map(({ label, number }) => ({ id: label, value: number.value })),
      total: { value: items.reduce((sum, { number }) => sum + number.value, 0) }
    })
})

const shell: Tool = {
  name: "torture-shell",
  purpose: "the torture",
  locate: () => "/bin/sh",
  identify: async () => "a shell",
  install: "It comes with the system."
}

/** A program with a helper that moves to a session of its own and does not end by itself. Tried again where it is killed. */
export const toil = Stage.make("torture-toil", {
  module: import.meta.url,
  params: Schema.Struct({ item: Schema.Finite }),
  inputs: {},
  outputs: { text: Text },
  tools: [shell],
  resources: { cores: 1, memory: 16 },
  run: Effect.fnUntraced(function* ({ params: { item } }) {
    const ws = yield* Workspace
    const script = `setsid sleep 1000 >/dev/null 2>&1 & sleep 0.2; echo ${item}`
    const { code, tail } = yield* ws.run("torture-shell", ["-c", script])
    if (code !== 0) return yield* Effect.fail(new StageFailure("NodeFailed", `${code}: ${tail}`, "run again"))
    return { text: { text: yield* ws.readText("torture-shell.out") } }
  })
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
