// The card of one sample: density and pressure, structure, potential, inversion, displacements with their fits.
import type { BondedDistributionRow, Campaign, Displacement, SampleRow } from "../Campaign.ts"
import { missing, significant, withError } from "../format.ts"
import { figure, html, raw, table } from "../html.ts"
import type { Html } from "../html.ts"
import { plotBondedDistribution } from "../plots/bonded.ts"
import { colours } from "../plots/draw.ts"
import { plotInversion } from "../plots/inversion.ts"
import { plotMsd } from "../plots/msd.ts"
import { plotPotential } from "../plots/potentials.ts"
import { plotRdf } from "../plots/rdf.ts"
import { plotDensity, plotPressure } from "../plots/thermo.ts"
import { sourceOf } from "../Source.ts"
import { from, legend, note, quality, sources } from "./pieces.ts"

/** What colours and lines mean on every card. */
export const cardKeys: Html = legend([
  { text: "all-atom", colour: colours.allAtom, mark: "line" },
  { text: "± 2 standard errors", colour: colours.allAtom, mark: "band" },
  { text: "coarse-grained", colour: colours.coarse, mark: "line" },
  { text: "unchanged force field", colour: colours.muted, mark: "dotted" },
  { text: "noise floor, mean", colour: colours.muted, mark: "dashed" },
  { text: "line of slope 6 D where it was fitted", colour: colours.muted, mark: "thick" }
])

export const sampleCard = (campaign: Campaign, row: SampleRow, open: boolean): Html => {
  const { sample } = row
  const plots = [
    ...thermoPlots(campaign, row),
    ...rdfPlots(campaign, row),
    ...potentialPlots(campaign, sample),
    ...bondedPlots(campaign, sample),
    inversionPlot(campaign, row),
    msdPlot(campaign, sample)
  ].filter((plot) => plot !== undefined)
  const body = html`${row.quality === "ok" ? undefined : note(`${row.quality}: ${row.reason ?? ""}`)}
  ${plots.length === 0 ? note("Nothing of it can be drawn.") : html`<div class="grid">${plots}</div>`}
  ${fits(campaign, sample)}`
  const words = [
    row.density === null ? undefined : `${withError(row.density, row.density_stderr)} g/cm³`,
    row.quality === "ok" ? undefined : row.quality
  ].filter((word) => word !== undefined)
  const title = `Sample ${sample}${sample === 0 ? ", the unchanged force field" : ""}`
  return html`<details class="card" ${raw(open ? "open" : "")}>
    <summary>
      <h3 id="sample-${sample}">${title}</h3>
      <span class="soft">${words.join(", ")}</span>
    </summary>
    ${body}
  </details>`
}

const thermoPlots = (campaign: Campaign, row: SampleRow): ReadonlyArray<Html> => {
  const { sample } = row
  const found = campaign.thermos.find((one) => one.sample === sample)
  if (found === undefined) return []
  const from = sources([sourceOf(campaign).ofSample(sample, "run")])
  const density = plotDensity(found.thermo, row, `Density of sample ${sample}`)
  const pressure = plotPressure(found.thermo, row, `Pressure of sample ${sample}`)
  return [
    ...(density === undefined
      ? []
      : [
          figure(density, html`<b>Density</b> ${withError(row.density, row.density_stderr)} g cm⁻³. ${from}`)
        ]),
    ...(pressure === undefined
      ? []
      : [
          figure(
            pressure,
            html`<b>Pressure</b> ${withError(row.pressure, row.pressure_stderr)} bar; bold: the mean so far.
              ${from}`
          )
        ])
  ]
}

const rdfPlots = (
  campaign: Campaign,
  { residual, residual_stderr, sample }: SampleRow
): ReadonlyArray<Html> => {
  const { ofSample } = sourceOf(campaign)
  const rows = campaign.rdfs.filter((row) => row.sample === sample)
  return [...Map.groupBy(rows, ({ pair }) => pair)].map(([pair, some]) =>
    figure(
      plotRdf(some, `Radial distribution function of sample ${sample}, beads ${pair}`),
      html`<b>RDF, ${pair}</b
        >${residual === null ? ", no model" : ` residual ${withError(residual, residual_stderr)}`}.
        ${sources([ofSample(sample, "target"), ofSample(sample, "inversion")])}`
    )
  )
}

const potentialPlots = (campaign: Campaign, sample: number): ReadonlyArray<Html> => {
  const { potentials } = campaign
  const rows = potentials.filter((row) => row.sample === sample)
  return [...Map.groupBy(rows, ({ pair }) => pair)].map(([pair, some]) => {
    const unchanged = sample === 0 ? [] : potentials.filter((row) => row.sample === 0 && row.pair === pair)
    const depth = Math.min(...some.map(({ U }) => U))
    return figure(
      plotPotential(some, unchanged, `Potential of sample ${sample}, beads ${pair}`),
      html`<b>Potential, ${pair}</b> down to ${significant(depth, 3)} kJ/mol.
        ${sources([sourceOf(campaign).ofSample(sample, "inversion")])}`
    )
  })
}

