// What each route comes to over all held-out samples: its mean acceleration with the 95 % interval, and the line at 1.
import * as Plot from "@observablehq/plot"
import type { RouteRow } from "../Campaign.ts"
import { significant } from "../format.ts"
import { colours, draw } from "./draw.ts"

interface Bar {
  readonly name: string
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly samples: number
  readonly colour: string
}

export const routeName = ({ method, route }: Pick<RouteRow, "method" | "route">): string =>
  method === "inversion" ? route : `${route}, ${method}`

/** Undefined where no route has an acceleration. */
export const plotRoutes = (rows: ReadonlyArray<RouteRow>): string | undefined => {
  const bars = rows.flatMap((row): ReadonlyArray<Bar> => {
    const { mean_ln_a, mean_ln_a_high, mean_ln_a_low, route, samples } = row
    if (mean_ln_a === null) return []
    const colour = route === "friction" || route === "rescaled" ? colours.friction : colours.coarse
    return [
      {
        name: routeName(row),
        mean: Math.exp(mean_ln_a),
        low: Math.exp(mean_ln_a_low ?? mean_ln_a),
        high: Math.exp(mean_ln_a_high ?? mean_ln_a),
        samples,
        colour
      }
    ]
  })
  if (bars.length === 0) return undefined
  return draw(
    "Mean acceleration of held-out samples by route",
    {
      height: 76 + 26 * bars.length,
      marginLeft: 190,
      x: { type: "log", label: "mean acceleration, D / D all-atom", ...ratioTicks(bars) },
      y: { label: null, domain: bars.map(({ name }) => name), tickSize: 0 },
      marks: [
        Plot.ruleX([1], { strokeDasharray: "6 4", strokeOpacity: 0.7 }),
        Plot.ruleY(bars, { y: "name", x1: "low", x2: "high", stroke: "colour", strokeWidth: 2 }),
        Plot.dot(bars, { x: "mean", y: "name", r: 5, fill: "colour" })
      ]
    },
    bars.map(({ high, low, mean, name, samples }) => ({
      x: mean,
      y: name,
      text: `${name}: ${significant(mean, 3)}, 95 % interval ${significant(low, 2)} to ${significant(high, 2)}, ${samples} samples`
    }))
  )
}

/** Ticks that people count in, over what the bars take up and 1. */
const ratioTicks = (bars: ReadonlyArray<Bar>) => {
  const low = Math.min(1, ...bars.map((bar) => bar.low)) / 1.15
  const high = Math.max(1, ...bars.map((bar) => bar.high)) * 1.15
  const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].filter(
    (tick) => tick >= low && tick <= high
  )
  return { domain: [low, high], ticks, tickFormat: String }
}
