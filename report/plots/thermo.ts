// Density while the box settles at constant pressure, and pressure in the production run, of one sample.
import * as Plot from "@observablehq/plot"
import type { Campaign, SampleRow } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { small } from "./card.ts"
import { colours, draw, thin } from "./draw.ts"

type Thermo = Campaign["thermos"][number]["thermo"]

interface Dot {
  readonly time: number
  readonly value: number
}

/** So many points are as many as the width can show. */
const most = 150

/** Points to tell of along a curve. */
const spots = 50

/** Undefined where the run did not come to constant pressure. */
export const plotDensity = (
  thermo: Thermo,
  row: SampleRow | undefined,
  label: string
): string | undefined => {
  const dots = thermo.flatMap(({ density, phase, time }): ReadonlyArray<Dot> =>
    phase === "constant pressure" && density !== null ? [{ time, value: density }] : []
  )
  if (dots.length < 2) return undefined
  const { density = null, density_stderr = null } = row ?? {}
  const mean = density === null ? [] : [density]
  return draw(
    label,
    {
      ...small,
      x: { label: "time at constant pressure / ps", ticks: 5 },
      y: { label: "density / g cm⁻³", nice: true, ticks: 5 },
      marks: [
        ...mean.map((value) => Plot.ruleY([value], { stroke: colours.ink, strokeDasharray: "6 4" })),
        Plot.line(thin(dots, most), { x: "time", y: "value", stroke: colours.allAtom, strokeWidth: 1.5 })
      ]
    },
    thin(dots, spots).map(({ time, value }) => ({
      x: time,
      y: value,
      text: `${significant(time, 3)} ps: ${significant(value, 3)} g/cm³${
        density === null ? "" : ` (mean ${withError(density, density_stderr)})`
      }`
    }))
  )
}

/** Undefined where there is no production run. */
export const plotPressure = (
  thermo: Thermo,
  row: SampleRow | undefined,
  label: string
): string | undefined => {
  const dots = thermo.flatMap(({ phase, pressure, time }): ReadonlyArray<Dot> =>
    phase === "production" && pressure !== null ? [{ time, value: pressure }] : []
  )
  if (dots.length < 2) return undefined
  let sum = 0
  const means = dots.map(({ time, value }, i) => ({ time, value: (sum += value) / (i + 1) }))
  const { pressure = null, pressure_stderr = null } = row ?? {}
  const said = pressure === null ? "" : ` (mean ${withError(pressure, pressure_stderr)})`
  return draw(
    label,
    {
      ...small,
      marginLeft: 58,
      x: { label: "time of the production / ps", ticks: 5 },
      y: { label: "pressure / bar", nice: true, ticks: 5 },
      marks: [
        Plot.ruleY([0], { strokeOpacity: 0.4 }),
        Plot.line(thin(dots, most), { x: "time", y: "value", stroke: colours.allAtom, strokeOpacity: 0.35 }),
        Plot.line(thin(means, most), { x: "time", y: "value", stroke: colours.allAtom, strokeWidth: 2.5 })
      ]
    },
    thin(means, spots).map(({ time, value }) => ({
      x: time,
      y: value,
      text: `mean of the first ${significant(time, 3)} ps: ${significant(value, 3)} bar${said}`
    }))
  )
}
