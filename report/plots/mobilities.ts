// All-atom against coarse-grained diffusion, a point a sample, with the line on which no model is accelerated.
import * as Plot from "@observablehq/plot"
import type { MobilityRow, PairRow } from "../Campaign.ts"
import { withError } from "../format.ts"
import { colours, draw } from "./draw.ts"
import { placeLabels } from "./placeLabels.ts"

interface Point {
  readonly sample: number
  readonly D_AA: number
  readonly D_AA_stderr: number
  readonly D_CG: number
  readonly D_CG_stderr: number
  readonly good: boolean
}

const size = { width: 540, height: 400, marginLeft: 52, marginBottom: 42, marginTop: 24, marginRight: 20 }

/** More pairs than this are a thicket; those of the best ratio are drawn. */
const mostPairs = 40

/**
 * Rows that lack one of the two are left out; a quality that is not ok makes a hollow point. A pair is a line from its
 * source down to the line of equal mobility and on to its match.
 */
export const plotMobilities = (rows: ReadonlyArray<MobilityRow>, pairs: ReadonlyArray<PairRow>): string => {
  const points = rows.flatMap(
    ({ D_AA, D_AA_stderr, D_CG, D_CG_stderr, quality, sample }): ReadonlyArray<Point> =>
      D_AA === null || D_CG === null
        ? []
        : [
            {
              sample,
              D_AA,
              D_AA_stderr: D_AA_stderr ?? 0,
              D_CG,
              D_CG_stderr: D_CG_stderr ?? 0,
              good: quality === "ok"
            }
          ]
  )
  const right = 1.08 * Math.max(0.1, ...points.map((point) => point.D_AA + point.D_AA_stderr))
  const top = 1.08 * Math.max(0.1, ...points.map((point) => point.D_CG + point.D_CG_stderr))
  const end = Math.min(right, top)
  const x = (value: number): number =>
    size.marginLeft + (value / right) * (size.width - size.marginLeft - size.marginRight)
  const y = (value: number): number =>
    size.height - size.marginBottom - (value / top) * (size.height - size.marginBottom - size.marginTop)
  const labels = placeLabels(
    points.map(({ D_AA, D_CG, sample }) => ({ x: x(D_AA), y: y(D_CG), text: String(sample) }))
  )
  const drawn = pairs
    .toSorted((a, b) => Math.abs(Math.log(a.ratio)) - Math.abs(Math.log(b.ratio)))
    .slice(0, mostPairs)
    .flatMap((pair) => {
      const [source, match] = [pair.source, pair.match].map((wanted) =>
        points.find(({ sample }) => sample === wanted)
      )
      return source === undefined || match === undefined ? [] : [{ source, match }]
    })
  const plot = {
    ...size,
    x: { label: "D all-atom / 10⁻⁹ m² s⁻¹", domain: [0, right] },
    y: { label: "D coarse-grained / 10⁻⁹ m² s⁻¹", domain: [0, top] },
    marks: [
      Plot.line(
        [
          [0, 0],
          [end, end]
        ],
        { stroke: colours.muted, strokeDasharray: "6 4" }
      ),
      Plot.text([[end, end]], {
        text: ["equal mobility"],
        textAnchor: "end",
        dx: -12,
        dy: -10,
        fill: colours.muted,
        fontSize: 12
      }),
      ...drawn.map(({ match, source }) =>
        Plot.line(
          [
            [source.D_AA, source.D_CG],
            [source.D_AA, match.D_CG],
            [match.D_AA, match.D_CG]
          ],
          { stroke: colours.friction, strokeOpacity: 0.6, strokeDasharray: "3 2" }
        )
      ),
      Plot.dot(
        drawn.flatMap(({ match, source }) => [source, match]),
        { x: "D_AA", y: "D_CG", r: 8, stroke: colours.friction, strokeWidth: 1.5 }
      ),
      Plot.ruleX(points, {
        x: "D_AA",
        y1: (point: Point) => point.D_CG - point.D_CG_stderr,
        y2: (point: Point) => point.D_CG + point.D_CG_stderr,
        stroke: colours.coarse
      }),
      Plot.ruleY(points, {
        y: "D_CG",
        x1: (point: Point) => point.D_AA - point.D_AA_stderr,
        x2: (point: Point) => point.D_AA + point.D_AA_stderr,
        stroke: colours.coarse
      }),
      Plot.dot(points, {
        x: "D_AA",
        y: "D_CG",
        r: points.length > 60 ? 2.5 : 4,
        stroke: colours.coarse,
        fill: (point: Point) => (point.good ? colours.coarse : "var(--surface)")
      }),
      ...labels.map(({ dx, dy, text }, i) => {
        const point = points.find(({ sample }) => String(sample) === text) ?? points[i]
        return Plot.text(point === undefined ? [] : [point], {
          x: "D_AA",
          y: "D_CG",
          text: [text],
          dx,
          dy,
          fontSize: 11
        })
      })
    ]
  }
  return draw(
    "All-atom against coarse-grained diffusion coefficients",
    plot,
    points.map(({ D_AA, D_AA_stderr, D_CG, D_CG_stderr, sample }) => ({
      x: D_AA,
      y: D_CG,
      text: `sample ${sample}: all-atom ${withError(D_AA, D_AA_stderr)}, coarse-grained ${withError(D_CG, D_CG_stderr)}`
    }))
  )
}
