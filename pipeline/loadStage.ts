// Loads the stage of an attempt, and makes sure that its code is still the code that the attempt's key stands for.
import { join } from "node:path"
import type { Store } from "../cache/Store.ts"
import type { Attempt } from "./Attempt.ts"
import * as CodeId from "./CodeId.ts"
import * as memo from "./memo.ts"
import { StageFailure } from "./outcome.ts"
import * as registry from "./registry.ts"
import type { ErasedStage } from "./Stage.ts"
import { changedFiles } from "./Why.ts"

/** Code as it was when this process loaded it, by store: files are read once, like modules. */
const codes = new Map<string, CodeId.CodeIds>()

const codesOf = (store: Store): CodeId.CodeIds => {
  let known = codes.get(store.local)
  if (known === undefined)
    codes.set(store.local, (known = CodeId.make(memo.open(join(store.local, "syntax.json")))))
  return known
}

/** Imports the module of an attempt's stage. Throws `StageFailure` where its code was edited after the run began. */
export const loadStage = async (store: Store, attempt: Attempt): Promise<ErasedStage> => {
  const { module, manifest } = attempt
  if (registry.find(manifest.stage) === undefined) await import(module)
  const stage = registry.find(manifest.stage)
  if (stage === undefined) throw new Error(`${module} does not make the stage ${manifest.stage}`)
  const code = codesOf(store).of(stage)
  if (CodeId.filesDigest(code) === attempt.codeFiles) return stage
  const before = JSON.parse(store.contents.read(attempt.codeFiles).toString("utf8")) as Record<string, string>
  const files = changedFiles({ before, after: code.files }).join(", ")
  throw new StageFailure(
    "NodeFailed",
    `the code of stage ${manifest.stage} changed after the run had begun: ${files}`,
    "run again: the new code has a key of its own",
    true
  )
}
