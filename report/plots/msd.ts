// The mean squared displacements of one sample at both resolutions, with the lines whose slope is 6 D.
import * as Plot from "@observablehq/plot"
import type { Displacement } from "../Campaign.ts"
import { significant } from "../format.ts"
import { small } from "./card.ts"
import { colours, draw, thin } from "./draw.ts"

interface Dot {
  readonly t: number
  readonly msd: number
}

/** So many lags, evenly spaced on the logarithmic axis. */
const lags = 120

export const plotMsd = (displacements: ReadonlyArray<Displacement>, label: string): string => {
  const shown = displacements.filter(({ msd }) => msd.length > 0)
  const plot = {
    ...small,
    x: { type: "log" as const, label: "t / ps", ticks: logTicks(shown, "t"), tickFormat: String },
    y: { type: "log" as const, label: "MSD / nm²", ticks: logTicks(shown, "msd"), tickFormat: String },
    marks: shown.flatMap((one) => {
      const colour = one.resolution === "all-atom" ? colours.allAtom : colours.coarse
      return [
        Plot.line(spaced(one.msd), { x: "t", y: "msd", stroke: colour, strokeWidth: 1.5 }),
        Plot.line(fitLine(one), { x: "t", y: "msd", stroke: colour, strokeWidth: 6, strokeOpacity: 0.35 })
      ]
    })
  }
  return draw(
    label,
    plot,
    shown.flatMap(({ msd, resolution }) =>
      thin(spaced(msd), 40).map(({ msd: value, t }) => ({
        x: t,
        y: value,
        text: `${resolution}, ${significant(t, 3)} ps: ${significant(value, 3)} nm²`
      }))
    )
  )
}

/** The fitted line MSD = offset + 6 D t over the window of the fit. */
export const fitLine = ({
  diffusion: { D, offset, tmax, tmin }
}: Pick<Displacement, "diffusion">): ReadonlyArray<Dot> => {
  if (D === null || offset === null || tmin === null || tmax === null) return []
  // 1e-9 m2/s is 1e-3 nm2/ps.
  const slope = 6e-3 * D
  return Array.from({ length: 30 }, (_, i) => {
    const t = tmin * (tmax / tmin) ** (i / 29)
    return { t, msd: offset + slope * t }
  }).filter((dot) => dot.msd > 0)
}

/** Rows at about even steps of log t. */
const spaced = (rows: ReadonlyArray<Dot>): ReadonlyArray<Dot> => {
  const positive = rows.filter(({ msd, t }) => t > 0 && msd > 0)
  const [first, last] = [positive.at(0), positive.at(-1)]
  if (first === undefined || last === undefined || positive.length <= lags) return positive
  const ratio = (last.t / first.t) ** (1 / lags)
  let next = 0
  return positive.filter((row) => {
    if (row.t < next && row !== last) return false
    next = row.t * ratio
    return true
  })
}

const logTicks = (shown: ReadonlyArray<Displacement>, axis: keyof Dot): ReadonlyArray<number> => {
  const values = shown.flatMap(({ msd }) => msd.map((row) => row[axis])).filter((value) => value > 0)
  if (values.length === 0) return []
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
    Infinity,
    -Infinity
  ] as const)
  // Over less than two decades the powers of ten alone would be too few.
  const steps = high / low < 100 ? ["1", "2", "5"] : ["1"]
  const [from, to] = [Math.floor(Math.log10(low)), Math.floor(Math.log10(high))]
  return Array.from({ length: to - from + 1 }, (_, i) => steps.map((step) => Number(`${step}e${from + i}`)))
    .flat()
    .filter((tick) => tick >= low && tick <= high)
}
