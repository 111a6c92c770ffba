// The picture of the coarse-graining pipeline in README.md: its own graph, stages for nodes, without arrows that others imply.
import { coarseGraining } from "../../recipes/coarse-graining.ts"
import { edgesOf, reachable } from "../reachable.ts"

/** The frames of the picture, in order, and the boxes in them. */
const frames = {
  samples: "for each sample",
  campaign: "over all samples",
  checks: "for each held-out sample:<br>simulate what was predicted"
} as const
type Frame = keyof typeof frames

interface Box {
  readonly label: string
  /** Without one it stands alone. */
  readonly frame?: Frame
}

/** Which box a node is drawn in, from its name: `stage@label/label`. */
const boxOf = (node: string): Box => {
  const stage = node.replace(/[@#].*/, "")
  if (stage.startsWith("predict-")) return { frame: "checks", label: "predict-potential<br>predict-scalar" }
  if (stage === "validate-model") return { frame: "checks", label: stage }
  if (node.includes("route=")) {
    return { frame: "checks", label: "cg-md<br>measure-structure<br>extract-diffusion" }
  }
  if (stage === "collect-validations" || stage === "compare-routes") return { frame: "checks", label: stage }
  if (stage === "collect-scores" || stage === "match-pairs") return { frame: "campaign", label: stage }
  if (stage.startsWith("collect-")) return { frame: "campaign", label: "collect-…<br>a table each" }
  if (stage === "train-model") {
    return { frame: "campaign", label: "train-model<br>structure, mobility,<br>acceleration, friction" }
  }
  if (stage === "iterate" || stage === "ibi-step") {
    return { frame: "samples", label: "ibi-step<br>again, until the noise floor" }
  }
  if (stage === "load-molecule" || stage === "export-dataset") return { label: stage }
  const resolution = /resolution=([\w-]+)/.exec(node)?.[1]
  return { frame: "samples", label: resolution === undefined ? stage : `${stage}<br>${resolution}` }
}

/** The picture as Mermaid, which GitHub draws: arrows within a frame join boxes, those between frames join frames. */
export const pipelineFigure = (): string => {
  const { targets } = coarseGraining.build({ samples: 2, holdOut: 1 })
  const boxes = new Map<string, Box & { readonly id: string }>()
  const drawn = (node: string) => {
    const box = boxOf(node)
    const key = `${box.frame} ${box.label}`
    const known = boxes.get(key) ?? { ...box, id: `b${boxes.size}` }
    boxes.set(key, known)
    return known
  }
  const after = new Map<string, Set<string>>()
  for (const node of reachable(Object.values(targets))) {
    const to = drawn(node.name)
    for (const edge of edgesOf(node)) {
      const from = drawn(edge.from.name)
      const [source, target] =
        from.frame === to.frame ? [from.id, to.id] : [from.frame ?? from.id, to.frame ?? to.id]
      if (source === target) continue
      if (!after.has(source)) after.set(source, new Set())
      after.get(source)!.add(target)
    }
  }
  const draw = (frame?: Frame): ReadonlyArray<string> =>
    [...boxes.values()].filter((box) => box.frame === frame).map(({ id, label }) => `${id}["${label}"]`)
  const framed = (Object.keys(frames) as ReadonlyArray<Frame>).flatMap((frame) => [
    `  subgraph ${frame}["${frames[frame]}"]`,
    "    direction TB",
    ...draw(frame).map((line) => `    ${line}`),
    "  end"
  ])
  const arrows = [...after].flatMap(([from, its]) =>
    [...its].filter((to) => !implied(after, from, to)).map((to) => `  ${from} --> ${to}`)
  )
  return ["flowchart LR", ...draw().map((line) => `  ${line}`), ...framed, ...arrows].join("\n")
}

/** Whether a longer way leads from one box to the other. */
const implied = (after: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean => {
  const seen = new Set<string>()
  const rest = [...(after.get(from) ?? [])].filter((next) => next !== to)
  for (let box = rest.pop(); box !== undefined; box = rest.pop()) {
    if (box === to) return true
    if (seen.has(box)) continue
    seen.add(box)
    rest.push(...(after.get(box) ?? []))
  }
  return false
}
