// A plan: what a run would do with each node, as plain data, made before anything runs.
import type { Entry } from "../cache/ActionCache.ts"
import type * as Manifest from "../cache/Manifest.ts"
import type { Artifact } from "./Artifact.ts"
import * as Graph from "./Graph.ts"
import { grow } from "./grow.ts"
import * as Resolution from "./Resolution.ts"
import type { Session } from "./Session.ts"
import type { RunState, State, States } from "./State.ts"
import * as Why from "./Why.ts"

/** One node of a plan. */
export interface PlannedNode {
  readonly id: string
  readonly stage: string
  readonly state: "hit" | "restore" | "run" | "unknown" | "failed"
  /** Why it runs, what it waits for, or "" for a hit. */
  readonly why: string
  readonly key: string | null
  /** CPU seconds: what a hit took, else what past runs of its stage let expect; null where there was none. */
  readonly cost: number | null
}

export interface Plan {
  readonly summary: {
    readonly hit: number
    readonly restore: number
    readonly run: number
    readonly unknown: number
  }
  readonly nodes: ReadonlyArray<PlannedNode>
}

/** What earlier runs of a pipeline left: entries by node name, costs by stage. */
export interface Past {
  readonly entryOf: (node: string) => Entry | undefined
  /** Mean CPU seconds of a node of a stage. */
  readonly costOf: (stage: string) => number | undefined
}

/** Resolves all that is known without running anything; dynamic nodes grow as far as cached values let them. */
export const resolve = async (
  session: Session,
  targets: Iterable<Artifact<unknown>>,
  options: Resolution.Options
): Promise<Resolution.Resolution> => {
  const resolution = Resolution.start(session, targets, options)
  for (;;) {
    resolution.settle()
    const observations = resolution.takeObservations()
    if (observations.length === 0) {
      session.store.actions.saveIndex()
      return resolution
    }
    await grow(session, resolution, observations)
  }
}

/** Makes the plan for some targets of a graph. */
export const make = async (
  session: Session,
  targets: Iterable<Artifact<unknown>>,
  past: Past,
  options: Resolution.Options
): Promise<Plan> => {
  const { states } = await resolve(session, targets, options)
  const nodes = [...states]
    .sort(([a], [b]) => a.index - b.index)
    .map(([node, state]) => planned(session, past, states, node, state))
  const count = (wanted: PlannedNode["state"]): number => nodes.filter(({ state }) => state === wanted).length
  return {
    summary: { hit: count("hit"), restore: count("restore"), run: count("run"), unknown: count("unknown") },
    nodes
  }
}

const planned = (
  session: Session,
  past: Past,
  states: States,
  node: Graph.StageNode,
  state: State
): PlannedNode => {
  const { name: id, stage } = node
  // A hit says what it cost itself: the lists of earlier runs are read only where something is to run.
  if (state._tag === "hit") {
    return { id, stage: stage.name, state: "hit", why: "", key: state.key, cost: state.cpuSeconds }
  }
  const base = { id, stage: stage.name, cost: past.costOf(stage.name) ?? null }
  switch (state._tag) {
    case "done":
      return { ...base, state: "hit", why: "", key: state.key }
    case "run":
      return { ...base, ...toRun(session, past, node, state) }
    case "waiting":
      if (state.restores !== undefined) return { ...base, ...toRun(session, past, node, state.restores) }
      return { ...base, state: "unknown", why: unknown(session, past, states, node, state.on), key: null }
    case "failed": {
      const why = `earlier attempt failed: ${state.failure?.message ?? ""}; --retry-failed tries again`
      return { ...base, state: "failed", why, key: state.failure?.key ?? null }
    }
    case "skipped":
      return {
        ...base,
        state: "unknown",
        why: `until ${state.because.name}, ${state.because._tag === "dynamic" ? "whose function threw" : "which failed earlier"}`,
        key: null
      }
  }
}

/** What is said of a node that runs. */
export const toRun = (
  session: Session,
  past: Past,
  node: Graph.StageNode,
  state: RunState
): { readonly state: "run" | "restore"; readonly why: string; readonly key: string } => {
  const { key } = state
  if (state.restores !== undefined) return { state: "restore", why: "bytes missing", key }
  const { detail, reason } = why(session, past, node, state.manifest)
  return { state: "run", why: detail === "" ? reason : `${reason}: ${detail}`, key }
}

/** The named reason for which a node with this manifest runs. */
export const why = (
  session: Session,
  past: Past,
  node: Graph.StageNode,
  manifest: Manifest.Manifest
): Why.Why => {
  const earlier = past.entryOf(node.name)
  if (earlier === undefined) return { reason: "new", detail: "" }
  const files = () => ({ before: filesOf(session, earlier), after: session.codeOf(node.stage).files })
  return (
    Why.changed(earlier.manifest, manifest, files) ?? { reason: "never cached", detail: "its entry is gone" }
  )
}

const filesOf = (session: Session, entry: Entry): Readonly<Record<string, string>> => {
  try {
    return JSON.parse(session.store.contents.read(entry.codeFiles).toString("utf8")) as Record<string, string>
  } catch {
    return {} // The list was collected: the change is known, its files are not.
  }
}

/** What an unknown node waits for, and what of its own has changed already. */
const unknown = (
  session: Session,
  past: Past,
  states: States,
  node: Graph.StageNode,
  on: Graph.Node
): string => {
  const until = `until ${blocker(states, on)}`
  const earlier = past.entryOf(node.name)
  if (earlier === undefined) return until
  // Inputs are not known yet: they are taken as they were, so that only its own facts are compared.
  const digestless = { ...session.manifestOf(withoutInputs(node), () => ""), inputs: earlier.manifest.inputs }
  const files = () => ({ before: filesOf(session, earlier), after: session.codeOf(node.stage).files })
  const own = Why.changed(earlier.manifest, digestless, files)
  return own === undefined ? until : `${until}; ${own.reason}: ${own.detail}`
}

const withoutInputs = (node: Graph.StageNode): Graph.StageNode => ({ ...node, inputs: [] })

/** The node at the start of a chain of waiting nodes. */
const blocker = (states: States, on: Graph.Node): string => {
  let node = on
  for (;;) {
    if (node._tag === "dynamic") {
      const watched = Graph.resolve(node.watch).node
      if (watched === node) return node.name
      node = watched
      continue
    }
    const state = states.get(node)
    if (state?._tag !== "waiting" || state.on === node) return node.name
    node = state.on
  }
}
