// A pipeline with one node that fails as long as a file is missing, one that needs it, and one that does not.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { toolFailed } from "../../../pipeline/outcome.ts"
import * as Pipeline from "../../../pipeline/Pipeline.ts"
import * as Stage from "../../../pipeline/Stage.ts"
import { Workspace } from "../../../pipeline/Workspace.ts"
import * as Kind from "../../../schemas/Kind.ts"
import { shell } from "./shell.ts"

const Text = Kind.json("text", Schema.Struct({ text: Schema.String }))

export const fragile = Stage.make("fragile", {
  module: import.meta.url,
  params: Schema.Struct({ file: Schema.String }),
  inputs: {},
  outputs: { text: Text },
  tools: [shell],
  run: Effect.fnUntraced(function* ({ params }) {
    const workspace = yield* Workspace
    const { code } = yield* workspace.run("shell", [
      "-c",
      'echo "looking for $1"; test -e "$1"',
      "sh",
      params.file
    ])
    if (code !== 0)
      return yield* Effect.fail(toolFailed(`the shell ended with status ${code}`, "make the file"))
    return { text: { text: "found" } }
  })
})

export const sturdy = Stage.make("sturdy", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { text: Text },
  run: () => Effect.succeed({ text: { text: "sturdy" } })
})

export const reader = Stage.make("reader", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { text: Text },
  outputs: { text: Text },
  run: ({ inputs }) => Effect.succeed({ text: inputs.text })
})

export const failing = Pipeline.make(
  "failing",
  { params: Schema.Struct({ file: Schema.String }) },
  ({ file }) => ({
    read: reader({}, { text: fragile({ file }, {}).text }).text,
    sturdy: sturdy({}, {}).text
  })
)

/** The closing words, which the command line prints after success. */
export const summary = async (values: (target: string) => Promise<unknown>): Promise<string> =>
  `what was read: ${JSON.stringify(await values("read"))}`
