// Structure: the potentials of all samples, and their distributions against the all-atom target.
import type { BondedDistributionRow, Campaign } from "../Campaign.ts"
import { significant } from "../format.ts"
import { figure, html } from "../html.ts"
import { plotBondedDistribution, plotBondedPotentials } from "../plots/bonded.ts"
import { categories, colours } from "../plots/draw.ts"
import { colourOf, plotPotentials } from "../plots/potentials.ts"
import { plotRdf } from "../plots/rdf.ts"
import { grid, legend, note, notShown } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const structureSection = ({
  bondedDistributions,
  bondedPotentials,
  potentials,
  rdfs,
  samples
}: Campaign): Section => {
  const withPotential = [...new Set(potentials.map(({ sample }) => sample))]
  const left = notShown(
    samples.map(({ quality, sample }) => ({ sample, quality, shown: withPotential.includes(sample) }))
  )
  const curves = [...Map.groupBy(rdfs, ({ pair, sample }) => `${sample} ${pair}`).values()]
  const pairs = [...Map.groupBy(potentials, ({ pair }) => pair)]
  const terms = [...Map.groupBy(bondedPotentials, ({ beads, kind }) => `${kind} ${beads}`)]
  const bonds = [
    ...Map.groupBy(bondedDistributions, ({ beads, kind, sample }) => `${sample} ${kind} ${beads}`).values()
  ]
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
              ),
              ...terms.map(([term, rows]) =>
                figure(plotBondedPotentials(rows), `Potentials of the ${term}, up to 10 kJ/mol.${left}`)
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
      }
      ${
        bonds.length === 0
          ? undefined
          : html`<h3>Bonds and angles</h3>
              ${grid(
                bonds.map((rows) => {
                  const [{ beads, kind, sample }] = rows as [BondedDistributionRow]
                  const label = `Sample ${sample}, ${kind} ${beads}`
                  const variation = variationOf(rows)
                  const said =
                    variation === null ? ", no model" : `: total variation ${significant(variation, 2)}`
                  return figure(plotBondedDistribution(rows, label), `${label}${said}`)
                })
              )}`
      }`
  }
}

/** Half the sum of |model - target|, the bins of one bond or angle; null without a model. */
const variationOf = (rows: ReadonlyArray<BondedDistributionRow>): number | null =>
  rows.reduce<number | null>(
    (sum, { model, target }) => (sum === null || model === null ? null : sum + Math.abs(model - target) / 2),
    0
  )
