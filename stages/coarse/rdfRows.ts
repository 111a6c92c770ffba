// A measured RDF as rows, apart from how it is measured, so that a change of that reruns only what measures.
import type { Distribution } from "../../kernels/Distribution.ts"
import { noiseFloor, relL1, relL1Stderr } from "../../kernels/Distribution.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Rdf as RdfTable } from "../../schemas/Rdf.ts"

export type RdfRows = ValueOf<typeof RdfTable>

/** The distribution of each pair of a table. */
export const distributionsOf = (rdf: RdfRows): Map<string, Distribution> =>
  new Map(
    Array.from(
      Map.groupBy(rdf, ({ pair }) => pair),
      ([pair, rows]) => [
        pair,
        {
          x: Float64Array.from(rows, ({ r }) => r),
          value: Float64Array.from(rows, ({ g }) => g),
          sem: Float64Array.from(rows, ({ sem }) => sem)
        }
      ]
    )
  )

/** Upper edge of the last bin, nm. */
export const reachOf = ({ x }: Distribution): number =>
  Number((x[x.length - 1] + (x[1] - x[0]) / 2).toPrecision(10))

/** The grid of a table, nm. Throws RangeError where it has no rows. */
export const gridOf = (target: RdfRows) => {
  const [g] = distributionsOf(target).values()
  if (g === undefined) throw new RangeError("the target has no rows")
  return { rMax: reachOf(g), binWidth: Number((g.x[1] - g.x[0]).toPrecision(8)) }
}

/** Relative L1 distance of an RDF to a target, mean over the pairs. Throws RangeError for another grid. */
export const residualOf = (rdf: RdfRows, target: RdfRows): number => overPairs(rdf, target, relL1)

/** Standard error of that residual. */
export const residualStderrOf = (rdf: RdfRows, target: RdfRows): number => {
  const pairs = distributionsOf(target).size
  // Of a mean over pairs whose errors are independent; `overPairs` takes the mean of what it is given.
  return Math.sqrt(overPairs(rdf, target, (model, wanted) => relL1Stderr(model, wanted) ** 2) / pairs)
}

/** The residual to expect between two RDFs of one system from their errors alone, mean over the pairs. */
export const noiseOf = (rdf: RdfRows, target: RdfRows): number =>
  overPairs(rdf, target, (model, wanted) => noiseFloor(wanted, model))

const overPairs = (
  rdf: RdfRows,
  target: RdfRows,
  measure: (model: Distribution, target: Distribution) => number
): number => {
  const models = distributionsOf(rdf)
  const targets = distributionsOf(target)
  let sum = 0
  for (const [pair, wanted] of targets) {
    const model = models.get(pair)
    if (
      model === undefined ||
      model.x.length !== wanted.x.length ||
      model.x.some((x, i) => x !== wanted.x[i])
    ) {
      throw new RangeError(`the RDF of ${pair} does not lie on the grid of its target`)
    }
    sum += measure(model, wanted) / targets.size
  }
  return sum
}
