// The acceleration of each sample against its density, without and with friction, and the line at 1.
import * as Plot from "@observablehq/plot"
import type { Campaign } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { colours, draw } from "./draw.ts"

interface Point {
  readonly sample: number
  readonly density: number
  readonly value: number
  readonly error: number
  readonly good: boolean
  readonly what: "structure alone" | "calibrated friction"
}

type Tables = Pick<Campaign, "frictions" | "mobilities" | "samples">

/** Samples that have no density, or no acceleration, are left out. */
const pointsOf = ({ frictions, mobilities, samples }: Tables): ReadonlyArray<Point> => {
  const densities = new Map(samples.map(({ density, sample }) => [sample, density]))
  return [
    ...mobilities.map((row) => ({ ...row, what: "structure alone" as const })),
    ...frictions.map((row) => ({ ...row, what: "calibrated friction" as const }))
  ].flatMap(({ acceleration, acceleration_stderr, quality, sample, what }) => {
    const density = densities.get(sample) ?? null
    if (acceleration === null || density === null) return []
    const good = quality === "ok"
    return [{ sample, density, value: acceleration, error: acceleration_stderr ?? 0, good, what }]
  })
}

/** A quality that is not ok makes a hollow point. Undefined where there is no point. */
export const plotAccelerations = (tables: Tables): string | undefined => {
  const points = pointsOf(tables)
  if (points.length === 0) return undefined
  const radius = points.length > 120 ? 2.5 : 4.5
  const marks = (what: Point["what"], colour: string, symbol: "circle" | "triangle") => {
    const some = points.filter((point) => point.what === what)
    return [
      Plot.ruleX(some, {
        x: "density",
        y1: (point: Point) => Math.max(0, point.value - point.error),
        y2: (point: Point) => point.value + point.error,
        stroke: colour
      }),
      Plot.dot(some, {
        x: "density",
        y: "value",
        symbol,
        r: radius,
        stroke: colour,
        fill: (point: Point) => (point.good ? colour : "var(--surface)")
      })
    ]
  }
  return draw(
    "Acceleration against density",
    {
      height: 400,
      x: { label: "density / g cm⁻³", nice: true, inset: 10 },
      y: { label: "acceleration, D / D all-atom", nice: true, zero: true },
      marks: [
        Plot.ruleY([1], { strokeDasharray: "6 4", strokeOpacity: 0.7 }),
        ...marks("structure alone", colours.coarse, "circle"),
        ...marks("calibrated friction", colours.friction, "triangle")
      ]
    },
    points.map(({ density, error, sample, value, what }) => ({
      x: density,
      y: value,
      text: `sample ${sample}, ${what}: ${withError(value, error)} at ${significant(density, 3)} g/cm³`
    }))
  )
}
