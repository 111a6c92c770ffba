// Radial distribution functions of all pairs of bead types of a trajectory.
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import type { Box } from "../../kernels/box.ts"
import * as Boxes from "../../kernels/box.ts"
import type { Distribution } from "../../kernels/Distribution.ts"
import { noiseFloor, relL1 } from "../../kernels/Distribution.ts"
import * as Rdf from "../../kernels/rdf.ts"
import type { Normalization } from "../../kernels/rdf.ts"
import type { Rdf as RdfTable } from "../../schemas/Rdf.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { bad, ok } from "../../schemas/Verdict.ts"
import type { Verdict } from "../../schemas/Verdict.ts"

export type RdfRows = ValueOf<typeof RdfTable>

/** How g(r) is measured; lengths in nm. */
export interface RdfGrid {
  /** Null: as far as half the box of the first frame, at most `farthest`. */
  readonly rMax: number | null
  readonly binWidth: number
  readonly normalization: Normalization
  readonly blocks: number
}

/** nm; beyond this a molecular liquid has no structure left. */
const farthest = 1.5

/** A measured RDF: no rows where the verdict says why. */
export interface MeasuredRdf {
  readonly rdf: RdfRows
  readonly frames: number
  readonly verdict: Verdict
}

/**
 * g(r) of a trajectory of beads, pairs within a molecule left out. Declined where there are fewer frames than blocks or
 * the box is too small. Throws RdfError for frames that are none.
 */
export const rdfOfBeads = async (
  meta: TrajectoryMeta,
  frames: AsyncIterable<Frame>,
  grid: RdfGrid
): Promise<MeasuredRdf> => {
  let state: Rdf.RdfAccumulator | undefined
  try {
    for await (const { box, positions } of frames) {
      state ??= Rdf.make(specOf(meta, box, grid))
      Rdf.add(state, positions, box)
    }
  } catch (problem) {
    if (!(problem instanceof Rdf.RdfError && Number.isFinite(problem.limit))) throw problem
    return { rdf: [], frames: 0, verdict: bad("declined", problem.message) }
  }
  if (state === undefined || state.frames < grid.blocks) {
    const count = state?.frames ?? 0
    const verdict = bad("declined", `${count} frames are too few for ${grid.blocks} blocks`)
    return { rdf: [], frames: count, verdict }
  }
  const rdf = Rdf.finish(state).flatMap(({ g, r, sem, types: [a, b] }) =>
    Array.from(r, (centre, bin) => ({
      pair: pairName(meta, a - 1, b - 1),
      // Centres are decimal fractions, and the rows of two tables are compared by them.
      r: Number(centre.toPrecision(10)),
      g: g[bin],
      sem: sem[bin]
    }))
  )
  return { rdf, frames: state.frames, verdict: ok }
}

const specOf = (
  meta: TrajectoryMeta,
  box: Box,
  { binWidth, blocks, normalization, rMax }: RdfGrid
): Rdf.RdfSpec => {
  const limit = rMax ?? Math.min(farthest, Boxes.smallestHeight(box) / 2)
  const bins = Math.floor(limit / binWidth + 1e-9)
  return {
    types: Int32Array.from(meta.types, (type) => type + 1),
    pairs: pairsOf(meta).map(([a, b]) => [a + 1, b + 1] as const),
    bins,
    rMax: Number((bins * binWidth).toPrecision(10)),
    normalization,
    blocks,
    molecule: Int32Array.from(meta.molecule),
    excludeSameMolecule: true
  }
}

/** All pairs of bead types, each once, as indices into the names of types. */
export const pairsOf = ({ typeNames }: TrajectoryMeta): Array<readonly [number, number]> =>
  typeNames.flatMap((_, a) => typeNames.slice(a).map((__, k) => [a, a + k] as const))

export const pairName = ({ typeNames }: TrajectoryMeta, a: number, b: number): string =>
  `${typeNames[a]}-${typeNames[b]}`

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
