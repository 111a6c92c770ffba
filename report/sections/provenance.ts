// Provenance: which run, with which params and tools, and the digests of its targets.
import { duration } from "../format.ts"
import { html, table } from "../html.ts"
import type { Html } from "../html.ts"
import type { Provenance } from "../Provenance.ts"
import { from, value } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const provenanceSection = (provenance: Provenance): Section => ({
  id: "provenance",
  title: "Provenance",
  body: html`<p>
      Run <code>${provenance.run}</code> of <code>${provenance.pipeline}</code>, started
      ${provenance.startedAt} on ${provenance.host} by largo ${provenance.version}. ${countWords(provenance)}
    </p>
    ${
      provenance.findings.length === 0
        ? undefined
        : table("Results that did not come out the same twice", provenance.findings, [
            { head: "node", cell: (row) => row.node },
            { head: "what", cell: (row) => row.message, wrap: true }
          ])
    }
    <h3 id="params">Params</h3>
    ${table("Params, defaults filled in", Object.entries(provenance.params), [
      { head: "param", cell: ([name]) => name },
      { head: "value", cell: ([, given]) => html`<code>${value(given)}</code>`, wrap: true }
    ])}
    ${
      provenance.tools.length === 0
        ? undefined
        : table("Tools, by what they say they are", provenance.tools, [
            { head: "tool", cell: (row) => row.name },
            { head: "identity", cell: (row) => row.identity, wrap: true }
          ])
    }
    ${targetsTable(provenance)}`
})

export const countWords = ({ counts, how }: Provenance): string =>
  counts === null
    ? "It was cut off before its end."
    : `It ${how === "finished" ? "finished" : "was interrupted"} after ${duration(counts.seconds)}: ${counts.ran} nodes ran, ${counts.cached} were cached, ${counts.restored} restored, ${counts.failed} failed, ${counts.skipped} were skipped.`

const targetsTable = ({ nodes, targets }: Provenance): Html => {
  const byName = new Map(nodes.map((node) => [node.node, node]))
  return table("Targets, by the SHA-256 of their bytes", targets, [
    { head: "target", cell: (row) => row.name },
    {
      head: "digest",
      cell: (row) => (row.digest === null ? "not reached" : html`<code>${row.digest.slice(0, 16)}</code>`)
    },
    { head: "node", cell: (row) => from(byName.get(row.node ?? ""), row.node ?? "") }
  ])
}
