// The rebuilder: which nodes of a graph are cached, which have to run, and which cannot be known yet.
import type { Entry } from "../cache/ActionCache.ts"
import type { Failure } from "../cache/Failures.ts"
import * as Manifest from "../cache/Manifest.ts"
import type { Artifact, ErasedKind } from "./Artifact.ts"
import * as Graph from "./Graph.ts"
import type { Session } from "./Session.ts"

/**
 * What is known of a node.
 *
 *     waiting --> hit ---------------> restore --> done
 *        |                                ^
 *        +------> run (running) ----------+-----> done | failed
 *        +------> failed (remembered) | skipped (an input failed)
 */
export type State =
  | {
      readonly _tag: "waiting"
      readonly on: Graph.Node
      /** Set where it is sure to run, once lost bytes of its inputs have been made again. */
      readonly restores: RunState | undefined
    }
  | { readonly _tag: "hit"; readonly entry: Entry }
  | RunState
  | { readonly _tag: "done"; readonly key: string; readonly outputs: Digests }
  | { readonly _tag: "failed"; readonly failure: Failure | undefined }
  | { readonly _tag: "skipped"; readonly because: Graph.StageNode }

/** A node that has to run; `restores` is the entry whose lost bytes it makes again. */
export interface RunState {
  readonly _tag: "run"
  readonly key: string
  readonly manifest: Manifest.Manifest
  readonly restores: Entry | undefined
}

export type Digests = Readonly<Record<string, { readonly digest: string }>>

/** A dynamic node that waits for the value of an artifact, whose bytes are there. */
export interface Observation {
  readonly node: Graph.DynamicNode
  readonly kind: ErasedKind
  readonly digest: string
}

export interface Resolution {
  readonly states: ReadonlyMap<Graph.StageNode, State>
  /** Works out all that can be known now. Returns the nodes that turned out to need a run, inputs present. */
  readonly settle: () => ReadonlyArray<Graph.StageNode>
  /** Values that would let the graph grow; take them, then call `observed`. */
  readonly takeObservations: () => ReadonlyArray<Observation>
  readonly observed: (node: Graph.DynamicNode, value: unknown) => void
  readonly done: (node: Graph.StageNode, outputs: Digests) => void
  readonly failed: (node: Graph.StageNode) => void
  /** Bytes of a node's inputs were lost after all: looks at it again. */
  readonly again: (node: Graph.Node) => void
  /** The digest that a target has come to, or null. */
  readonly digestOf: (artifact: Artifact<unknown>) => string | null
}

export interface Options {
  /** Tries again what is remembered to fail. */
  readonly retryFailed: boolean
}

