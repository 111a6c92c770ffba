// A pipeline whose nodes note each of their starts, wait for a file, and ask for as much memory as they are told.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, range } from "../../../../pipeline/combinators.ts"
import { toolFailed } from "../../../../pipeline/outcome.ts"
import * as Pipeline from "../../../../pipeline/Pipeline.ts"
import * as Stage from "../../../../pipeline/Stage.ts"
import { Workspace } from "../../../../pipeline/Workspace.ts"
import * as Kind from "../../../../schemas/Kind.ts"
import { shell } from "../../../cli/pipelines/shell.ts"

const Text = Kind.json("counted-text", Schema.Struct({ text: Schema.String }))

const script = `
echo "$2" >>"$1/starts"
while [ ! -e "$1/open" ]; do sleep 0.05; done
[ "$3" = 0 ] || head -c "$3" /dev/zero | tail | wc -c
echo "passed $2"
`

export const pass = Stage.make("pass", {
  module: import.meta.url,
  params: Schema.Struct({ folder: Schema.String, index: Schema.Int, bytes: Schema.Int }),
  inputs: {},
  outputs: { passed: Text },
  tools: [shell],
  deterministic: true,
  resources: { cores: 1, memory: 64, walltime: 600 },
  run: Effect.fnUntraced(function* ({ params: { bytes, folder, index } }) {
    const workspace = yield* Workspace
    const args = ["-c", script, "sh", folder, String(index), String(bytes)]
    const { code, tail } = yield* workspace.run("shell", args)
    if (code !== 0) return yield* Effect.fail(toolFailed(`the shell ended with ${code}`, "look"))
    return { passed: { text: tail } }
  })
})

const zero = Effect.succeed(0)

export const counted = Pipeline.make(
  "counted",
  {
    params: Schema.Struct({
      folder: Schema.String,
      count: Schema.Int,
      bytes: Schema.Int.pipe(Schema.withDecodingDefaultKey(zero))
    })
  },
  ({ bytes, count, folder }) => {
    const items = each("index", range(count), (index) => pass({ folder, index, bytes }, {}))
    return Object.fromEntries(items.map(({ label, passed }) => [label, passed]))
  }
)
