// The graph of a run: a box for the nodes of a stage that have the same labels, with their states and CPU time.
import { Graph, layout } from "@dagrejs/dagre"
import { duration } from "../format.ts"
import { escape } from "../html.ts"
import type { Provenance, ProvenanceNode } from "../Provenance.ts"

export interface Group {
  /** The anchor of its nodes. */
  readonly id: string
  readonly stage: string
  /** The names of their labels, such as sample and iteration. */
  readonly labels: ReadonlyArray<string>
  readonly nodes: ReadonlyArray<ProvenanceNode>
  readonly skipped: number
}

export interface Workflow {
  readonly groups: ReadonlyArray<Group>
  readonly edges: ReadonlyArray<readonly [from: string, to: string]>
}

const labelNames = (node: string): ReadonlyArray<string> =>
  (node.split("@")[1] ?? "").split("/").flatMap((label) => (label.includes("=") ? [label.split("=")[0]] : []))

const groupOf = (node: string): string => [node.split("@")[0], ...labelNames(node)].join("-")

/** Edges are those between nodes of which one read what the other made; loops within a group are left out. */
export const workflowOf = ({ nodes, skipped }: Provenance): Workflow => {
  const lost = Map.groupBy(skipped, ({ node }) => groupOf(node))
  const groups = [...Map.groupBy(nodes, ({ node }) => groupOf(node))].map(([id, some]) => ({
    id,
    stage: some[0].stage,
    labels: labelNames(some[0].node),
    nodes: some,
    skipped: lost.get(id)?.length ?? 0
  }))
  const known = new Set(groups.map(({ id }) => id))
  for (const [id, some] of lost) {
    if (known.has(id)) continue
    const [{ node }] = some
    const stage = node.split("@")[0]
    groups.push({ id, stage, labels: labelNames(node), nodes: [], skipped: some.length })
  }
  const edges = new Map<string, readonly [string, string]>()
  const connect = (from: string, to: string): void => {
    if (from !== to) edges.set(`${from} ${to}`, [from, to])
  }
  for (const { made, node } of nodes) {
    for (const { from } of made?.inputs ?? []) if (from !== undefined) connect(groupOf(from), groupOf(node))
  }
  for (const { because, node } of skipped) connect(groupOf(because), groupOf(node))
  return { groups, edges: [...edges.values()] }
}

/** Edges that no path of others stands for: the picture stays readable, and the order is the same. */
const withoutDetours = (edges: Workflow["edges"]): Workflow["edges"] => {
  const next = Map.groupBy(edges, ([from]) => from)
  const reaches = (from: string, to: string, direct: boolean, seen: Set<string>): boolean =>
    (next.get(from) ?? []).some(([, step]) => {
      if (step === to) return !direct
      if (seen.has(step)) return false
      seen.add(step)
      return reaches(step, to, false, seen)
    })
  return edges.filter(([from, to]) => !reaches(from, to, true, new Set([from])))
}

/** Pixels. */
const box = { height: 46, letter: 7.4, small: 6.2, padding: 22 }

export type State = "failed" | "skipped" | "ran" | "cached"

export const stateOf = ({ nodes, skipped }: Group): State => {
  const states = new Set(nodes.map(({ state }) => state))
  if (states.has("failed")) return "failed"
  if (skipped > 0) return "skipped"
  return states.has("ran") || states.has("restored") ? "ran" : "cached"
}

const marks: Readonly<Record<State, string>> = { failed: "✖", skipped: "–", ran: "✔", cached: "○" }

/** "4 ran, 2 cached, 12 s": nothing that is 0. */
export const groupWords = ({ nodes, skipped }: Group): string => {
  const counts = [...Map.groupBy(nodes, ({ state }) => state)].map(
    ([state, some]) => `${some.length} ${state}`
  )
  if (skipped > 0) counts.push(`${skipped} skipped`)
  const cpu = nodes.reduce((sum, node) => sum + node.cpu, 0)
  return [...counts, ...(cpu > 0 ? [duration(cpu)] : [])].join(", ")
}

export const drawWorkflow = ({ edges, groups }: Workflow): string => {
  const graph = new Graph()
  graph.setGraph({ rankdir: "TB", nodesep: 14, ranksep: 26, marginx: 4, marginy: 4 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const group of groups) {
    const letters = Math.max(
      box.letter * (titleOf(group).length + 2),
      box.small * Math.max(groupWords(group).length, 8)
    )
    graph.setNode(group.id, { width: letters + box.padding, height: box.height })
  }
  for (const [from, to] of withoutDetours(edges)) graph.setEdge(from, to)
  layout(graph)
  const { height = 0, width = 0 } = graph.graph()
  const paths = graph.edges().map((edge: { readonly v: string; readonly w: string }) => {
    const { points = [] } = graph.edge(edge)
    return `<path class="edge" d="${curve(points)}"/>`
  })
  const boxes = groups.map((group) => {
    const { height: h, width: w, x, y } = graph.node(group.id)
    const state = stateOf(group)
    const where = group.labels.length === 0 ? "" : `, by ${group.labels.join(" and ")}`
    return `<a href="#stage-${escape(group.id)}" aria-label="${escape(`${group.stage}${where}: ${groupWords(group)}`)}"><g class="stage ${state}" transform="translate(${(x - w / 2).toFixed(1)},${(y - h / 2).toFixed(1)})"><rect width="${w.toFixed(1)}" height="${h}" rx="7"/><text x="${(w / 2).toFixed(1)}" y="19" class="name">${marks[state]} ${escape(titleOf(group))}</text><text x="${(w / 2).toFixed(1)}" y="36" class="count">${escape(groupWords(group))}</text></g></a>`
  })
  return `<svg class="workflow" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" role="group" aria-label="The graph of the run: ${groups.length} kinds of nodes"><defs><marker id="tip-of-edge" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0L8,4L0,8Z" class="tip"/></marker></defs>${paths.join("")}${boxes.join("")}</svg>`
}

const titleOf = ({ labels, stage }: Group): string =>
  labels.some((label) => label === "route") ? `${stage} (checks)` : stage

/** A smooth line through the points that the layout gives. */
const curve = (points: ReadonlyArray<{ readonly x: number; readonly y: number }>): string => {
  const at = ({ x, y }: { readonly x: number; readonly y: number }) => `${x.toFixed(1)},${y.toFixed(1)}`
  const [first, ...rest] = points
  const last = rest.at(-1)
  if (first === undefined || last === undefined) return ""
  const bends = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1]
    const middle = i === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 }
    return `Q${at(point)} ${at(middle)}`
  })
  return `M${at(first)}${bends.length === 0 ? `L${at(last)}` : bends.join("")}`
}
