// Checks that the programs of an attempt are here what they were where its key was made: another build gives other numbers.
import type { Attempt } from "./Attempt.ts"
import { StageFailure } from "./outcome.ts"
import type { ErasedStage } from "./Stage.ts"

/** What was asked in this process, by tool and path. */
const asked = new Map<string, Promise<string>>()

/** Throws `StageFailure` with both identities where they differ. */
export const checkTools = async (stage: ErasedStage, { tools }: Attempt): Promise<void> => {
  for (const tool of stage.tools) {
    const found = tools[tool.name]
    if (found === undefined) continue
    const id = `${tool.name} ${found.path}`
    if (!asked.has(id)) asked.set(id, tool.identify(found.path))
    const fix = "load the same modules in the job (modules in largo.config.ts) as on the login node"
    const here = await asked.get(id)!.catch((error: unknown) => {
      const said = error instanceof Error ? error.message.split("\n")[0] : String(error)
      throw new StageFailure("NodeFailed", `${found.path} does not start in the job: ${said}`, fix)
    })
    if (here === found.identity) continue
    throw new StageFailure(
      "NodeFailed",
      `${tool.name} is another one in the job: "${here.slice(0, 200)}", where the run began with "${found.identity.slice(0, 200)}"`,
      fix,
      true
    )
  }
}
