// Structure: the potentials of all samples, and their radial distribution functions against the all-atom target.
import type { Campaign } from "../Campaign.ts"
import { significant } from "../format.ts"
import { figure, html } from "../html.ts"
import { categories, colours } from "../plots/draw.ts"
import { colourOf, plotPotentials } from "../plots/potentials.ts"
import { plotRdf } from "../plots/rdf.ts"
import { grid, legend, note, notShown } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const structureSection = ({ potentials, rdfs, samples }: Campaign): Section => {
  const withPotential = [...new Set(potentials.map(({ sample }) => sample))]
  const left = notShown(
    samples.map(({ quality, sample }) => ({ sample, quality, shown: withPotential.includes(sample) }))
  )
  const curves = [...Map.groupBy(rdfs, ({ pair, sample }) => `${sample} ${pair}`).values()]
  const pairs = [...Map.groupBy(potentials, ({ pair }) => pair)]
  return {
    id: "structure",
    title: "Structure",
    body: html`<h3>Potentials</h3>
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
                  `Potentials between beads ${pair} that reproduce the all-atom structure, by Boltzmann inversion.${left}`
                )
              )
            ]
      }
      <h3>Radial distribution functions</h3>
      ${
        curves.length === 0
          ? note("No sample has a radial distribution function.")
          : [
              legend([
                { text: "all-atom target", colour: colours.allAtom, mark: "line" },
                { text: "± 2 standard errors", colour: colours.allAtom, mark: "band" },
                { text: "coarse-grained model", colour: colours.coarse, mark: "dashed" }
              ]),
              grid(
                curves.map((rows) => {
                  const [first] = rows
                  const label = `Sample ${first?.sample ?? ""}, beads ${first?.pair ?? ""}`
                  const residual = samples.find(({ sample }) => sample === first?.sample)?.residual ?? null
                  const said = residual === null ? ", no model" : `: residual ${significant(residual, 2)}`
                  return figure(plotRdf(rows, label), `${label}${said}`)
                })
              )
            ]
      }`
  }
}
