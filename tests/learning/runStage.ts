// Runs a stage by itself, as an attempt would: params decoded, outputs encoded and decoded again by their kinds.
import { createRequire } from "node:module"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import type { InputValues, Outputs, OutputValues, Slots, Stage } from "../../pipeline/Stage.ts"
import { Workspace } from "../../pipeline/Workspace.ts"

const refuse = (): never => {
  throw new Error("no stage of the learning touches files or programs")
}

const workspace: Workspace["Service"] = {
  folder: "",
  write: refuse,
  read: refuse,
  readText: refuse,
  stream: refuse,
  exists: refuse,
  remove: refuse,
  run: refuse,
  identity: refuse,
  earlier: undefined,
  leaveCheckpoint: () => {},
  packageFolder: (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
  progress: () => {},
  cores: 1
}

export interface Ran<Out extends Outputs> {
  readonly outputs: OutputValues<Out>
  /** The stored bytes of each output. */
  readonly bytes: Readonly<Record<string, Buffer>>
}

/** Rejects with the stage's failure. */
export const runStage = async <E, In extends Slots, Out extends Outputs>(
  stage: Stage<E, In, Out>,
  params: E,
  inputs: InputValues<In>
): Promise<Ran<Out>> => {
  const context = { params: stage.decodeParams(params), inputs }
  const values = await Effect.runPromise(
    stage.run(context as never).pipe(Effect.provideService(Workspace, workspace))
  )
  const bytes: Record<string, Buffer> = {}
  const outputs: Record<string, unknown> = {}
  for (const [name, kind] of Object.entries(stage.outputs)) {
    const chunks: Array<Uint8Array> = []
    await kind.encode(values[name] as never, { write: (chunk) => chunks.push(chunk), file: refuse })
    const all = Buffer.concat(chunks)
    bytes[name] = all
    outputs[name] = await kind.decode({ path: "", bytes: () => all, chunks: refuse })
  }
  return { outputs: outputs as OutputValues<Out>, bytes }
}
