// A plan: what a run would do with each node, as plain data, made before anything runs.
import type { Entry } from "../cache/ActionCache.ts"
import type { Failure } from "../cache/Failures.ts"
import * as Manifest from "../cache/Manifest.ts"
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
  /** The name of the reason why it runs, or would whatever its inputs turn out to be; null where there is none. */
  readonly reason: Why.Reason | null
  readonly key: string | null
  /** CPU seconds: what a hit or lost bytes took, else what past runs of its stage let expect; null where there was none. */
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
  /** The entry of the node's latest namesake that had a result, where it is still there. */
  readonly entryOf: (node: string) => Entry | undefined
  /** The key of the node's latest namesake, and whether it failed. */
  readonly lastOf: (node: string) => { readonly key: string; readonly failed: boolean } | undefined
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
    const { cpuSeconds: cost, key } = state
    return { id, stage: stage.name, state: "hit", why: "", reason: null, key, cost }
  }
  const base = { id, stage: stage.name, cost: past.costOf(stage.name) ?? null }
  const toRun = (run: RunState): PlannedNode => {
    const found = why(session, past, node, run)
    const { reason } = found
    return {
      ...base,
      // Lost bytes cost what they have cost before.
      ...(run.restores === undefined
        ? { state: "run" as const }
        : { state: "restore" as const, cost: run.restores.cpuSeconds }),
      why: Why.text(found),
      reason,
      key: run.key
    }
  }
  switch (state._tag) {
    case "done":
      return { ...base, state: "hit", why: "", reason: null, key: state.key }
    case "run":
      return toRun(state)
    case "waiting": {
      if (state.restores !== undefined) return toRun(state.restores)
      const own = ownReason(session, past, node)
      const until = `until ${blocker(states, state.on)}`
      const text = own === undefined ? until : `${until}; ${Why.text(own)}`
      return { ...base, state: "unknown", why: text, reason: own?.reason ?? null, key: null }
    }
    case "failed": {
      const failure = Why.text(failedBefore(state.failure))
      const text = `${failure}; --retry-failed tries again`
      const reason = "earlier attempt failed"
      return { ...base, state: "failed", why: text, reason, key: state.failure?.key ?? null }
    }
    case "skipped": {
      const failed = state.because._tag === "dynamic" ? "whose function threw" : "which failed earlier"
      const text = `until ${state.because.name}, ${failed}`
      return { ...base, state: "unknown", why: text, reason: null, key: null }
    }
  }
}

/** The named reason for which a node runs. */
export const why = (session: Session, past: Past, node: Graph.StageNode, state: RunState): Why.Why => {
  const { key, manifest, restores } = state
  const { contents, failures } = session.store
  if (restores !== undefined) {
    const lost = Object.entries(restores.outputs).filter(([, { digest }]) => !contents.has(digest))
    return { reason: "bytes missing", detail: lost.map(([output]) => output).join(", ") }
  }
  const last = past.lastOf(node.name)
  if (last === undefined) return { reason: "new", detail: "" }
  if (last.failed && last.key === key) return failedBefore(failures.lookup(key))
  const earlier = past.entryOf(node.name)
  const changed = earlier && Why.changed(earlier.manifest, manifest, around(session, earlier, node))
  if (changed !== undefined) return changed
  const detail = last.failed ? "it only failed, with other facts" : "its result was removed"
  return { reason: "never cached", detail }
}

const failedBefore = (failure: Failure | undefined): Why.Why => ({
  reason: "earlier attempt failed",
  detail: failure === undefined ? "" : `${failure.outcome}: ${failure.message.trim().split("\n")[0]}`
})

const around = (session: Session, earlier: Entry, node: Graph.StageNode): Why.Around => ({
  files: () => ({ before: filesOf(session, earlier), after: session.codeOf(node.stage).files }),
  producers: () => {
    // The same walk as for the key, with names in place of digests.
    const named = session.manifestOf(node, (artifact) => `\0${Graph.resolve(artifact).node.name}`)
    const facts = Manifest.explain(named).filter(({ name }) => name.startsWith("input."))
    return new Map(facts.map(({ name, value }) => [name, value.slice(value.indexOf("\0") + 1)]))
  }
})

const filesOf = (session: Session, entry: Entry): Readonly<Record<string, string>> => {
  try {
    return JSON.parse(session.store.contents.read(entry.codeFiles).toString("utf8")) as Record<string, string>
  } catch {
    return {} // The list was collected: the change is known, its files are not.
  }
}

/** What of its own has changed already of a node whose inputs are not known yet. */
const ownReason = (session: Session, past: Past, node: Graph.StageNode): Why.Why | undefined => {
  const earlier = past.entryOf(node.name)
  if (earlier === undefined) return undefined
  // The inputs are taken as they were, so that only its own facts are compared.
  const own = { ...session.manifestOf(withoutInputs(node), () => ""), inputs: earlier.manifest.inputs }
  return Why.changed(earlier.manifest, own, around(session, earlier, node))
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
