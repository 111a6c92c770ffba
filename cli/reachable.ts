// Walks over the graph of a pipeline, as far as it is known before anything runs.
import type { Artifact } from "../pipeline/Artifact.ts"
import * as Graph from "../pipeline/Graph.ts"

/** An artifact that a node reads, and the slot that it fills; `watch` for what a dynamic node looks at. */
export interface Edge {
  readonly slot: string
  readonly from: Graph.Node
  readonly output: string
}

/** What a node reads. */
export const edgesOf = (node: Graph.Node): ReadonlyArray<Edge> => {
  const edge = (slot: string, artifact: Artifact<unknown>): Edge => ({
    slot,
    from: artifact.node,
    output: artifact.output
  })
  if (node._tag === "dynamic") {
    const made =
      Array.isArray(node.result) || node.result === undefined ? [] : Object.values(node.result as object)
    return [
      edge("watch", node.watch),
      ...made.map((artifact) => edge("result", artifact as Artifact<unknown>))
    ]
  }
  return node.inputs.flatMap((input) => {
    if (input._tag === "one") return [edge(input.slot, input.artifact)]
    const rows = Graph.rowsOf(input)
    if (rows === undefined)
      return input._tag === "each" ? [{ slot: input.slot, from: input.each, output: "rows" }] : []
    return rows.flatMap(({ artifacts }) =>
      Object.values(artifacts).map((artifact) => edge(input.slot, artifact))
    )
  })
}

/** The nodes that some artifacts need, in the order of the graph. */
export const reachable = (targets: Iterable<Artifact<unknown>>): ReadonlyArray<Graph.Node> => {
  const seen = new Set<Graph.Node>()
  const stack = [...targets].map(({ node }) => node)
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    for (const { from } of edgesOf(node)) stack.push(from)
  }
  return [...seen].sort((a, b) => a.index - b.index)
}
