// The graph that a pipeline builds: stage nodes, and dynamic nodes that grow it while it runs.
import { canonicalJson } from "../formats/canonicalJson.ts"
import type { Artifact, Artifacts, Each, ErasedKind } from "./Artifact.ts"
import { HashTable, seed, withNumber, withText } from "./HashTable.ts"
import type { ErasedStage, ListSlot, OptionalSlot, Slot } from "./Stage.ts"

/** One stage applied to params and upstream artifacts. */
export interface StageNode {
  readonly _tag: "stage"
  readonly index: number
  /** `stage@label/label`, unique in the graph. */
  readonly name: string
  readonly stage: ErasedStage
  /** Encoded: plain JSON with defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>
  /** Sorted by slot. */
  readonly inputs: ReadonlyArray<NodeInput>
}

/** What fills one slot of a node. */
export type NodeInput =
  | {
      readonly _tag: "one"
      readonly slot: string
      readonly kind: ErasedKind
      readonly artifact: Artifact<unknown>
    }
  | {
      readonly _tag: "rows"
      readonly slot: string
      readonly fields: Fields
      readonly rows: ReadonlyArray<Row>
    }
  | { readonly _tag: "each"; readonly slot: string; readonly fields: Fields; readonly each: DynamicNode }

type Fields = Readonly<Record<string, ErasedKind>>

/** A labelled row of a list slot. */
export interface Row {
  readonly label: string
  readonly artifacts: Artifacts
}

/**
 * A node whose outputs are made by further nodes, which a value decides on: it watches one artifact after another
 * until `advance` has put its result in place.
 */
export interface DynamicNode {
  readonly _tag: "dynamic"
  readonly index: number
  readonly name: string
  watch: Artifact<unknown>
  /** Takes the value of the watched artifact; sets `watch` to the next one, or `result`. */
  readonly advance: (value: unknown) => void
  result: Artifacts | ReadonlyArray<Row> | undefined
}

export type Node = StageNode | DynamicNode

/** What a stage call is given for its slots, types forgotten. */
export type GivenInputs = Readonly<
  Record<string, Artifact<unknown> | Each<unknown> | ReadonlyArray<GivenRow> | undefined>
>
type GivenRow = Readonly<Record<string, Artifact<unknown> | string | undefined>>

/** A graph under construction. Nodes are only added, in an order in which all inputs come before their readers. */
export interface Graph {
  readonly nodes: Array<Node>
  /** Stage nodes by stage, params and inputs. */
  readonly byIdentity: HashTable
  readonly byName: HashTable
  /** Names that several nodes wanted -> the last number that one of them got. */
  readonly repeated: Map<string, number>
}

/** A stage was called outside a pipeline, or with inputs that are not artifacts. */
export class GraphError extends Error {
  constructor(message: string) {
    super(message)
    this.name = "GraphError"
  }
}

interface Scope {
  readonly graph: Graph
  /** The labels of its nodes, `@sample=3/window=1`, or "". */
  readonly suffix: string
}

// Stage calls are plain function calls, so the graph that they add to is ambient while a pipeline function runs.
let scope: Scope | undefined

const current = (what: string): Scope => {
  if (scope === undefined) {
    throw new GraphError(
      `${what} was called outside a pipeline; call it inside the function given to Pipeline.make`
    )
  }
  return scope
}

export const empty = (): Graph => ({
  nodes: [],
  byIdentity: new HashTable(),
  byName: new HashTable(),
  repeated: new Map()
})

const within = <A>(inner: Scope, body: () => A): A => {
  const outer = scope
  scope = inner
  try {
    return body()
  } finally {
    scope = outer
  }
}

/** Runs `body` so that its stage calls add to `graph`. */
export const build = <A>(graph: Graph, body: () => A): A => within({ graph, suffix: "" }, body)

/** Runs `body` with one more label, such as `sample=3`, on the names of the nodes that it makes. */
export const labelled = <A>(label: string, body: () => A): A => {
  const { graph, suffix } = current(`labelled("${label}")`)
  return within({ graph, suffix: suffix === "" ? `@${label}` : `${suffix}/${label}` }, body)
}

/** The same `body` at a later time, with the graph and labels of now. */
export const capture = (what: string): (<A>(body: () => A) => A) => {
  const captured = current(what)
  return (body) => within(captured, body)
}

