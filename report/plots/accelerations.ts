// The acceleration factor of each sample with its standard error, and the line at 1.
import * as Plot from "@observablehq/plot"
import { withError } from "../format.ts"
import { draw, sampleTicks } from "./draw.ts"

export interface Acceleration {
  readonly sample: number
  readonly acceleration: number | null
  readonly acceleration_stderr: number | null
  readonly quality: string
}

interface Point {
  readonly sample: number
  readonly value: number
  readonly error: number
  readonly good: boolean
}

/** Rows without a number are left out; a quality that is not ok makes a hollow point. */
export const plotAccelerations = (
  rows: ReadonlyArray<Acceleration>,
  {
    colour,
    label,
    symbol
  }: { readonly colour: string; readonly label: string; readonly symbol: "circle" | "triangle" }
): string => {
  const points = rows.flatMap(
    ({ acceleration, acceleration_stderr, quality, sample }): ReadonlyArray<Point> =>
      acceleration === null
        ? []
        : [{ sample, value: acceleration, error: acceleration_stderr ?? 0, good: quality === "ok" }]
  )
  const samples = rows.map(({ sample }) => sample)
  return draw(label, {
    height: 260,
    x: {
      label: "sample",
      domain: [Math.min(0, ...samples) - 0.5, Math.max(0, ...samples) + 0.5],
      ticks: sampleTicks(samples),
      tickFormat: "d"
    },
    y: { label, nice: true, zero: true },
    marks: [
      Plot.ruleY([1], { strokeDasharray: "6 4", strokeOpacity: 0.7 }),
      Plot.ruleX(points, {
        x: "sample",
        y1: (point: Point) => point.value - point.error,
        y2: (point: Point) => point.value + point.error,
        stroke: colour
      }),
      Plot.dot(points, {
        x: "sample",
        y: "value",
        symbol,
        r: points.length > 60 ? 2.5 : 4.5,
        stroke: colour,
        fill: (point: Point) => (point.good ? colour : "var(--surface)"),
        title: (point: Point) => `sample ${point.sample}: ${withError(point.value, point.error)}`
      })
    ]
  })
}
