// The page that every run gets, of whatever pipeline: how it went, its graph with states and times, params, targets, failures.
import { renderDocument } from "./document.ts"
import { html, table } from "./html.ts"
import type { Provenance } from "./Provenance.ts"
import { countWords, provenanceSection } from "./sections/provenance.ts"
import { workflowSection } from "./sections/workflow.ts"

/** The same run gives the same text. */
export const renderRun = (provenance: Provenance): string => {
  const { failures, skipped } = provenance
  const troubles = [
    ...failures.map(({ fix, message, node, outcome }) => ({
      node,
      what: outcome,
      words: `${message} ${fix}`
    })),
    ...skipped.map(({ because, node }) => ({ node, what: "skipped", words: `because of ${because}` }))
  ]
  return renderDocument({
    title: `Run of ${provenance.pipeline}`,
    lead: html`<p>${countWords(provenance)}</p>`,
    sections: [
      ...(troubles.length === 0
        ? []
        : [
            {
              id: "failures",
              title: "What failed",
              body: table("Nodes that failed or were skipped", troubles, [
                { head: "node", cell: (row) => row.node },
                { head: "what", cell: (row) => html`<span class="bad">${row.what}</span>` },
                { head: "why", cell: (row) => row.words, wrap: true }
              ])
            }
          ]),
      workflowSection(provenance),
      provenanceSection(provenance)
    ],
    viewer: false
  })
}
