// Held-out samples, simulated: the acceleration that each route reaches, a point a sample.
import * as Plot from "@observablehq/plot"
import type { ValidationRow } from "../Campaign.ts"
import { withError } from "../format.ts"
import { colours, draw } from "./draw.ts"
import { routeName } from "./routes.ts"

interface Point {
  readonly sample: number
  readonly route: string
  readonly value: number
  readonly error: number
  /** Pixels: points of one route stand below each other. */
  readonly shift: number
  readonly good: boolean
}

/** From the inversion itself to what is predicted with friction. */
const order = ["ibi", "structure", "mobility", "rescaled", "friction"]

/** Rows without a number are left out; a quality that is not ok makes a hollow point. */
export const plotValidations = (rows: ReadonlyArray<ValidationRow>): string => {
  const samples = [...new Set(rows.map(({ sample }) => sample))].sort((a, b) => a - b)
  const step = Math.min(9, 60 / samples.length)
  const points = rows.flatMap(
    ({ acceleration, acceleration_stderr, quality, sample, ...row }): ReadonlyArray<Point> => {
      if (acceleration === null) return []
      const route = routeName(row)
      const shift = (samples.indexOf(sample) - (samples.length - 1) / 2) * step
      return [
        { sample, route, value: acceleration, error: acceleration_stderr ?? 0, shift, good: quality === "ok" }
      ]
    }
  )
  const found = [...new Set(points.map(({ route }) => route))]
  const rank = (name: string): number => order.findIndex((route) => name.startsWith(route))
  const routes = found.sort((a, b) => rank(a) - rank(b))
  const shifts = [...new Set(points.map(({ shift }) => shift))]
  const plot = {
    height: 70 + Math.max(40, (samples.length + 1.5) * step) * routes.length,
    marginLeft: 190,
    x: { label: "acceleration, D / D all-atom", zero: true, nice: true },
    y: { label: null, domain: routes, tickSize: 0 },
    marks: [
      Plot.ruleX([1], { strokeDasharray: "6 4", strokeOpacity: 0.7 }),
      ...shifts.flatMap((dy) => {
        const some = points.filter(({ shift }) => shift === dy)
        return [
          Plot.ruleY(some, {
            y: "route",
            x1: (point: Point) => point.value - point.error,
            x2: (point: Point) => point.value + point.error,
            dy,
            stroke: colours.coarse
          }),
          Plot.dot(some, {
            x: "value",
            y: "route",
            dy,
            r: 3.5,
            stroke: colours.coarse,
            fill: (point: Point) => (point.good ? colours.coarse : "var(--surface)")
          })
        ]
      })
    ]
  }
  return draw(
    "Acceleration of held-out samples by route",
    plot,
    points.map(({ error, route, sample, shift, value }) => ({
      x: value,
      y: route,
      dy: shift,
      text: `sample ${sample}, ${route}: ${withError(value, error)}`
    }))
  )
}
