// A pipeline with a node that waits for a file, with helpers of every stubborn sort beside it.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Pipeline from "../../../pipeline/Pipeline.ts"
import * as Stage from "../../../pipeline/Stage.ts"
import { Workspace } from "../../../pipeline/Workspace.ts"
import * as Kind from "../../../schemas/Kind.ts"
import { shell } from "./shell.ts"

const Text = Kind.json("text", Schema.Struct({ text: Schema.String }))

export const prepare = Stage.make("prepare", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { ready: Text },
  run: () => Effect.succeed({ ready: { text: "ready" } })
})

/** Writes the pids of all its processes, one of which leaves for a session of its own, and waits for a file. */
const script = `
if [ ! -e "$1/open" ]; then
  setsid sleep 1000 &
  echo $! >> "$1/pids.draft"
  sh -c 'test -e "$0/polite" || trap "" TERM; echo $$ >> "$0/pids.draft"; touch "$0/inner"; sleep 1000' "$1" &
  while [ ! -e "$1/inner" ]; do sleep 0.01; done
  echo $$ >> "$1/pids.draft"
  mv "$1/pids.draft" "$1/pids"
  sleep 1000
fi
echo "the gate is open"
`

export const pass = Stage.make("pass", {
  module: import.meta.url,
  params: Schema.Struct({ folder: Schema.String }),
  inputs: { ready: Text },
  outputs: { passed: Text },
  tools: [shell],
  run: Effect.fnUntraced(function* ({ params }) {
    const workspace = yield* Workspace
    const { tail } = yield* workspace.run("shell", ["-c", script, "sh", params.folder])
    return { passed: { text: tail } }
  })
})

export const gate = Pipeline.make(
  "gate",
  { params: Schema.Struct({ folder: Schema.String }) },
  ({ folder }) => {
    const { ready } = prepare({}, {})
    return { passed: pass({ folder }, { ready }).passed }
  }
)
