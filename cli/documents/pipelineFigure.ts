// The picture of the coarse-graining pipeline in README.md: its own graph, stages for nodes, without arrows that others imply.
import { coarseGraining } from "../../recipes/coarse-graining.ts"
import { edgesOf, reachable } from "../reachable.ts"

/** The frames of the picture, in order, and the boxes in them. */
const frames = {
  samples: "for each sample",
  campaign: "over all samples",
  checks: "for each held-out sample: simulate what was predicted from its force field alone"
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
  if (stage === "collect-scores" || stage === "collect-validations" || /^(match|export)-/.test(stage)) {
    return { frame: "campaign", label: stage }
  }
  if (stage.startsWith("collect-")) return { frame: "campaign", label: "collect-…<br>a table each" }
  if (stage === "train-model") {
    return { frame: "campaign", label: "train-model<br>structure, mobility, acceleration, friction" }
  }
  if (stage === "iterate" || stage === "ibi-step") {
    return { frame: "samples", label: "ibi-step<br>again, until the noise floor" }
  }
  if (stage === "load-molecule") return { label: stage }
  const resolution = /resolution=([\w-]+)/.exec(node)?.[1]
  return { frame: "samples", label: resolution === undefined ? stage : `${stage}<br>${resolution}` }
}

/** The picture as Mermaid, which GitHub draws. */
export const pipelineFigure = (): string => {
  const { targets } = coarseGraining.build({ samples: 2, holdOut: 1 })
  const boxes = new Map<string, Box>()
  const after = new Map<string, Set<string>>()
  const nodes = reachable(Object.values(targets))
  const keyOf = (name: string): string => {
    const box = boxOf(name)
    const key = `${box.frame} ${box.label}`
    boxes.set(key, box)
    return key
  }
  for (const node of nodes) {
    const to = keyOf(node.name)
    for (const { from } of edgesOf(node)) {
      const key = keyOf(from.name)
      if (key === to) continue
      if (!after.has(key)) after.set(key, new Set())
      after.get(key)!.add(to)
    }
  }
  const ids = new Map([...boxes.keys()].map((key, index) => [key, `b${index}`]))
  const draw = (frame?: Frame): ReadonlyArray<string> =>
    [...boxes]
      .filter(([, box]) => box.frame === frame)
      .map(([key, { label }]) => `${ids.get(key)}["${label}"]`)
  const framed = (Object.keys(frames) as ReadonlyArray<Frame>).flatMap((frame) => [
    `  subgraph ${frame}["${frames[frame]}"]`,
    ...draw(frame).map((line) => `    ${line}`),
    "  end"
  ])
  const arrows = [...after].flatMap(([from, its]) =>
    [...its].filter((to) => !implied(after, from, to)).map((to) => `  ${ids.get(from)} --> ${ids.get(to)}`)
  )
  return ["flowchart TD", ...draw().map((line) => `  ${line}`), ...framed, ...arrows].join("\n")
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
