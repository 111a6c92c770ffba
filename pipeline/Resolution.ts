// The rebuilder: which nodes of a graph are cached, which have to run, and which cannot be known yet.
import type { Entry } from "../cache/ActionCache.ts"
import type { Hit } from "../cache/EntryTable.ts"
import type { Artifact, ErasedKind } from "./Artifact.ts"
import * as Graph from "./Graph.ts"
import { Marks } from "./Marks.ts"
import type { Session } from "./Session.ts"
import { StateTable } from "./State.ts"
import type { Digests, RunState, State, States } from "./State.ts"

export type { RunState, State } from "./State.ts"

/** A dynamic node that waits for the value of an artifact, whose bytes are there. */
export interface Observation {
  readonly node: Graph.DynamicNode
  readonly kind: ErasedKind
  readonly digest: string
}

export interface Resolution {
  readonly states: States
  /** Works out all that can be known now. Returns the nodes that turned out to need a run, inputs present. */
  readonly settle: () => ReadonlyArray<Graph.StageNode>
  /** Nodes whose state was set since this was last asked; one may stand there twice. */
  readonly takeChanged: () => ReadonlyArray<Graph.StageNode>
  /** Values that would let the graph grow; take them, then call `observed`. */
  readonly takeObservations: () => ReadonlyArray<Observation>
  readonly observed: (node: Graph.DynamicNode, value: unknown) => void
  /** The value of a dynamic node is of no use, or made the pipeline's own function throw: what it would make is skipped. */
  readonly broken: (node: Graph.DynamicNode) => void
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

/** What a node has published: an entry, or outputs of this run. */
type Published = Extract<State, { _tag: "hit" | "done" }>

const hitOf = ({ key, outputs, record }: Entry): Hit => ({
  _tag: "hit",
  key,
  outputs,
  digestOf: (output) => outputs[output].digest,
  cpuSeconds: record.cpuSeconds
})

/** Starts resolving a graph for some targets; only what they need is looked at. */
export const start = (
  session: Session,
  targets: Iterable<Artifact<unknown>>,
  options: Options
): Resolution => {
  const { actions, contents, failures } = session.store
  const states = new StateTable()
  const waiters = new Map<Graph.Node, Array<Graph.Node>>()
  const stack: Array<Graph.Node> = []
  const visited = new Marks()
  /** Dynamic nodes that cannot grow, and what they fail for. */
  const failedDynamic = new Map<Graph.DynamicNode, Graph.Node>()
  /** Outputs of a node whose bytes must be there, because somebody asked for them. */
  const needed = new Map<Graph.StageNode, Set<string>>()
  /** What hits had published whose bytes were lost: who needs no bytes goes on from that. */
  const original = new Map<Graph.StageNode, Published>()
  const running = new Map<string, Graph.StageNode>()
  let changed: Array<Graph.StageNode> = []
  let observations: Array<Observation> = []
  let runnable: Array<Graph.StageNode> = []
  const wanted = [...targets]
  /** Targets whose bytes have not been seen yet. */
  const unsettled = new Set(wanted)

  /** What a node has published in bytes, or undefined while that is not known. */
  const publishedBy = (node: Graph.StageNode): Published | undefined => {
    const state = states.get(node)
    return state?._tag === "hit" || state?._tag === "done" ? state : undefined
  }

  const digestIn = (published: Published, output: string): string =>
    published._tag === "hit" ? published.digestOf(output) : published.outputs[output].digest

  const knownOf = (node: Graph.StageNode): Published | undefined => original.get(node) ?? publishedBy(node)

  /** What holds the bytes of an output: they may be there although another output of the node was lost. */
  const heldBy = (node: Graph.StageNode, output: string): Published | undefined => {
    const now = publishedBy(node)
    if (now !== undefined) return now
    const before = original.get(node)
    return before !== undefined && contents.has(digestIn(before, output)) ? before : undefined
  }

  /** The node that an artifact waits for, or undefined when its digest is known. */
  const blockerOf = (artifact: Artifact<unknown>, published = heldBy): Graph.Node | undefined => {
    const { node, output } = Graph.resolve(artifact)
    return node._tag === "stage" && published(node, output) !== undefined ? undefined : node
  }

  const digestBy =
    (published: typeof heldBy) =>
    (artifact: Artifact<unknown>): string => {
      const { node, output } = Graph.resolve(artifact)
      return digestIn(published(node as Graph.StageNode, output)!, output)
    }
  const digestOf = digestBy(heldBy)
  const knownDigestOf = digestBy(knownOf)

  /** Tells of each node that a node waits for, until `tell` returns true. */
  const eachBlocker = (node: Graph.StageNode, tell: (blocker: Graph.Node) => boolean): boolean => {
    for (const input of node.inputs) {
      if (input._tag === "each" && input.each.result === undefined && tell(input.each)) return true
    }
    return Graph.someArtifact(node, (artifact) => {
      const blocker = blockerOf(artifact, knownOf)
      return blocker !== undefined && tell(blocker)
    })
  }

  /**
   * Has a node looked at, and all that it needs. In the order of the graph, where readers come last: then what is
   * cached is found in one pass, and no hit has ever waited.
   */
  const visit = (node: Graph.Node): void => {
    if (!visited.mark(node.index)) return
    const found = [node]
    const take = (other: Graph.Node): void => {
      if (visited.mark(other.index)) found.push(other)
    }
    for (let next = 0; next < found.length; next += 1) Graph.eachNeed(found[next], take)
    found.sort((a, b) => b.index - a.index)
    for (const each of found) stack.push(each)
  }

  const wait = (node: Graph.Node, blocker: Graph.Node): void => {
    const list = waiters.get(blocker)
    if (list === undefined) waiters.set(blocker, [node])
    else list.push(node)
  }

  const wake = (node: Graph.Node): void => {
    const woken = waiters.get(node)
    waiters.delete(node)
    if (woken !== undefined) for (const waiter of woken) stack.push(waiter)
  }

  const set = (node: Graph.StageNode, state: State): void => {
    states.set(node, state)
    changed.push(node)
  }

  const settled = (node: Graph.StageNode, state: State): void => {
    set(node, state)
    wake(node)
  }

  const failureBehind = (blocker: Graph.Node): Graph.Node | undefined => {
    if (blocker._tag === "dynamic") return failedDynamic.get(blocker)
    const state = states.get(blocker)
    if (state?._tag === "failed") return blocker
    return state?._tag === "skipped" ? state.because : undefined
  }

  const processDynamic = (node: Graph.DynamicNode): void => {
    if (node.result !== undefined || failedDynamic.has(node)) return wake(node)
    const missing = firstMissing([node.watch])
    if (missing === undefined) {
      observations.push({ node, kind: node.watch.kind, digest: digestOf(node.watch) })
      return
    }
    const cause = failureBehind(missing)
    if (cause !== undefined) {
      failedDynamic.set(node, cause)
      return wake(node)
    }
    visit(missing)
    wait(node, missing)
  }

  /**
   * The first node that the bytes of artifacts wait for, preferably one that has failed; undefined when all are
   * there. Producers whose bytes were lost are looked at again.
   */
  const firstMissing = (artifacts: Iterable<Artifact<unknown>>): Graph.Node | undefined => {
    let first: Graph.Node | undefined
    for (const artifact of artifacts) {
      let producer = blockerOf(artifact)
      if (producer === undefined) {
        if (contents.has(digestOf(artifact))) continue
        producer = makeAgain(artifact)
      }
      if (failureBehind(producer) !== undefined) return producer
      first ??= producer
    }
    return first
  }

  /** Has the producer of lost bytes run again, although it is a hit. */
  const makeAgain = (artifact: Artifact<unknown>): Graph.StageNode => {
    const { node, output } = Graph.resolve(artifact)
    const producer = node as Graph.StageNode
    const outputs = needed.get(producer)
    if (outputs === undefined) needed.set(producer, new Set([output]))
    else outputs.add(output)
    if (!original.has(producer)) original.set(producer, publishedBy(producer)!)
    set(producer, { _tag: "waiting", on: producer, restores: undefined })
    stack.push(producer)
    return producer
  }

  /** Settles a node by an entry that has the bytes which are needed of it: the first one, or a later realisation. */
  const settledByEntry = (node: Graph.StageNode, key: string, first: Hit | undefined): boolean => {
    if (first === undefined) return false
    const outputs = [...(needed.get(node) ?? [])]
    const serves = (hit: Hit): boolean => outputs.every((output) => contents.has(hit.digestOf(output)))
    const hit = serves(first) ? first : actions.realisations(key).map(hitOf).find(serves)
    if (hit === undefined) return false
    settled(node, hit)
    return true
  }

  const settledByFailure = (node: Graph.StageNode, key: string, first: Hit | undefined): boolean => {
    const failure = options.retryFailed || first !== undefined ? undefined : failures.lookup(key)
    if (failure === undefined) return false
    settled(node, { _tag: "failed", failure })
    return true
  }

  /** Settles a node by what the store knows of it, or says what would have to run. */
  const settledByStore = (node: Graph.StageNode, digest: typeof digestOf): RunState | undefined => {
    const key = session.keyOf(node, digest)
    const first = actions.find(key)
    if (settledByEntry(node, key, first) || settledByFailure(node, key, first)) return undefined
    return { _tag: "run", key, manifest: session.manifestOf(node, digest), restores: first }
  }

  const processStage = (node: Graph.StageNode): void => {
    const known = states.get(node)
    if (known !== undefined && known._tag !== "waiting") return
    let first: Graph.Node | undefined
    const skipped = eachBlocker(node, (blocker) => {
      const cause = failureBehind(blocker)
      if (cause !== undefined) {
        settled(node, { _tag: "skipped", because: cause })
        return true
      }
      first ??= blocker
      visit(blocker)
      return false
    })
    if (skipped) return
    if (first !== undefined) {
      set(node, { _tag: "waiting", on: first, restores: undefined })
      return wait(node, first)
    }
    let state = settledByStore(node, knownDigestOf)
    if (state === undefined) return
    const missing = firstMissing(Graph.artifactsOf(node))
    if (missing !== undefined) {
      const cause = failureBehind(missing)
      if (cause !== undefined) return settled(node, { _tag: "skipped", because: cause })
      set(node, { _tag: "waiting", on: missing, restores: state })
      return wait(node, missing)
    }
    if (original.size > 0) {
      // Lost bytes of an input may have come back as others.
      state = settledByStore(node, digestOf)
      if (state === undefined) return
    }
    const twin = running.get(state.key)
    if (twin !== undefined && twin !== node) {
      const other = states.get(twin)
      if (other?._tag === "failed") return settled(node, { _tag: "skipped", because: twin })
      if (other?._tag === "run" && other.key === state.key) {
        set(node, { _tag: "waiting", on: twin, restores: undefined })
        return wait(node, twin)
      }
    }
    running.set(state.key, node)
    set(node, state)
    runnable.push(node)
  }

  const drain = (): void => {
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node._tag === "dynamic") processDynamic(node)
      else processStage(node)
    }
  }

  /** Follows targets through dynamic nodes; those whose bytes were collected are made again. */
  const settleTargets = (): void => {
    for (const target of unsettled) {
      visit(Graph.resolve(target).node)
      drain()
      if (blockerOf(target) !== undefined) continue
      if (contents.has(digestOf(target))) unsettled.delete(target)
      else {
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
    takeChanged: () => {
      const taken = changed
      changed = []
      return taken
    },
    takeObservations: () => {
      const taken = observations
      observations = []
      return taken
    },
    observed: (node, value) => {
      node.advance(value)
      stack.push(node)
    },
    broken: (node) => {
      failedDynamic.set(node, node)
      stack.push(node)
    },
    done: (node, outputs) => {
      const state = states.get(node)
      settled(node, { _tag: "done", key: state?._tag === "run" ? state.key : "", outputs })
    },
    failed: (node) => settled(node, { _tag: "failed", failure: undefined }),
    again: (node) => {
      if (node._tag === "stage") set(node, { _tag: "waiting", on: node, restores: undefined })
      stack.push(node)
    },
    digestOf: (artifact) => (blockerOf(artifact) === undefined ? digestOf(artifact) : null)
  }
}
