// The page of a campaign: one HTML file with every plot and table, true to the tables of the run.
import type { Campaign } from "./Campaign.ts"
import { renderDocument } from "./document.ts"
import { liquidSection } from "./sections/liquid.ts"
import { mobilitySection } from "./sections/mobility.ts"
import { modelsSection } from "./sections/models.ts"
import { provenanceSection } from "./sections/provenance.ts"
import { samplesSection } from "./sections/samples.ts"
import { structureSection } from "./sections/structure.ts"
import { summary } from "./sections/summary.ts"
import { validationSection } from "./sections/validation.ts"
import { workflowSection } from "./sections/workflow.ts"

/** The same campaign gives the same text. Another section is one more line here. */
export const renderCampaign = (campaign: Campaign): string => {
  const { liquid, provenance } = campaign
  const { molecule } = provenance.params
  const results = [
    liquidSection(campaign),
    mobilitySection(campaign),
    structureSection(campaign),
    modelsSection(campaign),
    validationSection(campaign),
    samplesSection(campaign)
  ]
  const linked = new Set(
    results.flatMap(({ body }) => [...body.html.matchAll(/href="#(n-[0-9a-f]+)"/g)].map(([, id]) => id))
  )
  return renderDocument({
    title: `Coarse-graining campaign${typeof molecule === "string" ? ` of ${molecule}` : ""}`,
    lead: summary(campaign),
    sections: [...results, workflowSection(provenance, linked), provenanceSection(provenance)],
    viewer: liquid !== undefined
  })
}