/** A free name for the next node: `base@labels`, with `#2` and so on behind it where that is taken. */
const takeName = ({ graph, suffix }: Scope, base: string): string => {
  const { byName, nodes, repeated } = graph
  const wanted = base + suffix
  let name = wanted
  let hash = withText(seed, name)
  const isTaken = (index: number): boolean => nodes[index].name === name
  while (byName.find(hash, isTaken) !== -1) {
    const count = (repeated.get(wanted) ?? 1) + 1
    repeated.set(wanted, count)
    name = `${wanted}#${count}`
    hash = withText(seed, name)
  }
  byName.add(hash, nodes.length)
  return name
}

/** What a call of a stage needs of it, sorted once. */
interface Shape {
  readonly slots: ReadonlyArray<readonly [slot: string, spec: Slot]>
  readonly outputs: ReadonlyArray<readonly [output: string, kind: ErasedKind]>
}

const shapes = new WeakMap<ErasedStage, Shape>()

const shapeOf = (stage: ErasedStage): Shape => {
  let shape = shapes.get(stage)
  if (shape === undefined) {
    const slots = Object.entries(stage.inputs).sort(([a], [b]) => (a < b ? -1 : 1))
    shape = { slots, outputs: Object.entries(stage.outputs) }
    shapes.set(stage, shape)
  }
  return shape
}

/** Encoded params, and their canonical JSON. */
export interface EncodedParams {
  readonly value: StageNode["params"]
  readonly text: string
}

/** Adds the node of a stage call, or finds the one that is there already, and returns its outputs. */
export const addStageNode = (stage: ErasedStage, params: EncodedParams, given: GivenInputs): Artifacts => {
  const here = current(`stage ${stage.name}`)
  const { byIdentity, nodes } = here.graph
  const shape = shapeOf(stage)
  const inputs: Array<NodeInput> = []
  let hash = withText(withText(seed, stage.name), params.text)
  for (const [slot, spec] of shape.slots) {
    const input = fill(stage.name, slot, spec, given[slot])
    if (input === undefined) continue
    eachSource(input, (source, output) => {
      hash = withText(withNumber(hash, source.index), output)
      if (nodes[source.index] !== source) {
        throw new GraphError(
          `stage ${stage.name} was called with an artifact of another pipeline in its input "${slot}"`
        )
      }
    })
    inputs.push(input)
  }
  const known = byIdentity.find(hash, (index) => isSame(nodes[index], stage, params, inputs))
  let node = nodes[known]
  if (node === undefined) {
    const index = nodes.length
    node = { _tag: "stage", index, name: takeName(here, stage.name), stage, params: params.value, inputs }
    nodes.push(node)
    byIdentity.add(hash, index)
  }
  const outputs: Record<string, Artifact<unknown>> = {}
  for (const [output, kind] of shape.outputs) outputs[output] = { node, output, kind }
  return outputs
}

const isSame = (
  node: Node,
  stage: ErasedStage,
  params: EncodedParams,
  inputs: ReadonlyArray<NodeInput>
): boolean =>
  node._tag === "stage" &&
  node.stage === stage &&
  (node.params === params.value || canonicalJson(node.params) === params.text) &&
  inputs.map(identityOf).join("\n") === node.inputs.map(identityOf).join("\n")

/** Adds a dynamic node. */
export const addDynamicNode = (
  base: string,
  watch: Artifact<unknown>,
  advance: (self: DynamicNode, value: unknown) => void
): DynamicNode => {
  const here = current(base)
  const node: DynamicNode = {
    _tag: "dynamic",
    index: here.graph.nodes.length,
    name: takeName(here, base),
    watch,
    advance: (value) => advance(node, value),
    result: undefined
  }
  here.graph.nodes.push(node)
  return node
}

/** Tells of each output that fills a slot; `rows` stands for those of a dynamic node. */
const eachSource = (input: NodeInput, tell: (source: Node, output: string) => void): void => {
  if (input._tag === "one") return tell(input.artifact.node, input.artifact.output)
  if (input._tag === "each") return tell(input.each, "rows")
  for (const { artifacts } of input.rows) {
    for (const field in artifacts) tell(artifacts[field].node, artifacts[field].output)
  }
}

const isArtifact = (given: unknown): given is Artifact<unknown> =>
  typeof given === "object" && given !== null && "node" in given && "output" in given && "kind" in given

