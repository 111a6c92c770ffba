// What is known of a node: its state, from waiting to done.
import type { Hit } from "../cache/EntryTable.ts"
import type { Failure } from "../cache/Failures.ts"
import type * as Manifest from "../cache/Manifest.ts"
import type * as Graph from "./Graph.ts"

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
  | Hit
  | RunState
  | { readonly _tag: "done"; readonly key: string; readonly outputs: Digests }
  | { readonly _tag: "failed"; readonly failure: Failure | undefined }
  | { readonly _tag: "skipped"; readonly because: Graph.Node }

/** A node that has to run; `restores` is the entry whose lost bytes it makes again. */
export interface RunState {
  readonly _tag: "run"
  readonly key: string
  readonly manifest: Manifest.Manifest
  readonly restores: Hit | undefined
}

export type Digests = Readonly<Record<string, { readonly digest: string }>>

/** What is known of the nodes that were looked at. */
export interface States extends Iterable<readonly [Graph.StageNode, State]> {
  readonly get: (node: Graph.StageNode) => State | undefined
}

/** States by the index of their node: a map of a hundred thousand nodes takes ten times the memory. */
export class StateTable implements States {
  private readonly nodes: Array<Graph.StageNode | undefined> = []
  private readonly states: Array<State | undefined> = []

  get(node: Graph.StageNode): State | undefined {
    return this.states[node.index]
  }

  set(node: Graph.StageNode, state: State): void {
    while (this.states.length <= node.index) {
      this.states.push(undefined)
      this.nodes.push(undefined)
    }
    this.nodes[node.index] = node
    this.states[node.index] = state
  }

  *[Symbol.iterator](): Iterator<readonly [Graph.StageNode, State]> {
    for (const node of this.nodes) {
      if (node !== undefined) yield [node, this.states[node.index]!]
    }
  }
}
