// The structure-preserving potentials of all samples, for one pair of bead types.
import * as Plot from "@observablehq/plot"
import type { PotentialRow } from "../Campaign.ts"
import { categories, colours, draw } from "./draw.ts"

/** Few samples have a colour each; of many the unchanged force field stands out. */
export const colourOf = (sample: number, samples: ReadonlyArray<number>): string =>
  samples.length <= categories.length
    ? (categories[samples.indexOf(sample)] ?? colours.muted)
    : sample === 0
      ? colours.coarse
      : colours.muted

/** Energies far up the repulsive wall are left out, so that the wells can be told apart. */
export const plotPotentials = (rows: ReadonlyArray<PotentialRow>): string => {
  const samples = [...new Set(rows.map(({ sample }) => sample))]
  const depth = -Math.min(0, ...rows.map(({ U }) => U))
  const top = Math.max(1.5 * depth, 1)
  const shown = rows.filter(({ U }) => U <= top)
  const many = samples.length > categories.length
  // The unchanged force field is drawn last, above the others.
  const order = samples.toSorted((a, b) => Number(a === 0) - Number(b === 0))
  return draw(`Potentials of ${samples.length} samples`, {
    x: { label: "r / nm", nice: true },
    y: { label: "U / kJ mol⁻¹", domain: [-1.1 * depth, top] },
    marks: [
      Plot.ruleY([0], { strokeOpacity: 0.4 }),
      ...order.map((sample) =>
        Plot.line(
          shown.filter((row) => row.sample === sample),
          {
            x: "r",
            y: "U",
            stroke: colourOf(sample, samples),
            strokeWidth: sample === 0 ? 2.5 : 1.5,
            strokeOpacity: many && sample !== 0 ? 0.5 : 1,
            title: () => `sample ${sample}`
          }
        )
      )
    ]
  })
}
