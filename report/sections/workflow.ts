// The graph of a run, and behind each of its boxes the nodes: what decided each of them, and how it came to be.
import { duration } from "../format.ts"
import { html, raw, table } from "../html.ts"
import type { Html } from "../html.ts"
import { drawWorkflow, groupWords, workflowOf } from "../plots/workflow.ts"
import type { Group } from "../plots/workflow.ts"
import type { Provenance, ProvenanceNode } from "../Provenance.ts"
import { nodeCard } from "./nodeCard.ts"
import { anchorOf } from "./pieces.ts"
import type { Section } from "./pieces.ts"

/** A run with more nodes has cards for those alone that a number leads to. */
const most = 1500

/** @param linked anchors that other sections lead to */
export const workflowSection = (provenance: Provenance, linked: ReadonlySet<string> = new Set()): Section => {
  const workflow = workflowOf(provenance)
  const few = provenance.nodes.length <= most
  const seen = new Set<string>()
  const nodes = new Map(provenance.nodes.map((node) => [node.node, node]))
  const cardOf = (node: ProvenanceNode): Html | undefined => {
    const id = anchorOf(node)
    if (node.key === "" || seen.has(id) || !(few || linked.has(id))) return undefined
    seen.add(id)
    return nodeCard(provenance, node, nodes)
  }
  return {
    id: "workflow",
    title: "Workflow",
    body: html`<p>
        A box stands for the nodes of a stage, one each sample, iteration or route. ✔ ran in this run, ○ found
        in the cache, ✖ failed, – skipped; times are CPU times. A line that others stand for is left out; a
        box leads to its nodes.
      </p>
      <div class="scroll">${raw(drawWorkflow(workflow))}</div>
      ${workflow.groups.map((group) => groupPart(group, cardOf))}`
  }
}

const groupPart = (group: Group, cardOf: (node: ProvenanceNode) => Html | undefined): Html => {
  const cards = group.nodes.map((node) => ({ node, card: cardOf(node) }))
  const others = cards.filter(({ card }) => card === undefined).map(({ node }) => node)
  const labels = group.labels.length === 0 ? "" : ` by ${group.labels.join(", ")}`
  return html`<details class="group">
    <summary>
      <span id="stage-${group.id}"><b>${group.stage}</b>${labels}</span>
      <span class="soft">${groupWords(group)}</span>
    </summary>
    ${cards.map(({ card }) => card)} ${others.length === 0 ? undefined : nodesTable(others)}
  </details>`
}

export const nodesTable = (nodes: ReadonlyArray<ProvenanceNode>): Html =>
  table("Nodes", nodes, [
    { head: "node", cell: (row) => row.node },
    {
      head: "state",
      cell: (row) => (row.state === "failed" ? html`<span class="bad">failed</span>` : row.state)
    },
    { head: "CPU", cell: (row) => duration(row.cpu), number: true },
    { head: "time", cell: (row) => duration(row.wall), number: true },
    { head: "key", cell: (row) => html`<code>${row.key.slice(0, 12)}</code>` }
  ])
