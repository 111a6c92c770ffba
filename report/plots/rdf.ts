// The radial distribution functions of one sample and pair: all-atom target with its error, and the model.
import * as Plot from "@observablehq/plot"
import type { RdfRow } from "../Campaign.ts"
import { colours, draw } from "./draw.ts"

export const plotRdf = (rows: ReadonlyArray<RdfRow>, label: string): string => {
  const model = rows.filter(({ g_model }) => g_model !== null)
  return draw(label, {
    width: 320,
    height: 220,
    marginLeft: 42,
    x: { label: "r / nm", nice: true, ticks: 5 },
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
  })
}
