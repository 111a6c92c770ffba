// Reads what a bench's pipeline left in its store.
import { createReadStream } from "node:fs"
import * as Store from "../cache/Store.ts"
import type { Pipeline } from "../pipeline/Pipeline.ts"

/** Target -> value. Throws where a target was not made. */
export const targetsOf = async (
  pipeline: Pipeline,
  params: Readonly<Record<string, unknown>>,
  summary: { readonly targets: Readonly<Record<string, string | null>> },
  store: string
): Promise<Readonly<Record<string, unknown>>> => {
  const { contents } = Store.open(store)
  const entries = Object.entries(pipeline.build(params).targets).map(async ([name, { kind }]) => {
    const digest = summary.targets[name]
    if (typeof digest !== "string") throw new Error(`${name} was not made: see largo logs`)
    const bytes = () => contents.read(digest)
    const chunks = () => createReadStream(contents.pathOf(digest))
    return [name, await kind.decode({ path: contents.pathOf(digest), bytes, chunks })] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
