// Says whether a graph will still grow: whether a dynamic node waits for the value that decides on its nodes.
import type { DynamicNode, Graph } from "./Graph.ts"

/** Asked again and again while the graph grows, it looks at each node once. */
export const growthOf = ({ nodes }: Graph): (() => boolean) => {
  let open: Array<DynamicNode> = []
  let looked = 0
  return () => {
    for (; looked < nodes.length; looked += 1) {
      const node = nodes[looked]
      if (node._tag === "dynamic") open.push(node)
    }
    open = open.filter(({ result }) => result === undefined)
    return open.length > 0
  }
}
