// The errors of one model beside those of its baselines, with standard errors.
import * as Plot from "@observablehq/plot"
import type { ScoreRow } from "../Campaign.ts"
import { withError } from "../format.ts"
import { colours, draw } from "./draw.ts"

interface Bar {
  readonly method: string
  readonly value: number
  readonly error: number
}

/** In the order of the table; methods without a number are left out. */
export const plotScores = (rows: ReadonlyArray<ScoreRow>, label: string): string => {
  const bars = rows.flatMap(({ method, rmse, rmse_stderr }): ReadonlyArray<Bar> =>
    rmse === null ? [] : [{ method, value: rmse, error: rmse_stderr ?? 0 }]
  )
  const plot = {
    width: 330,
    height: 76 + 26 * bars.length,
    marginLeft: 122,
    marginRight: 24,
    x: { label, zero: true, nice: true, ticks: 4 },
    y: { label: null, domain: bars.map(({ method }) => method), tickSize: 0 },
    marks: [
      Plot.ruleX([0]),
      Plot.ruleY(bars, {
        y: "method",
        x1: (bar: Bar) => Math.max(0, bar.value - bar.error),
        x2: (bar: Bar) => bar.value + bar.error,
        stroke: (bar: Bar) => colourOf(bar)
      }),
      Plot.dot(bars, {
        x: "value",
        y: "method",
        r: 4.5,
        fill: (bar: Bar) => colourOf(bar)
      })
    ]
  }
  return draw(
    label,
    plot,
    bars.map(({ error, method, value }) => ({
      x: value,
      y: method,
      text: `${method}: ${withError(value, error)}`
    }))
  )
}

const colourOf = ({ method }: Bar): string => (method === "network" ? colours.friction : colours.muted)