const bondedPlots = (campaign: Campaign, sample: number): ReadonlyArray<Html> => {
  const { ofSample } = sourceOf(campaign)
  const rows = campaign.bondedDistributions.filter((row) => row.sample === sample)
  return [...Map.groupBy(rows, ({ beads, kind }) => `${kind} ${beads}`)].map(([term, some]) => {
    const variation = variationOf(some)
    return figure(
      plotBondedDistribution(some, `Distribution of the ${term} of sample ${sample}`),
      html`<b>${term}</b
        >${variation === null ? ", no model" : ` total variation ${significant(variation, 2)}`}.
        ${sources([ofSample(sample, "target"), ofSample(sample, "inversion")])}`
    )
  })
}

/** Half the sum of |model - target|, the bins of one bond or angle; null without a model. */
const variationOf = (rows: ReadonlyArray<BondedDistributionRow>): number | null =>
  rows.reduce<number | null>(
    (sum, { model, target }) => (sum === null || model === null ? null : sum + Math.abs(model - target) / 2),
    0
  )

const inversionPlot = (campaign: Campaign, { noise_floor, sample }: SampleRow): Html | undefined => {
  const found = campaign.inversions.find((one) => one.sample === sample)
  if (found === undefined) return undefined
  const plot = plotInversion(found.inversion, `Convergence of the inversion of sample ${sample}`)
  if (plot === undefined) return undefined
  const { converged, history, residual } = found.inversion
  return figure(
    plot,
    html`<b>Inversion</b> ${converged ? "at the noise" : "stopped"} after ${history.length} iterations:
      residual ${significant(residual, 2)}, noise ${significant(noise_floor, 2)}.
      ${sources([sourceOf(campaign).ofSample(sample, "inversion")])}`
  )
}

const ofSample = ({ displacements }: Campaign, sample: number): ReadonlyArray<Displacement> =>
  displacements.filter((one) => one.sample === sample)

const msdPlot = (campaign: Campaign, sample: number): Html | undefined => {
  const some = ofSample(campaign, sample)
  if (!some.some(({ msd }) => msd.length > 0)) return undefined
  const words = some.map(
    ({ diffusion: { D, Q, stderr }, resolution }) =>
      `${resolution} D ${withError(D, stderr)}${Q === null ? "" : `, Q ${significant(Q, 2)}`}`
  )
  const { ofSample: sourceIn } = sourceOf(campaign)
  return figure(
    plotMsd(some, `Mean squared displacements of sample ${sample}`),
    html`<b>Displacement</b> ${words.join("; ")}.
      ${sources([sourceIn(sample, "allAtom"), sourceIn(sample, "coarse")])}`
  )
}

const fits = (campaign: Campaign, sample: number): Html | undefined => {
  const some = ofSample(campaign, sample)
  if (some.length === 0) return undefined
  const source = sourceOf(campaign)
  const node = ({ resolution }: Displacement) =>
    source.ofSample(sample, resolution === "all-atom" ? "allAtom" : "coarse")
  return table(
    "Diffusion: D with its standard error by generalised least squares; Q is the quality of the fit, near 1/2 at best",
    some,
    [
      { head: "resolution", cell: (row) => row.resolution },
      { head: "quality", cell: ({ diffusion }) => quality(diffusion.quality) },
      {
        head: "D / 10⁻⁹ m² s⁻¹",
        cell: (row) => from(node(row), withError(row.diffusion.D, row.diffusion.stderr)),
        number: true
      },
      { head: "Q", cell: ({ diffusion }) => significant(diffusion.Q, 2), number: true },
      {
        head: "fitted from / ps",
        cell: ({ diffusion }) => significant(diffusion.tmin, 3),
        number: true
      },
      { head: "to / ps", cell: ({ diffusion }) => significant(diffusion.tmax, 3), number: true },
      { head: "log-log slope", cell: ({ diffusion }) => significant(diffusion.slope, 3), number: true },
      { head: "molecules", cell: ({ diffusion }) => diffusion.molecules, number: true },
      { head: "box / nm", cell: ({ diffusion }) => significant(diffusion.box, 4), number: true },
      { head: "frames", cell: ({ diffusion }) => diffusion.frames, number: true },
      {
        head: "why it is not used",
        cell: ({ diffusion }) =>
          diffusion.quality === "ok" ? missing : (diffusion.reason ?? diffusion.quality),
        wrap: true
      }
    ]
  )
}
