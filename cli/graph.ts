// `largo graph`: draws a pipeline as Mermaid, Graphviz or JSON; it needs no store and runs nothing.
import type * as Graph from "../pipeline/Graph.ts"
import * as Command from "./Command.ts"
import { loadPipeline } from "./loadPipeline.ts"
import { paramOptions } from "./openPipeline.ts"
import { reachable, edgesOf } from "./reachable.ts"
import { readParams } from "./readParams.ts"
import { UsageError } from "./Usage.ts"

const formats = ["mermaid", "dot", "json"]

export const command = Command.make(
  {
    name: "graph",
    summary: "Draws a pipeline, as far as it is known before anything runs.",
    words: ["PIPELINE"],
    options: {
      ...paramOptions,
      format: { help: "mermaid (default), dot or json", takes: "FORMAT", choices: formats },
      stages: { help: "one box a stage instead of one a node" }
    }
  },
  async ({ words, options }, out) => {
    const format = options.format ?? "mermaid"
    if (!formats.includes(format)) {
      throw new UsageError(
        [`--format: there is no format "${format}"`],
        `choose one of ${formats.join(", ")}`
      )
    }
    const params = readParams(options.params, options.set)
    const { pipeline } = await loadPipeline(words[0])
    const built = pipeline.build(params)
    const whole = drawingOf(built.name, reachable(Object.values(built.targets)))
    const drawing = options.stages ? byStage(whole) : whole
    out.answer(drawing, () =>
      format === "json"
        ? JSON.stringify(drawing, null, 2)
        : format === "dot"
          ? dot(drawing)
          : mermaid(drawing)
    )
    return 0
  }
)

/** A graph as plain data. */
export interface Drawing {
  readonly pipeline: string
  readonly nodes: ReadonlyArray<{ readonly id: string; readonly stage: string; readonly dynamic: boolean }>
  /** `input` is the slot of `to` that an output of `from` fills. */
  readonly edges: ReadonlyArray<{
    readonly from: string
    readonly to: string
    readonly output: string
    readonly input: string
  }>
}

const stageOf = (node: Graph.Node): string =>
  node._tag === "stage" ? node.stage.name : node.name.replace(/[@#].*/, "")

const drawingOf = (pipeline: string, nodes: ReadonlyArray<Graph.Node>): Drawing => ({
  pipeline,
  nodes: nodes.map((node) => ({ id: node.name, stage: stageOf(node), dynamic: node._tag === "dynamic" })),
  edges: nodes.flatMap((node) =>
    edgesOf(node).map(({ from, output, slot }) => ({ from: from.name, to: node.name, output, input: slot }))
  )
})

/** The same with all nodes of a stage as one, and each edge once. */
const byStage = ({ edges, nodes, pipeline }: Drawing): Drawing => {
  const stages = new Map(nodes.map(({ id, stage }) => [id, stage]))
  const boxes = new Map(nodes.map(({ dynamic, stage }) => [stage, { id: stage, stage, dynamic }]))
  const lines = new Map(
    edges.map((edge) => {
      const line = { ...edge, from: stages.get(edge.from)!, to: stages.get(edge.to)! }
      return [`${line.from} ${line.output} ${line.to}`, line]
    })
  )
  return {
    pipeline,
    nodes: [...boxes.values()],
    edges: [...lines.values()].filter(({ from, to }) => from !== to)
  }
}

const mermaid = ({ edges, nodes }: Drawing): string => {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]))
  // Rounded boxes are loops whose end is known only while running.
  const boxes = nodes.map(({ dynamic, id }) => `  ${ids.get(id)}${dynamic ? `(["${id}"])` : `["${id}"]`}`)
  const lines = edges.map(({ from, output, to }) => `  ${ids.get(from)} -->|${output}| ${ids.get(to)}`)
  return ["flowchart TD", ...boxes, ...new Set(lines)].join("\n")
}

const dot = ({ edges, nodes, pipeline }: Drawing): string => {
  const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
  const boxes = nodes.map(({ dynamic, id }) => `  ${quote(id)} [shape=${dynamic ? "ellipse" : "box"}]`)
  const lines = edges.map(
    ({ from, output, to }) => `  ${quote(from)} -> ${quote(to)} [label=${quote(output)}]`
  )
  return [`digraph ${quote(pipeline)} {`, ...boxes, ...new Set(lines), "}"].join("\n")
}
