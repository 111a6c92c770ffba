// The structure-preserving potentials of all samples, or of one beside the unchanged force field, for one pair of bead types.
import * as Plot from "@observablehq/plot"
import type { PotentialRow } from "../Campaign.ts"
import { significant } from "../format.ts"
import { small } from "./card.ts"
import { categories, colours, draw, thin } from "./draw.ts"

/** Few samples have a colour each; of many the unchanged force field stands out. */
export const colourOf = (sample: number, samples: ReadonlyArray<number>): string =>
  samples.length <= categories.length
    ? (categories[samples.indexOf(sample)] ?? colours.muted)
    : sample === 0
      ? colours.coarse
      : colours.muted

/** Energies far up the repulsive wall are left out, so that the wells can be told apart. */
const windowOf = (rows: ReadonlyArray<PotentialRow>) => {
  const depth = -Math.min(0, ...rows.map(({ U }) => U))
  const top = Math.max(1.5 * depth, 1)
  return { shown: rows.filter(({ U }) => U <= top), domain: [-1.1 * depth, top] }
}

/** Points to tell of along a curve. */
const most = 60

const spotsOf = (rows: ReadonlyArray<PotentialRow>) =>
  thin(rows, most).map(({ r, sample, U }) => ({
    x: r,
    y: U,
    text: `sample ${sample}, r ${significant(r, 3)} nm: ${significant(U, 3)} kJ/mol`
  }))

export const plotPotentials = (rows: ReadonlyArray<PotentialRow>): string => {
  const samples = [...new Set(rows.map(({ sample }) => sample))]
  const { domain, shown } = windowOf(rows)
  const many = samples.length > categories.length
  // The unchanged force field is drawn last, above the others.
  const order = samples.toSorted((a, b) => Number(a === 0) - Number(b === 0))
  const ofSample = (sample: number) => shown.filter((row) => row.sample === sample)
  return draw(
    `Potentials of ${samples.length} samples`,
    {
      x: { label: "r / nm", nice: true },
      y: { label: "U / kJ mol⁻¹", domain },
      marks: [
        Plot.ruleY([0], { strokeOpacity: 0.4 }),
        ...order.map((sample) =>
          Plot.line(ofSample(sample), {
            x: "r",
            y: "U",
            stroke: colourOf(sample, samples),
            strokeWidth: sample === 0 ? 2.5 : 1.5,
            strokeOpacity: many && sample !== 0 ? 0.5 : 1
          })
        )
      ]
    },
    (many ? [0] : samples).flatMap((sample) => spotsOf(ofSample(sample)))
  )
}

/** Where the sample is not the unchanged force field, the potential of that one is drawn behind it. */
export const plotPotential = (
  rows: ReadonlyArray<PotentialRow>,
  unchanged: ReadonlyArray<PotentialRow>,
  label: string
): string => {
  const { domain, shown } = windowOf(rows)
  const behind = unchanged.filter(({ U }) => U <= domain[1] && U >= domain[0])
  return draw(
    label,
    {
      ...small,
      x: { label: "r / nm", nice: true, ticks: 5 },
      y: { label: "U / kJ mol⁻¹", domain, ticks: 5 },
      marks: [
        Plot.ruleY([0], { strokeOpacity: 0.4 }),
        Plot.line(behind, { x: "r", y: "U", stroke: colours.muted, strokeDasharray: "2 3" }),
        Plot.line(shown, { x: "r", y: "U", stroke: colours.coarse, strokeWidth: 1.5 })
      ]
    },
    spotsOf(shown)
  )
}
