// A pipeline whose node says that it is half way, waits for a file, and ends with the status that the file holds.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { toolFailed } from "../../../pipeline/outcome.ts"
import * as Pipeline from "../../../pipeline/Pipeline.ts"
import * as Stage from "../../../pipeline/Stage.ts"
import { Workspace } from "../../../pipeline/Workspace.ts"
import * as Kind from "../../../schemas/Kind.ts"
import { shell } from "./shell.ts"

const Text = Kind.json("text", Schema.Struct({ text: Schema.String }))

/** It says so again and again: progress is told at most every second. */
const script = `
while [ ! -e "$1" ]; do echo 5; sleep 0.05; done
exit "$(cat "$1")"
`

export const simulate = Stage.make("simulate", {
  module: import.meta.url,
  params: Schema.Struct({ file: Schema.String }),
  inputs: {},
  outputs: { text: Text },
  tools: [shell],
  run: Effect.fnUntraced(function* ({ params }) {
    const workspace = yield* Workspace
    let told = 0
    const onOutput = (): void => {
      told += 1
      workspace.progress(0.5, "step 5 of 10", { done: told, unit: "ns" })
    }
    const { code } = yield* workspace.run("shell", ["-c", script, "sh", params.file], { onOutput })
    if (code !== 0) return yield* Effect.fail(toolFailed(`it ended with ${code}`, "write 0 into the file"))
    return { text: { text: "done" } }
  })
})

export const slow = Pipeline.make("slow", { params: Schema.Struct({ file: Schema.String }) }, ({ file }) => ({
  text: simulate({ file }, {}).text
}))
