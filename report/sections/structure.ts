// Structure: the potentials of all samples, and how close their models come to the all-atom structure.
import type { Campaign } from "../Campaign.ts"
import { significant } from "../format.ts"
import { figure, html, table } from "../html.ts"
import { plotBondedPotentials } from "../plots/bonded.ts"
import { categories, colours } from "../plots/draw.ts"
import { colourOf, plotPotentials } from "../plots/potentials.ts"
import { sourceOf } from "../Source.ts"
import { from, legend, note, notShown, sources } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const structureSection = (campaign: Campaign): Section => {
  const { potentials, samples } = campaign
  const source = sourceOf(campaign)
  const withPotential = [...new Set(potentials.map(({ sample }) => sample))]
  const left = notShown(
    samples.map(({ quality, sample }) => ({ sample, quality, shown: withPotential.includes(sample) }))
  )
  const pairs = [...Map.groupBy(potentials, ({ pair }) => pair)]
  const terms = [...Map.groupBy(campaign.bondedPotentials, ({ beads, kind }) => `${kind} ${beads}`)]
  const known = samples.filter(({ residual }) => residual !== null)
  return {
    id: "structure",
    title: "Structure",
    body: html`<p>
        Iterative Boltzmann inversion makes the potential between beads with which the coarse-grained liquid
        has the all-atom radial distribution function (RDF).
      </p>
      ${
        pairs.length === 0
          ? note("No sample has a potential.")
          : [
              withPotential.length > categories.length
                ? legend([
                    { text: "sample 0, the unchanged force field", colour: colours.coarse, mark: "line" },
                    { text: "the other samples", colour: colours.muted, mark: "line" }
                  ])
                : legend(
                    withPotential.map((sample) => ({
                      text: `sample ${sample}`,
                      colour: colourOf(sample, withPotential),
                      mark: "line"
                    }))
                  ),
              ...pairs.map(([pair, rows]) =>
                figure(
                  plotPotentials(rows),
                  html`Potentials between beads ${pair} that reproduce the all-atom structure, by Boltzmann
                  inversion.${left} ${sources([source.ofTarget("potentials")])}`
                )
              ),
              ...terms.map(([term, rows]) =>
                figure(
                  plotBondedPotentials(rows),
                  html`Potentials of the ${term}, up to 10 kJ/mol.${left}
                  ${sources([source.ofTarget("bonded_potentials")])}`
                )
              )
            ]
      }
      ${
        known.length === 0
          ? undefined
          : table("How close: relative L1 distance of the model's RDF to the all-atom one", known, [
              { head: "sample", cell: (row) => row.sample, number: true },
              {
                head: "residual",
                cell: (row) => from(source.ofSample(row.sample, "inversion"), significant(row.residual, 2)),
                number: true
              },
              {
                head: "its standard error",
                cell: (row) => significant(row.residual_stderr, 2),
                number: true
              },
              {
                head: "noise alone gives",
                cell: (row) => from(source.ofSample(row.sample, "target"), significant(row.noise_floor, 2)),
                number: true
              },
              { head: "iterations", cell: (row) => row.iterations ?? "", number: true }
            ])
      }`
  }
}
