// The samples of a campaign: what each came to with its errors, and a card of plots for each.
import type { Campaign } from "../Campaign.ts"
import { missing, significant, withError } from "../format.ts"
import { html, table } from "../html.ts"
import type { Html } from "../html.ts"
import { sourceOf } from "../Source.ts"
import { from, note, quality } from "./pieces.ts"
import type { Section } from "./pieces.ts"
import { cardKeys, sampleCard } from "./sampleCard.ts"

/** So many cards are open at first. */
const open = 3

export const samplesSection = (campaign: Campaign): Section => {
  const { samples } = campaign
  return {
    id: "samples",
    title: "Samples",
    body: html`<p>
        Sample 0 is the unchanged force field. Behind ± stands one standard error; a number leads to the node
        that made it.
      </p>
      ${samples.length === 0 ? note("There is no sample.") : overview(campaign)} ${verdicts(campaign)}
      ${samples.length === 0 ? undefined : cardKeys}
      ${samples.map((row, i) => sampleCard(campaign, row, i < open))}`
  }
}

const overview = (campaign: Campaign): Html => {
  const { frictions, mobilities, samples } = campaign
  const { ofSample } = sourceOf(campaign)
  const rows = samples.map((sample) => ({
    ...sample,
    mobility: mobilities.find((row) => row.sample === sample.sample),
    friction: frictions.find((row) => row.sample === sample.sample)
  }))
  return table("Samples", rows, [
    { head: "sample", cell: (row) => html`<a href="#sample-${row.sample}">${row.sample}</a>`, number: true },
    { head: "quality", cell: (row) => quality(row.quality) },
    {
      head: "T / K",
      cell: (row) => from(ofSample(row.sample, "run"), significant(row.temperature, 4)),
      number: true
    },
    {
      head: "p / bar",
      cell: (row) => from(ofSample(row.sample, "run"), withError(row.pressure, row.pressure_stderr)),
      number: true
    },
    {
      head: "density / g cm⁻³",
      cell: (row) => from(ofSample(row.sample, "run"), withError(row.density, row.density_stderr)),
      number: true
    },
    {
      head: "D all-atom / 10⁻⁹ m² s⁻¹",
      cell: ({ mobility, sample }) =>
        from(ofSample(sample, "allAtom"), withError(mobility?.D_AA ?? null, mobility?.D_AA_stderr ?? null)),
      number: true
    },
    {
      head: "D coarse-grained",
      cell: ({ mobility, sample }) =>
        from(ofSample(sample, "coarse"), withError(mobility?.D_CG ?? null, mobility?.D_CG_stderr ?? null)),
      number: true
    },
    {
      head: "acceleration",
      cell: ({ mobility }) =>
        withError(mobility?.acceleration ?? null, mobility?.acceleration_stderr ?? null),
      number: true
    },
    {
      head: "with friction",
      cell: ({ friction, sample }) =>
        from(
          ofSample(sample, "friction"),
          withError(friction?.acceleration ?? null, friction?.acceleration_stderr ?? null)
        ),
      number: true
    },
    {
      head: "RDF residual",
      cell: (row) => from(ofSample(row.sample, "inversion"), withError(row.residual, row.residual_stderr)),
      number: true
    },
    {
      head: "noise floor",
      cell: (row) => from(ofSample(row.sample, "target"), significant(row.noise_floor, 2)),
      number: true
    },
    ...(samples.some(({ variation }) => variation !== null)
      ? [
          {
            head: "bonds and angles: total variation (noise)",
            cell: (row: (typeof rows)[number]) =>
              `${significant(row.variation, 2)} (${significant(row.variation_floor, 2)})`,
            number: true
          }
        ]
      : []),
    { head: "iterations", cell: (row) => row.iterations ?? missing, number: true }
  ])
}

const verdicts = ({ frictions, mobilities, samples }: Campaign): Html | undefined => {
  const rows = samples.flatMap((sample) => {
    const found = [
      { what: "all-atom run and inversion", row: sample },
      { what: "diffusion", row: mobilities.find((row) => row.sample === sample.sample) },
      { what: "friction", row: frictions.find((row) => row.sample === sample.sample) }
    ].flatMap(({ row, what }) =>
      row === undefined || row.quality === "ok"
        ? []
        : [{ sample: sample.sample, what, quality: row.quality, reason: row.reason ?? "" }]
    )
    // What spoils a run spoils what follows from it, with the same words.
    return found.filter(({ reason }, i) => found.findIndex((other) => other.reason === reason) === i)
  })
  if (rows.length === 0) return undefined
  return table("Why some samples are not used, or not for everything", rows, [
    { head: "sample", cell: (row) => row.sample, number: true },
    { head: "what", cell: (row) => row.what },
    { head: "quality", cell: (row) => quality(row.quality) },
    { head: "reason", cell: (row) => row.reason, wrap: true }
  ])
}
