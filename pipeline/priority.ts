// Priorities: the expected time from the start of a node to the end of the longest path behind it.
import * as Graph from "./Graph.ts"

/**
 * The rank of every node, in expected seconds, by index.
 * @param costOf expected seconds of a node of a stage
 */
export const ranks = (graph: Graph.Graph, costOf: (stage: string) => number): Float64Array => {
  const { nodes } = graph
  const rank = new Float64Array(nodes.length)
  const raise = (node: Graph.Node, tail: number): void => {
    if (tail > rank[node.index]) rank[node.index] = tail
  }
  // Readers have higher indices than what they read, but for dynamic nodes, whose results may be newer than they are:
  // those pass their rank on to what they watch now.
  for (let index = nodes.length - 1; index >= 0; index -= 1) {
    const node = nodes[index]
    if (node._tag === "dynamic") {
      raise(Graph.resolve(node.watch).node, rank[index])
      continue
    }
    rank[index] = rank[index] + costOf(node.stage.name)
    for (const input of node.inputs) if (input._tag === "each") raise(input.each, rank[index])
    for (const artifact of Graph.artifactsOf(node)) raise(artifact.node, rank[index])
  }
  return rank
}
