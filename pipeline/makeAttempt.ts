// Makes the attempt at a node that is to run: who it is, what it reads, and what it gets of the machine.
import { join } from "node:path"
import type { Attempt } from "./Attempt.ts"
import type { StageNode } from "./Graph.ts"
import type { Past } from "./Plan.ts"
import type { Again } from "./retry.ts"
import type { Session } from "./Session.ts"
import type { Resources } from "./Stage.ts"
import type { RunState } from "./State.ts"

/** Default resources of an attempt: one core, 1 GiB, a day. */
const defaults = { cores: 1, memory: 1024, walltime: 86_400 }

/** The resources of a first attempt. */
export const granted = ({ cores, memory, walltime }: Resources): Required<Resources> => ({
  cores: cores ?? defaults.cores,
  memory: memory ?? defaults.memory,
  walltime: walltime ?? defaults.walltime
})

export interface Around {
  readonly session: Session
  readonly past: Past
  /** What a stage gets of what it states; as it states where this is left out. */
  readonly resourcesOf: ((stage: string, stated: Resources) => Resources) | undefined
}

/** @param which the ids of run and attempt, its number, its rank, and what is different from the first one */
export const makeAttempt = (
  { past, resourcesOf, session }: Around,
  { name, params, stage }: StageNode,
  { key, manifest }: RunState,
  which: Pick<Attempt, "run" | "id" | "n" | "priority"> & { readonly next: Again | undefined }
): Attempt => {
  const { next, ...ids } = which
  const own = stage.resources(stage.decodeParams(params) as never)
  const stated = resourcesOf === undefined ? own : resourcesOf(stage.name, own)
  const resources = granted(stated)
  const expected = past.costOf(stage.name) ?? stated.walltime
  return {
    ...ids,
    node: name,
    key,
    module: stage.module,
    manifest,
    codeFiles: session.codeFilesOf(stage),
    tools: session.toolsOf(stage, params),
    store: session.store.root,
    folder: join(session.store.attempts, ids.id),
    ...resources,
    memory: next?.memory ?? resources.memory,
    ...(expected === undefined ? {} : { expected }),
    ...(next === undefined || next.avoid.length === 0 ? {} : { avoid: next.avoid })
  }
}
