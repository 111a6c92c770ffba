// The residual of each iteration of an inversion, above the noise that chance alone would give.
import * as Plot from "@observablehq/plot"
import type { Campaign } from "../Campaign.ts"
import { significant } from "../format.ts"
import { small } from "./card.ts"
import { colours, draw, sampleTicks } from "./draw.ts"

type Inversion = Campaign["inversions"][number]["inversion"]

interface Step {
  readonly iteration: number
  readonly residual: number
  readonly floor: number | null
  readonly best: boolean
}

/** Undefined where no iteration was simulated. */
export const plotInversion = ({ history, residual: best }: Inversion, label: string): string | undefined => {
  const steps = history.flatMap(({ noiseFloor, residual }, i): ReadonlyArray<Step> =>
    residual === null ? [] : [{ iteration: i + 1, residual, floor: noiseFloor, best: residual === best }]
  )
  if (steps.length === 0) return undefined
  const floors = steps.filter(({ floor }) => floor !== null)
  return draw(
    label,
    {
      ...small,
      x: {
        label: "iteration",
        domain: [0.5, steps.length + 0.5],
        ticks: sampleTicks(steps.map(({ iteration }) => iteration)).filter((tick) => tick > 0),
        tickFormat: "d"
      },
      y: { label: "residual of the RDF", nice: true, zero: true, ticks: 5 },
      marks: [
        Plot.line(floors, { x: "iteration", y: "floor", stroke: colours.muted, strokeDasharray: "6 4" }),
        Plot.line(steps, { x: "iteration", y: "residual", stroke: colours.coarse, strokeWidth: 1.5 }),
        Plot.dot(steps, {
          x: "iteration",
          y: "residual",
          r: 4,
          stroke: colours.coarse,
          fill: ({ best }: Step) => (best ? colours.coarse : "var(--surface)")
        })
      ]
    },
    steps.map(({ best, floor, iteration, residual }) => ({
      x: iteration,
      y: residual,
      text: `iteration ${iteration}${best ? ", the best" : ""}: residual ${significant(residual, 2)}, noise ${significant(floor, 2)}`
    }))
  )
}
