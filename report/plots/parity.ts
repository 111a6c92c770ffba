// Out-of-fold predictions against the values of the campaign, for one target; on the line both are equal.
import * as Plot from "@observablehq/plot"
import type { PredictionRow } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { colours, draw, thin } from "./draw.ts"

/** More points than this say nothing more; every second, third, ... of them is drawn. */
export const most = 1500

export const plotParity = (rows: ReadonlyArray<PredictionRow>, label: string): string => {
  const points = thin(rows, most)
  const crowded = points.length > 300
  const bar = (row: PredictionRow): number => (crowded ? 0 : (row.spread ?? 0))
  const values = points.flatMap((row) => [row.predicted - bar(row), row.predicted + bar(row), row.truth])
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const margin = 0.06 * (high - low) || 1
  const domain = [low - margin, high + margin]
  const plot = {
    width: 330,
    height: 330,
    marginLeft: 50,
    x: { label: "campaign", domain, ticks: 5 },
    y: { label: "predicted", domain, ticks: 5 },
    marks: [
      Plot.line(
        domain.map((end) => [end, end]),
        {
          stroke: colours.muted,
          strokeDasharray: "6 4"
        }
      ),
      ...(crowded
        ? []
        : [
            Plot.ruleX(points, {
              x: "truth",
              y1: (row: PredictionRow) => row.predicted - bar(row),
              y2: (row: PredictionRow) => row.predicted + bar(row),
              stroke: colours.friction
            })
          ]),
      Plot.dot(points, {
        x: "truth",
        y: "predicted",
        r: crowded ? 1.8 : 4,
        fill: colours.friction,
        fillOpacity: crowded ? 0.5 : 1
      })
    ]
  }
  return draw(
    label,
    plot,
    thin(rows, 200).map(({ predicted, r, sample, spread, truth }) => ({
      x: truth,
      y: predicted,
      text: `sample ${sample}${r === null ? "" : `, r ${significant(r, 3)} nm`}: predicted ${withError(predicted, spread)}, campaign ${significant(truth, 3)}`
    }))
  )
}
