// A pipeline whose one stage needs a tool that no machine has.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Pipeline from "../../../pipeline/Pipeline.ts"
import * as Stage from "../../../pipeline/Stage.ts"
import type { Tool } from "../../../pipeline/Tool.ts"
import * as Kind from "../../../schemas/Kind.ts"

const Text = Kind.json("text", Schema.Struct({ text: Schema.String }))

const unobtainium: Tool = {
  name: "unobtainium",
  purpose: "flying",
  locate: () => undefined,
  identify: async () => "",
  install: "Nobody can install it."
}

export const fly = Stage.make("fly", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { text: Text },
  tools: [unobtainium],
  run: () => Effect.succeed({ text: { text: "flying" } })
})

export const lacking = Pipeline.make("lacking", { params: Schema.Struct({}) }, () => ({
  text: fly({}, {}).text
}))
