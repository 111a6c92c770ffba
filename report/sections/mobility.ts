// Mobility: displacements with their fits, diffusion at both resolutions, acceleration, and what friction makes of it.
import type { Campaign, Displacement } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { geometricMean } from "../geometricMean.ts"
import { figure, html, table } from "../html.ts"
import type { Html } from "../html.ts"
import { plotAccelerations } from "../plots/accelerations.ts"
import type { Acceleration } from "../plots/accelerations.ts"
import { colours } from "../plots/draw.ts"
import { plotMobilities } from "../plots/mobilities.ts"
import { plotMsd } from "../plots/msd.ts"
import { grid, legend, note, notShown, quality } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const mobilitySection = (campaign: Campaign): Section => {
  const { mobilities } = campaign
  const both = mobilities.map(({ D_AA, D_CG, quality, sample }) => ({
    sample,
    quality,
    shown: D_AA !== null && D_CG !== null
  }))
  return {
    id: "mobility",
    title: "Mobility",
    body: html`<p>
        Self-diffusion coefficients at the size of the simulated box, without a finite-size correction: both
        resolutions have the same number of molecules and the same box, so that their ratio is meaningful.
      </p>
      <h3>Mean squared displacements</h3>
      ${displacementPlots(campaign.displacements)}
      <h3>All-atom against coarse-grained</h3>
      ${
        both.some(({ shown }) => shown)
          ? figure(
              plotMobilities(mobilities),
              `Diffusion coefficients of the structure-preserving models; bars are one standard error, numbers the samples.${notShown(both)}`
            )
          : note("No sample has a diffusion coefficient at both resolutions.")
      }
      <h3>Acceleration</h3>
      ${accelerationPlot(mobilities, "acceleration, D coarse-grained / D all-atom", "circle")}`
  }
}

export const frictionSection = ({ frictions }: Campaign): Section => ({
  id: "friction",
  title: "Calibrated friction",
  body: html`<p>
      A Langevin thermostat slows the structure-preserving model until it moves like the all-atom liquid, and
      leaves its structure alone. An acceleration of 1 is the aim; it is measured in a run of its own.
    </p>
    ${accelerationPlot(frictions, "acceleration with friction, D / D all-atom", "triangle")}
    ${
      frictions.length === 0
        ? undefined
        : table("Friction of each sample", frictions, [
            { head: "sample", cell: (row) => row.sample, number: true },
            { head: "quality", cell: (row) => quality(row.quality) },
            { head: "damping time / ps", cell: (row) => withError(row.tau, row.tau_stderr), number: true },
            { head: "D aimed at / 10⁻⁹ m² s⁻¹", cell: (row) => significant(row.D_target, 3), number: true },
            { head: "D reached", cell: (row) => withError(row.D, row.D_stderr), number: true },
            {
              head: "acceleration",
              cell: (row) => withError(row.acceleration, row.acceleration_stderr),
              number: true
            },
            { head: "RDF residual", cell: (row) => significant(row.residual, 2), number: true },
            { head: "without friction", cell: (row) => significant(row.residual_without, 2), number: true },
            { head: "p / bar", cell: (row) => significant(row.pressure, 3), number: true },
            { head: "without friction", cell: (row) => significant(row.pressure_without, 3), number: true }
          ])
    }`
})

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

const accelerationPlot = (
  rows: ReadonlyArray<Acceleration>,
  label: string,
  symbol: "circle" | "triangle"
): Html => {
  const shown = rows.map(({ acceleration, quality: word, sample }) => ({
    sample,
    quality: word,
    shown: acceleration !== null
  }))
  if (!shown.some((row) => row.shown)) return note("No sample has one.")
  const colour = symbol === "circle" ? colours.coarse : colours.friction
  const good = rows.filter((row) => row.quality === "ok").map(({ acceleration }) => acceleration)
  const mean = meanWords(good)
  const hollow = rows.some((row) => row.quality !== "ok" && row.acceleration !== null)
  return figure(
    plotAccelerations(rows, { colour, label, symbol }),
    `Bars are one standard error.${hollow ? " Hollow: the quality is not ok." : ""}${
      mean === undefined ? "" : ` Geometric mean of the samples whose quality is ok: ${mean}.`
    }${notShown(shown)}`
  )
}

const displacementPlots = (displacements: ReadonlyArray<Displacement>): Html => {
  const samples = [...Map.groupBy(displacements, ({ sample }) => sample)]
  const drawn = samples.filter(([, some]) => some.some(({ msd }) => msd.length > 0))
  if (drawn.length === 0) return note("No sample has a mean squared displacement.")
  const left = notShown(
    samples.map(([sample, some]) => ({
      sample,
      quality: some[0]?.diffusion.quality ?? "ok",
      shown: some.some(({ msd }) => msd.length > 0)
    }))
  )
  return html`${legend([
    { text: "all-atom", colour: colours.allAtom, mark: "line" },
    { text: "coarse-grained", colour: colours.coarse, mark: "line" },
    { text: "fitted line of slope 6 D over its window", colour: colours.muted, mark: "thick" }
  ])}
  ${grid(
    drawn.map(([sample, some]) =>
      figure(
        plotMsd(some, `Mean squared displacements of sample ${sample}`),
        `Sample ${sample}: ${fitWords(some)}`
      )
    )
  )}
  ${left === "" ? undefined : html`<p class="soft">${left.trim()}</p>`} ${doubts(displacements)}
  ${fitTable(displacements)}`
}

/** What the samples' table does not tell: the reasons of fits whose quality is not ok. */
const doubts = (displacements: ReadonlyArray<Displacement>): Html | undefined => {
  const words = displacements.flatMap(({ diffusion: { D, quality: word, reason }, resolution, sample }) =>
    D === null || word === "ok" ? [] : [`sample ${sample} ${resolution}: ${reason ?? word}`]
  )
  return words.length === 0 ? undefined : note(`Fits that are not used: ${words.join("; ")}.`)
}

const fitWords = (some: ReadonlyArray<Displacement>): string =>
  some.map(({ diffusion: { D, stderr }, resolution }) => `${resolution} ${withError(D, stderr)}`).join(", ")

const fitTable = (displacements: ReadonlyArray<Displacement>): Html =>
  html`<details>
    <summary>The fits in numbers</summary>
    ${table(
      "D with its standard error by generalised least squares; Q is the quality of the fit, near 1/2 at best",
      displacements,
      [
        { head: "sample", cell: (row) => row.sample, number: true },
        { head: "resolution", cell: (row) => row.resolution },
        { head: "quality", cell: ({ diffusion }) => quality(diffusion.quality) },
        {
          head: "D / 10⁻⁹ m² s⁻¹",
          cell: ({ diffusion }) => withError(diffusion.D, diffusion.stderr),
          number: true
        },
        { head: "Q", cell: ({ diffusion }) => significant(diffusion.Q, 2), number: true },
        { head: "from / ps", cell: ({ diffusion }) => significant(diffusion.tmin, 3), number: true },
        { head: "to / ps", cell: ({ diffusion }) => significant(diffusion.tmax, 3), number: true },
        { head: "log-log slope", cell: ({ diffusion }) => significant(diffusion.slope, 3), number: true },
        { head: "molecules", cell: ({ diffusion }) => diffusion.molecules, number: true },
        { head: "box / nm", cell: ({ diffusion }) => significant(diffusion.box, 4), number: true },
        { head: "frames", cell: ({ diffusion }) => diffusion.frames, number: true }
      ]
    )}
  </details>`
