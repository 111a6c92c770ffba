// Mobility: diffusion at both resolutions with the pairs that move alike, acceleration against density, and the friction.
import type { Campaign } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { geometricMean } from "../geometricMean.ts"
import { figure, html, table } from "../html.ts"
import type { Html } from "../html.ts"
import { plotAccelerations } from "../plots/accelerations.ts"
import { colours } from "../plots/draw.ts"
import { plotMobilities } from "../plots/mobilities.ts"
import { sourceOf } from "../Source.ts"
import { from, legend, note, notShown, quality, sources } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const mobilitySection = (campaign: Campaign): Section => ({
  id: "mobility",
  title: "Mobility",
  body: html`<p>
      Self-diffusion coefficients at the size of the simulated box, without a finite-size correction: both
      resolutions have the same number of molecules and the same box, so that their ratio is meaningful.
    </p>
    <div class="pair">
      <div>
        <h3>All-atom against coarse-grained</h3>
        ${diffusionPlot(campaign)}
      </div>
      <div>
        <h3>Acceleration against density</h3>
        ${accelerationPlot(campaign)}
      </div>
    </div>
    <h3>Pairs of equal mobility</h3>
    ${pairsPart(campaign)}
    <h3>Calibrated friction</h3>
    ${frictionPart(campaign)}`
})

const diffusionPlot = (campaign: Campaign): Html => {
  const { mobilities, pairs } = campaign
  const both = mobilities.map(({ D_AA, D_CG, quality, sample }) => ({
    sample,
    quality,
    shown: D_AA !== null && D_CG !== null
  }))
  if (!both.some(({ shown }) => shown))
    return note("No sample has a diffusion coefficient at both resolutions.")
  return html`${legend([
    { text: "a sample", colour: colours.coarse, mark: "circle" },
    ...(mobilities.some((row) => row.quality !== "ok")
      ? [{ text: "its quality is not ok", colour: colours.coarse, mark: "hollow" as const }]
      : []),
    ...(pairs.length > 0
      ? [
          { text: "in a pair", colour: colours.friction, mark: "ring" as const },
          {
            text: "from a source to the match that moves like it",
            colour: colours.friction,
            mark: "dotted" as const
          }
        ]
      : [])
  ])}
  ${figure(
    plotMobilities(mobilities, pairs),
    html`Diffusion coefficients of the structure-preserving models; bars are one standard error, numbers the
    samples.${notShown(both)} ${sources([sourceOf(campaign).ofTarget("mobilities")])}`
  )}`
}

const pairsPart = (campaign: Campaign): Html => {
  const { matching, pairs } = campaign
  const source = sourceOf(campaign)
  return html`<p>
      A pair is the all-atom liquid of one sample and the coarse-grained model of another that move alike:
      what a mobility-preserving potential is learned from.
      ${
        matching === undefined
          ? undefined
          : `There are ${matching.pairs} pairs from ${matching.sources} sources among ${matching.samples} usable samples; at least ${matching.minimumSources} sources are needed.`
      }
    </p>
    ${matching === undefined || matching.quality === "ok" ? undefined : note(`${matching.quality}: ${matching.reason ?? ""}`)}
    ${
      pairs.length === 0
        ? undefined
        : html`<details>
            <summary>The ${pairs.length} pairs</summary>
            ${table("Pairs; D in 10⁻⁹ m² s⁻¹", pairs, [
              { head: "source", cell: (row) => row.source, number: true },
              { head: "match", cell: (row) => row.match, number: true },
              {
                head: "D all-atom of source",
                cell: (row) => from(source.ofSample(row.source, "allAtom"), significant(row.D_AA, 3)),
                number: true
              },
              {
                head: "D coarse-grained of match",
                cell: (row) => from(source.ofSample(row.match, "coarse"), significant(row.D_CG, 3)),
                number: true
              },
              { head: "ratio", cell: (row) => withError(row.ratio, row.ratio_stderr), number: true }
            ])}
          </details>`
    }`
}

const accelerationPlot = (campaign: Campaign): Html => {
  const { frictions, mobilities, samples } = campaign
  const plot = plotAccelerations(campaign)
  if (plot === undefined) return note("No sample has an acceleration and a density.")
  const good = (rows: Campaign["mobilities"] | Campaign["frictions"]): string | undefined =>
    meanWords(rows.filter((row) => row.quality === "ok").map(({ acceleration }) => acceleration))
  const [without, withFriction] = [good(mobilities), good(frictions)]
  const dense = new Map(samples.map(({ density, sample }) => [sample, density]))
  const left = notShown(
    mobilities.map((row) => ({ ...row, shown: row.acceleration !== null && dense.get(row.sample) != null }))
  )
  return html`${legend([
    { text: "structure alone", colour: colours.coarse, mark: "circle" },
    { text: "with calibrated friction", colour: colours.friction, mark: "triangle" },
    { text: "the all-atom tempo", colour: colours.ink, mark: "dashed" }
  ])}
  ${figure(
    plot,
    html`Bars are one standard error; hollow marks are of samples whose quality is not ok.
    ${without === undefined ? "" : ` Geometric mean of the good ones, structure alone: ${without}.`}
    ${withFriction === undefined ? "" : ` With friction: ${withFriction}.`}${left}
    ${sources([
      sourceOf(campaign).ofTarget("samples"),
      sourceOf(campaign).ofTarget("mobilities"),
      sourceOf(campaign).ofTarget("frictions")
    ])}`
  )}`
}

const frictionPart = (campaign: Campaign): Html => {
  const { frictions } = campaign
  const source = sourceOf(campaign)
  return html`<p>
      A Langevin thermostat slows the structure-preserving model until it moves like the all-atom liquid, and
      leaves its structure alone. An acceleration of 1 is the aim; it is measured in a run of its own.
    </p>
    ${
      frictions.length === 0
        ? note("No friction was calibrated.")
        : table("Friction of each sample", frictions, [
            { head: "sample", cell: (row) => row.sample, number: true },
            { head: "quality", cell: (row) => quality(row.quality) },
            {
              head: "damping time / ps",
              cell: (row) =>
                from(source.ofSample(row.sample, "friction"), withError(row.tau, row.tau_stderr)),
              number: true
            },
            { head: "D aimed at / 10⁻⁹ m² s⁻¹", cell: (row) => significant(row.D_target, 3), number: true },
            { head: "D reached", cell: (row) => withError(row.D, row.D_stderr), number: true },
            {
              head: "acceleration",
              cell: (row) =>
                from(
                  source.ofSample(row.sample, "friction"),
                  withError(row.acceleration, row.acceleration_stderr)
                ),
              number: true
            },
            { head: "RDF residual", cell: (row) => significant(row.residual, 2), number: true },
            { head: "without friction", cell: (row) => significant(row.residual_without, 2), number: true },
            { head: "p / bar", cell: (row) => significant(row.pressure, 3), number: true },
            { head: "without friction", cell: (row) => significant(row.pressure_without, 3), number: true }
          ])
    }`
}

/** "4.9, 95 % interval 4.1 to 5.8, over 7 samples": the same words wherever a mean acceleration is given. */
export const meanWords = (values: ReadonlyArray<number | null>): string | undefined => {
  const found = geometricMean(values)
  if (found === undefined) return undefined
  const { count, interval, mean } = found
  const range =
    interval === null
      ? ""
      : `, 95 % interval ${significant(interval[0], 3)} to ${significant(interval[1], 3)}`
  return `${significant(mean, 3)}${range}, over ${count} sample${count === 1 ? "" : "s"}`
}
