// A stage that sleeps, and a pipeline of many of them.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, range } from "../pipeline/combinators.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import * as Stage from "../pipeline/Stage.ts"
import type { Tool } from "../pipeline/Tool.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import * as Kind from "../schemas/Kind.ts"

const sleep: Tool = {
  name: "sleep",
  purpose: "this bench",
  locate: () => "/bin/sleep",
  identify: async () => "sleep",
  install: ""
}

export const nap = Stage.make("nap", {
  module: import.meta.url,
  params: Schema.Struct({ index: Schema.Int, seconds: Schema.Finite }),
  inputs: {},
  outputs: { slept: Kind.json("slept", Schema.Struct({ seconds: Schema.Finite })) },
  tools: [sleep],
  resources: { cores: 1, memory: 64 },
  run: Effect.fnUntraced(function* ({ params: { seconds } }) {
    const ws = yield* Workspace
    yield* ws.run("sleep", [String(seconds)])
    return { slept: { seconds } }
  })
})

export const naps = Pipeline.make(
  "naps",
  { params: Schema.Struct({ count: Schema.Int, seconds: Schema.Finite }) },
  ({ count, seconds }) => {
    const all = each("index", range(count), (index) => nap({ index, seconds }, {}))
    return Object.fromEntries(all.map(({ label, slept }) => [label, slept]))
  }
)
