// Bonds and angles: the potentials of all samples, and one distribution with its error beside the model's.
import * as Plot from "@observablehq/plot"
import type { BondedDistributionRow, BondedPotentialRow } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { small } from "./card.ts"
import { categories, colours, draw, thin } from "./draw.ts"
import { colourOf } from "./potentials.ts"

/** kJ/mol: 4 kT, and what is seen of a well. */
const top = 10

type Coordinate = { readonly r: number | null; readonly theta: number | null }

const x = ({ r, theta }: Coordinate): number => r ?? theta ?? NaN
const labelOf = (rows: ReadonlyArray<Coordinate>): string => (rows[0]?.theta == null ? "r / nm" : "θ / °")

const placeOf = ({ r, theta }: Coordinate): string =>
  theta === null ? `r ${significant(r, 3)} nm` : `θ ${significant(theta, 3)}°`

/** Potentials of one bond or angle, of all samples. */
export const plotBondedPotentials = (rows: ReadonlyArray<BondedPotentialRow>): string => {
  const samples = [...new Set(rows.map(({ sample }) => sample))]
  const shown = rows.filter(({ U }) => U <= top)
  const many = samples.length > categories.length
  const order = samples.toSorted((a, b) => Number(a === 0) - Number(b === 0))
  const { beads, kind } = rows[0]
  const plot = {
    x: { label: labelOf(rows), nice: true },
    y: { label: "U / kJ mol⁻¹", domain: [0, top] },
    marks: order.map((sample) =>
      Plot.line(
        shown.filter((row) => row.sample === sample),
        {
          x,
          y: "U",
          stroke: colourOf(sample, samples),
          strokeWidth: sample === 0 ? 2.5 : 1.5,
          strokeOpacity: many && sample !== 0 ? 0.5 : 1
        }
      )
    )
  }
  return draw(
    `Potentials of the ${kind} ${beads}`,
    plot,
    (many ? [0] : samples).flatMap((sample) =>
      thin(
        shown.filter((row) => row.sample === sample),
        60
      ).map((row) => ({
        x: x(row),
        y: row.U,
        text: `sample ${sample}, ${placeOf(row)}: ${significant(row.U, 3)} kJ/mol`
      }))
    )
  )
}

/** Shares of the bins of one bond or angle of one sample, where there are any. */
export const plotBondedDistribution = (rows: ReadonlyArray<BondedDistributionRow>, label: string): string => {
  const filled = rows.flatMap(({ model, target }, i) => (target > 0 || (model ?? 0) > 0 ? [i] : []))
  const shown = rows.slice(Math.max(0, (filled[0] ?? 0) - 2), (filled.at(-1) ?? rows.length) + 3)
  const model = shown.filter((row) => row.model !== null)
  const plot = {
    ...small,
    x: { label: labelOf(rows), nice: true, ticks: 5 },
    y: { label: "share of a bin", nice: true, ticks: 5, zero: true },
    marks: [
      Plot.areaY(shown, {
        x,
        y1: (row: BondedDistributionRow) => row.target - 2 * row.target_sem,
        y2: (row: BondedDistributionRow) => row.target + 2 * row.target_sem,
        fill: colours.allAtom,
        fillOpacity: 0.25
      }),
      Plot.line(shown, { x, y: "target", stroke: colours.allAtom, strokeWidth: 1.5 }),
      Plot.line(model, { x, y: "model", stroke: colours.coarse, strokeWidth: 1.5, strokeDasharray: "5 3" })
    ]
  }
  return draw(
    label,
    plot,
    thin(shown, 60).map((row) => ({
      x: x(row),
      y: row.target,
      text: `${placeOf(row)}: target ${withError(row.target, row.target_sem)}${
        row.model === null ? "" : `, model ${significant(row.model, 2)}`
      }`
    }))
  )
}
