// The error of a model against the number of samples that it learned from, a line a method.
import * as Plot from "@observablehq/plot"
import type { ScoreRow } from "../Campaign.ts"
import { withError } from "../format.ts"
import { small } from "./card.ts"
import { colours, draw } from "./draw.ts"

interface Point {
  readonly method: string
  readonly samples: number
  readonly value: number
  readonly error: number
}

/** Undefined where fewer than two sizes were learned from: that is no curve. */
export const plotLearningCurve = (rows: ReadonlyArray<ScoreRow>, label: string): string | undefined => {
  const points = rows.flatMap(({ method, rmse, rmse_stderr, samples }): ReadonlyArray<Point> =>
    rmse === null || samples === 0 ? [] : [{ method, samples, value: rmse, error: rmse_stderr ?? 0 }]
  )
  const sizes = [...new Set(points.map(({ samples }) => samples))].sort((a, b) => a - b)
  if (sizes.length < 2) return undefined
  const methods = [...Map.groupBy(points, ({ method }) => method)]
  return draw(
    label,
    {
      ...small,
      x: { type: "log", label: "samples learned from", ticks: ticksOf(sizes), tickFormat: "d" },
      y: { label: "error", zero: true, nice: true, ticks: 5 },
      marks: methods.flatMap(([method, some]) => {
        const stroke = colourOf(method)
        return [
          Plot.ruleX(some, {
            x: "samples",
            y1: (point: Point) => Math.max(0, point.value - point.error),
            y2: (point: Point) => point.value + point.error,
            stroke
          }),
          Plot.line(some, { x: "samples", y: "value", stroke, strokeWidth: method === "network" ? 2 : 1.2 }),
          Plot.dot(some, { x: "samples", y: "value", r: 3, fill: stroke })
        ]
      })
    },
    points.map(({ error, method, samples, value }) => ({
      x: samples,
      y: value,
      text: `${method}, ${samples} samples: ${withError(value, error)}`
    }))
  )
}

/** Not so many that they run into each other on the logarithmic axis. */
const ticksOf = (sizes: ReadonlyArray<number>): ReadonlyArray<number> => {
  const least = ((sizes.at(-1) ?? 1) / sizes[0]) ** (1 / 8)
  return sizes.reduce<ReadonlyArray<number>>(
    (ticks, size) => (ticks.length > 0 && size < ticks[ticks.length - 1] * least ? ticks : [...ticks, size]),
    []
  )
}

const known: Readonly<Record<string, string>> = {
  network: colours.friction,
  "gaussian process": colours.coarse,
  ridge: colours.allAtom
}

export const colourOf = (method: string): string => known[method] ?? colours.muted