/** Starts resolving a graph for some targets; only what they need is looked at. */
export const start = (
  session: Session,
  targets: Iterable<Artifact<unknown>>,
  options: Options
): Resolution => {
  const states = new Map<Graph.StageNode, State>()
  const waiters = new Map<Graph.Node, Array<Graph.Node>>()
  const stack: Array<Graph.Node> = []
  const visited = new Set<Graph.Node>()
  let observations: Array<Observation> = []
  let runnable: Array<Graph.StageNode> = []
  const wanted = [...targets]

  const outputsOf = (node: Graph.StageNode): Digests | undefined => {
    const state = states.get(node)
    if (state?._tag === "hit") return state.entry.outputs
    return state?._tag === "done" ? state.outputs : undefined
  }

  /** The node that an artifact waits for, or undefined when its digest is known. */
  const blockerOf = (artifact: Artifact<unknown>): Graph.Node | undefined => {
    const { node } = Graph.resolve(artifact)
    return node._tag === "stage" && outputsOf(node) !== undefined ? undefined : node
  }

  const digestOf = (artifact: Artifact<unknown>): string => {
    const { node, output } = Graph.resolve(artifact)
    return outputsOf(node as Graph.StageNode)![output].digest
  }

  const artifactsOf = (node: Graph.StageNode): Iterable<Artifact<unknown>> =>
    node.inputs.flatMap((input) =>
      input._tag === "one"
        ? [input.artifact]
        : (Graph.rowsOf(input) ?? []).flatMap(({ artifacts }) => Object.values(artifacts))
    )

  const blockersOf = function* (node: Graph.StageNode): Iterable<Graph.Node> {
    for (const input of node.inputs) {
      if (input._tag === "each" && input.each.result === undefined) yield input.each
    }
    for (const artifact of artifactsOf(node)) {
      const blocker = blockerOf(artifact)
      if (blocker !== undefined) yield blocker
    }
  }

  const visit = (node: Graph.Node): void => {
    if (visited.has(node)) return
    visited.add(node)
    stack.push(node)
  }

  const wait = (node: Graph.Node, blocker: Graph.Node): void => {
    const list = waiters.get(blocker)
    if (list === undefined) waiters.set(blocker, [node])
    else list.push(node)
  }

  const wake = (node: Graph.Node): void => {
    const woken = waiters.get(node)
    waiters.delete(node)
    if (woken !== undefined) stack.push(...woken)
  }

  const settled = (node: Graph.StageNode, state: State): void => {
    states.set(node, state)
    wake(node)
  }

  const failureBehind = (blocker: Graph.Node): Graph.StageNode | undefined => {
    if (blocker._tag === "dynamic") return failedDynamic.get(blocker)
    const state = states.get(blocker)
    if (state?._tag === "failed") return blocker
    return state?._tag === "skipped" ? state.because : undefined
  }
  const failedDynamic = new Map<Graph.DynamicNode, Graph.StageNode>()

  const processDynamic = (node: Graph.DynamicNode): void => {
    if (node.result !== undefined || failedDynamic.has(node)) return wake(node)
    const blocker = blockerOf(node.watch)
    if (blocker === undefined) {
      const { kind } = node.watch
      if (ensureBytes(node, [node.watch])) observations.push({ node, kind, digest: digestOf(node.watch) })
      return
    }
    const cause = failureBehind(blocker)
    if (cause !== undefined) {
      failedDynamic.set(node, cause)
      return wake(node)
    }
    visit(blocker)
    wait(node, blocker)
  }

  /** Whether the bytes of artifacts are there; where not, their producers are to run again and `node` waits. */
  const ensureBytes = (node: Graph.Node, artifacts: Iterable<Artifact<unknown>>): boolean => {
    let there = true
    for (const artifact of artifacts) {
      const blocker = blockerOf(artifact)
      if (blocker === undefined && session.store.contents.has(digestOf(artifact))) continue
      const producer = blocker ?? makeAgain(artifact)
      if (there) wait(node, producer)
      there = false
    }
    return there
  }

  /** Has the producer of lost bytes run again, although it is a hit. */
  const makeAgain = (artifact: Artifact<unknown>): Graph.StageNode => {
    const producer = Graph.resolve(artifact).node as Graph.StageNode
    forced.add(producer)
    states.set(producer, { _tag: "waiting", on: producer, restores: undefined })
    stack.push(producer)
    return producer
  }
  const forced = new Set<Graph.StageNode>()

  const processStage = (node: Graph.StageNode): void => {
    const known = states.get(node)
    if (known !== undefined && known._tag !== "waiting") return
    let first: Graph.Node | undefined
    for (const blocker of blockersOf(node)) {
      const cause = failureBehind(blocker)
      if (cause !== undefined) return settled(node, { _tag: "skipped", because: cause })
      first ??= blocker
      visit(blocker)
    }
    if (first !== undefined) {
      states.set(node, { _tag: "waiting", on: first, restores: undefined })
      return wait(node, first)
    }
    const manifest = session.manifestOf(node, digestOf)
    const key = Manifest.key(manifest)
    const entry = session.lookup(key)
    if (entry !== undefined && !forced.has(node)) return settled(node, { _tag: "hit", entry })
    const failure = options.retryFailed ? undefined : session.store.failures.lookup(key)
    if (failure !== undefined) return settled(node, { _tag: "failed", failure })
    const run: State = { _tag: "run", key, manifest, restores: entry }
    if (ensureBytes(node, artifactsOf(node))) {
      states.set(node, run)
      runnable.push(node)
    } else {
      states.set(node, { _tag: "waiting", on: node, restores: run })
    }
  }

  const drain = (): void => {
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node._tag === "dynamic") processDynamic(node)
      else processStage(node)
    }
  }

  /** Follows targets through dynamic nodes; those whose bytes were collected are made again. */
  const settleTargets = (): void => {
    for (const target of wanted) {
      visit(Graph.resolve(target).node)
      drain()
      if (blockerOf(target) === undefined && !session.store.contents.has(digestOf(target))) {
        makeAgain(target)
        drain()
      }
    }
  }

  for (const target of wanted) visit(target.node)

  return {
    states,
    settle: () => {
      drain()
      settleTargets()
      const ready = runnable
      runnable = []
      return ready
    },
    takeObservations: () => {
      const taken = observations
      observations = []
      return taken
    },
    observed: (node, value) => {
      node.advance(value)
      stack.push(node)
      if (node.result !== undefined) wake(node)
    },
    done: (node, outputs) => {
      const state = states.get(node)
      forced.delete(node)
      settled(node, { _tag: "done", key: state?._tag === "run" ? state.key : "", outputs })
    },
    failed: (node) => settled(node, { _tag: "failed", failure: undefined }),
    again: (node) => {
      if (node._tag === "stage") states.set(node, { _tag: "waiting", on: node, restores: undefined })
      stack.push(node)
    },
    digestOf: (artifact) => (blockerOf(artifact) === undefined ? digestOf(artifact) : null)
  }
}
