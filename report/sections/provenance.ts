// Provenance: which run, which params and tools, and what became of each node.
import { duration } from "../format.ts"
import { html, table } from "../html.ts"
import type { Html } from "../html.ts"
import type { Provenance, ProvenanceNode } from "../Provenance.ts"
import { value } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const provenanceSection = (provenance: Provenance): Section => ({
  id: "provenance",
  title: "Provenance",
  body: html`<p>
      Run <code>${provenance.run}</code> of <code>${provenance.pipeline}</code>, started
      ${provenance.startedAt} on ${provenance.host} by largo ${provenance.version}. ${countWords(provenance)}
    </p>
    ${table("Params", Object.entries(provenance.params), [
      { head: "param", cell: ([name]) => name },
      { head: "value", cell: ([, given]) => code(value(given)) }
    ])}
    ${
      provenance.tools.length === 0
        ? undefined
        : table("Tools, by what they say they are", provenance.tools, [
            { head: "tool", cell: (row) => row.name },
            {
              head: "identity",
              cell: (row) => html`<span title="${row.identity}">${shorten(row.identity)}</span>`
            }
          ])
    }
    ${targetsTable(provenance)} ${stagesTable(provenance.nodes)}
    <details>
      <summary>All ${provenance.nodes.length} nodes</summary>
      ${nodesTable(provenance.nodes)}
    </details>`
})

export const countWords = ({ counts, how }: Provenance): string =>
  counts === null
    ? "It was cut off before its end."
    : `It ${how === "finished" ? "finished" : "was interrupted"} after ${duration(counts.seconds)}: ${counts.ran} nodes ran, ${counts.cached} were cached, ${counts.restored} restored, ${counts.failed} failed, ${counts.skipped} were skipped.`

export const targetsTable = ({ targets }: Provenance): Html =>
  table("Targets, by the SHA-256 of their bytes", targets, [
    { head: "target", cell: (row) => row.name },
    { head: "digest", cell: (row) => (row.digest === null ? "not reached" : code(row.digest.slice(0, 16))) },
    { head: "node", cell: (row) => row.node ?? "" }
  ])

/** A line a stage: how many nodes, in which states, and their CPU time. */
export const stagesTable = (nodes: ReadonlyArray<ProvenanceNode>): Html =>
  table(
    "Stages; CPU time of the attempts that made the results, in this run or an earlier one",
    [...Map.groupBy(nodes, ({ stage }) => stage)],
    [
      { head: "stage", cell: ([stage]) => stage },
      { head: "nodes", cell: ([, some]) => some.length, number: true },
      ...(["ran", "cached", "restored", "failed"] as const).map((state) => ({
        head: state,
        cell: ([, some]: [string, ReadonlyArray<ProvenanceNode>]) =>
          some.filter((node) => node.state === state).length,
        number: true
      })),
      { head: "CPU", cell: ([, some]) => duration(some.reduce((sum, { cpu }) => sum + cpu, 0)), number: true }
    ]
  )

export const nodesTable = (nodes: ReadonlyArray<ProvenanceNode>): Html =>
  table("Nodes", nodes, [
    { head: "node", cell: (row) => row.node },
    {
      head: "state",
      cell: (row) => (row.state === "failed" ? html`<span class="bad">failed</span>` : row.state)
    },
    { head: "CPU", cell: (row) => duration(row.cpu), number: true },
    { head: "time", cell: (row) => duration(row.wall), number: true },
    { head: "key", cell: (row) => code(row.key.slice(0, 12)) }
  ])

const code = (text: string): Html => html`<code>${text}</code>`

const shorten = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`)
