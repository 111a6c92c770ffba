// Brings a text into the graph, such as the script of another language: known by what it says, wherever its file lies.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import { TextFile } from "../schemas/TextFile.ts"

export const loadText = Stage.make("load-text", {
  module: import.meta.url,
  params: Schema.Struct({ text: Schema.String }),
  inputs: {},
  outputs: { file: TextFile },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params: { text } }) {
    const ws = yield* Workspace
    yield* ws.write("text.txt", text)
    return { file: { path: "text.txt" } }
  })
})