const fill = (stage: string, slot: string, spec: Slot, given: GivenInputs[string]): NodeInput | undefined => {
  const refuse = (found: string): GraphError =>
    new GraphError(`stage ${stage} was called with ${found} for its input "${slot}"`)
  if (isList(spec)) {
    if (Array.isArray(given)) {
      const fields = Object.keys(spec.fields)
      const rows = given.map((row: GivenRow, index) => toRow(row, index, fields, refuse))
      return { _tag: "rows", slot, fields: spec.fields, rows }
    }
    if (typeof given === "object" && "_tag" in given && given.node._tag === "dynamic") {
      return { _tag: "each", slot, fields: spec.fields, each: given.node }
    }
    throw refuse("no list")
  }
  if (isOptional(spec) && given === undefined) return undefined
  if (!isArtifact(given)) throw refuse(given === undefined ? "nothing" : "what is no artifact")
  return { _tag: "one", slot, kind: isOptional(spec) ? spec.kind : spec, artifact: given }
}

/** A row as given: its artifacts by field, its label or its position. */
export const toRow = (
  row: GivenRow,
  index: number,
  fields: ReadonlyArray<string>,
  refuse: (found: string) => GraphError
): Row => {
  const artifacts: Record<string, Artifact<unknown>> = {}
  for (const field of fields) {
    const artifact = row[field]
    if (!isArtifact(artifact)) throw refuse(`a row ${index} that lacks "${field}"`)
    artifacts[field] = artifact
  }
  return { label: typeof row["label"] === "string" ? row["label"] : String(index), artifacts }
}

const isList = (spec: Slot): spec is ListSlot<Fields> => "_tag" in spec && spec._tag === "list"

const isOptional = (spec: Slot): spec is OptionalSlot<ErasedKind> =>
  "_tag" in spec && spec._tag === "optional"

const reference = (artifact: Artifact<unknown>): string => `${artifact.node.index}.${artifact.output}`

const identityOf = (input: NodeInput): string => {
  switch (input._tag) {
    case "one":
      return `${input.slot} ${reference(input.artifact)}`
    case "each":
      return `${input.slot} each ${input.each.index}`
    case "rows":
      return `${input.slot} ${canonicalJson(
        input.rows.map(({ label, artifacts }) => [
          label,
          ...Object.keys(artifacts)
            .sort()
            .map((field) => `${field} ${reference(artifacts[field])}`)
        ])
      )}`
  }
}

/** The artifact that a handle stands for now: looks through dynamic nodes that have a result. */
export const resolve = (artifact: Artifact<unknown>): Artifact<unknown> => {
  let found = artifact
  while (found.node._tag === "dynamic") {
    const { result } = found.node
    if (result === undefined || isRows(result)) return found
    found = result[found.output]!
  }
  return found
}

const isRows = (result: Artifacts | ReadonlyArray<Row>): result is ReadonlyArray<Row> => Array.isArray(result)

/** Asks of each artifact that a node reads, as far as they are known, until an answer is yes; of rows only the slot's fields. */
export const someArtifact = (node: StageNode, ask: (artifact: Artifact<unknown>) => boolean): boolean => {
  for (const input of node.inputs) {
    if (input._tag === "one") {
      if (ask(input.artifact)) return true
      continue
    }
    const fields = Object.keys(input.fields)
    for (const row of rowsOf(input) ?? []) {
      for (const field of fields) if (ask(row.artifacts[field])) return true
    }
  }
  return false
}

/** Tells of each node that a node reads, as far as that is known. */
export const eachNeed = (node: Node, tell: (other: Node) => void): void => {
  if (node._tag === "dynamic") {
    if (node.result === undefined) tell(resolve(node.watch).node)
    return
  }
  for (const input of node.inputs) {
    if (input._tag === "each" && input.each.result === undefined) tell(input.each)
  }
  someArtifact(node, (artifact) => {
    tell(resolve(artifact).node)
    return false
  })
}

/** The artifacts that a node reads, as far as they are known. */
export const artifactsOf = (node: StageNode): ReadonlyArray<Artifact<unknown>> => {
  const artifacts: Array<Artifact<unknown>> = []
  someArtifact(node, (artifact) => {
    artifacts.push(artifact)
    return false
  })
  return artifacts
}

/** The rows that a slot holds now, or undefined while a dynamic node has not made them. */
export const rowsOf = (
  input: Extract<NodeInput, { _tag: "rows" | "each" }>
): ReadonlyArray<Row> | undefined => {
  if (input._tag === "rows") return input.rows
  const { result } = input.each
  return result !== undefined && isRows(result) ? result : undefined
}
