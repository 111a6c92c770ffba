// Brings radial distribution functions into the graph from VOTCA's tables (.dist.tgt), as targets of an inversion.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readVotcaTable } from "../formats/votcaTable.ts"
import { cubicSpline, splineValue } from "../kernels/spline.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import { Rdf, Structure } from "../schemas/Rdf.ts"
import { TextFile } from "../schemas/TextFile.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/**
 * VOTCA's bins lie around whole multiples of their width, ours begin there: g is interpolated by a cubic spline, and is 0
 * below the first point of the file.
 */
export const loadRdfs = Stage.make("load-rdfs", {
  module: import.meta.url,
  params: Schema.Struct({
    /** nm: upper end and width of the bins. */
    rMax: Positive,
    binWidth: Positive,
    normalization: Schema.Literals(["N(N-1)", "N2"])
  }),
  /** The label of a table is its pair, such as `pair=A-B`. */
  inputs: { tables: Stage.list({ table: TextFile }) },
  outputs: { rdf: Rdf, structure: Structure },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params, inputs: { tables } }) {
    const ws = yield* Workspace
    const pairs = yield* Effect.forEach(tables, ({ label, table }) =>
      Effect.flatMap(ws.readText(table.path), (text) =>
        Effect.try({
          try: () => rowsOf(label.replace(/^pair=/, ""), text, params),
          catch: (problem) =>
            badInput(
              `${label}: ${problem instanceof Error ? problem.message : String(problem)}`,
              "correct the table"
            )
        })
      )
    )
    const { normalization } = params
    const structure = { noiseFloor: null, normalization, frames: 0, quality: "ok" as const, reason: null }
    return { rdf: pairs.flat(), structure }
  })
})

const rowsOf = (
  pair: string,
  text: string,
  { binWidth, rMax }: { readonly binWidth: number; readonly rMax: number }
) => {
  const { flags, x, y } = readVotcaTable(text)
  const known = flags.flatMap((flag, i) => (flag === "u" ? [] : [i]))
  const at = Float64Array.from(known, (i) => x[i])
  const g = cubicSpline(
    at,
    Float64Array.from(known, (i) => y[i])
  )
  const last = rMax - binWidth / 2
  if (!(at[at.length - 1] >= last - 1e-9))
    throw new RangeError(`it ends at ${at[at.length - 1]} nm, before the last bin at ${last} nm`)
  return Array.from({ length: Math.round(rMax / binWidth) }, (_, bin) => {
    const r = Number(((bin + 0.5) * binWidth).toPrecision(10))
    return { pair, r, g: r < at[0] ? 0 : Math.max(0, splineValue(g, r)), sem: 0 }
  })
}
