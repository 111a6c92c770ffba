// Radial distribution functions of all pairs of bead types of a trajectory.
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import type { Box } from "../../kernels/box.ts"
import * as Boxes from "../../kernels/box.ts"
import * as Rdf from "../../kernels/rdf.ts"
import type { Normalization } from "../../kernels/rdf.ts"
import { bad, ok } from "../../schemas/Verdict.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import { pairName, pairsOf } from "./beadPairs.ts"
import type { RdfRows } from "./rdfRows.ts"

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
