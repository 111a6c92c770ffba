// The radial distribution functions of one sample and pair: all-atom target with its error, and the model.
import * as Plot from "@observablehq/plot"
import type { RdfRow } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { small } from "./card.ts"
import { colours, draw, thin } from "./draw.ts"

/** Distances at which nothing is yet, but for a little, say nothing. */
const visible = (rows: ReadonlyArray<RdfRow>): ReadonlyArray<RdfRow> => {
  const first = rows.findIndex(({ g_model, g_target }) => Math.max(g_target, g_model ?? 0) > 0.01)
  return rows.slice(Math.max(0, first - 8))
}

export const plotRdf = (all: ReadonlyArray<RdfRow>, label: string): string => {
  const rows = visible(all)
  const model = rows.filter(({ g_model }) => g_model !== null)
  return draw(
    label,
    {
      ...small,
      x: { label: "r / nm", ticks: 5 },
      y: { label: "g(r)", nice: true, ticks: 5, zero: true },
      marks: [
        Plot.ruleY([1], { strokeOpacity: 0.3 }),
        Plot.areaY(rows, {
          x: "r",
          y1: (row: RdfRow) => row.g_target - 2 * row.g_target_sem,
          y2: (row: RdfRow) => row.g_target + 2 * row.g_target_sem,
          fill: colours.allAtom,
          fillOpacity: 0.25
        }),
        Plot.line(rows, { x: "r", y: "g_target", stroke: colours.allAtom, strokeWidth: 1.5 }),
        Plot.line(model, {
          x: "r",
          y: "g_model",
          stroke: colours.coarse,
          strokeWidth: 1.5,
          strokeDasharray: "5 3"
        })
      ]
    },
    thin(rows, 60).map(({ g_model, g_target, g_target_sem, r }) => ({
      x: r,
      y: g_target,
      text: `r ${significant(r, 3)} nm: target ${withError(g_target, g_target_sem)}${
        g_model === null ? "" : `, model ${significant(g_model, 3)}`
      }`
    }))
  )
}
