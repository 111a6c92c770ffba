// The page of a campaign: one HTML file with every plot and table, true to the tables of the run.
import type { Campaign } from "./Campaign.ts"
import { renderDocument } from "./document.ts"
import { html } from "./html.ts"
import type { Html } from "./html.ts"
import { meanWords } from "./sections/mobility.ts"
import { frictionSection, mobilitySection } from "./sections/mobility.ts"
import { modelsSection, pairsSection, validationSection } from "./sections/models.ts"
import { note } from "./sections/pieces.ts"
import { provenanceSection } from "./sections/provenance.ts"
import { samplesSection } from "./sections/samples.ts"
import { structureSection } from "./sections/structure.ts"

/** The same campaign gives the same text. */
export const renderCampaign = (campaign: Campaign): string =>
  renderDocument({
    title: "Coarse-graining campaign",
    lead: html`<p class="soft">Run ${campaign.provenance.run} of ${campaign.provenance.pipeline}</p>
      ${facts(campaign)} ${campaign.absent.map(({ table, why }) => note(`${table}: ${why}`))}
      ${campaign.provenance.failures.map(({ fix, message, node }) => note(`${node} failed: ${message}. ${fix}`))}`,
    sections: [
      samplesSection(campaign),
      structureSection(campaign),
      mobilitySection(campaign),
      frictionSection(campaign),
      pairsSection(campaign),
      modelsSection(campaign),
      validationSection(campaign),
      provenanceSection(campaign.provenance)
    ]
  })

/** The numbers that a reader looks for first. */
const facts = ({ frictions, matching, mobilities, samples, validations }: Campaign): Html => {
  const good = (rows: ReadonlyArray<{ readonly quality: string; readonly acceleration: number | null }>) =>
    rows.filter((row) => row.quality === "ok").map(({ acceleration }) => acceleration)
  const usable = samples.filter((row) => row.quality === "ok").length
  const found = [
    { name: "usable samples", words: `${usable} of ${samples.length}` },
    { name: "acceleration, structure alone", words: meanWords(good(mobilities)) },
    { name: "acceleration, calibrated friction", words: meanWords(good(frictions)) },
    {
      name: "acceleration, predicted friction, held-out samples",
      words: meanWords(good(validations.filter(({ route }) => route === "friction")))
    },
    { name: "pairs of equal mobility", words: matching === undefined ? undefined : String(matching.pairs) }
  ]
  return html`<dl class="facts">
    ${found.map(({ name, words }) => {
      if (words === undefined) return undefined
      const [number = "", ...rest] = words.split(", ")
      return html`<div>
        <dt>${name}</dt>
        <dd>${number}${rest.length === 0 ? undefined : html`<small>${rest.join(", ")}</small>`}</dd>
      </div>`
    })}
  </dl>`
}
