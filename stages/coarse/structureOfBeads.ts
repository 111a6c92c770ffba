// The structure of a trajectory of beads: RDFs of all pairs of bead types, distributions of bonds and angles.
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import type { Box } from "../../kernels/box.ts"
import * as Bonded from "../../kernels/bonded.ts"
import * as Boxes from "../../kernels/box.ts"
import * as Rdf from "../../kernels/rdf.ts"
import type { Normalization } from "../../kernels/rdf.ts"
import { bad, ok } from "../../schemas/Verdict.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import { pairName, pairsOf } from "./beadPairs.ts"
import { coordinateOf } from "./bondedRows.ts"
import type { DistributionRows } from "./bondedRows.ts"
import { bondedTerms } from "./bondedTerms.ts"
import type { BondedTerm } from "./bondedTerms.ts"
import type { RdfRows } from "./rdfRows.ts"

/** How g(r) is measured; lengths in nm. */
export interface StructureGrid {
  /** Null: as far as half the box of the first frame, at most `farthest`. */
  readonly rMax: number | null
  readonly binWidth: number
  readonly normalization: Normalization
  readonly blocks: number
}

/** nm; beyond this a molecular liquid has no structure left. */
const farthest = 1.5

/** Bins of bonds, nm, from 0 to twice the mean length, and of angles, from 0 to pi. */
const bondBin = 0.002
const angleBins = 90
/** nm; no bond is longer. */
const longestBond = 2

/** A measured structure: no rows where the verdict says why. */
export interface MeasuredStructure {
  readonly rdf: RdfRows
  /** Of bonds and angles; no rows where molecules have one bead. */
  readonly distributions: DistributionRows
  readonly frames: number
  readonly verdict: Verdict
  /** Pairs that a frame has in each bin where g is 1, [pair of types, bin]; empty without rows. */
  readonly pairsPerUnit: Float64Array
}

/**
 * g(r) of a trajectory of beads, pairs within a molecule left out, and its bonds and angles. Declined where there are fewer
 * frames than blocks or the box is too small. Throws RdfError or BondedError for frames that are none.
 *
 * @param observe gets the pairs counted in each frame, [pair of types, bin]
 */
export const structureOfBeads = async (
  meta: TrajectoryMeta,
  frames: AsyncIterable<Frame>,
  grid: StructureGrid,
  observe?: (counts: Float64Array) => void
): Promise<MeasuredStructure> => {
  const terms = bondedTerms(meta).map((term) => ({ term, acc: Bonded.make(bondedSpec(term, grid)) }))
  const nothing = { rdf: [], distributions: [], pairsPerUnit: new Float64Array(0) }
  let state: Rdf.RdfAccumulator | undefined
  let volume = 0
  try {
    for await (const { box, positions } of frames) {
      state ??= Rdf.make(specOf(meta, box, grid))
      const before = observe && state.counts.slice()
      Rdf.add(state, positions, box)
      volume += Boxes.volume(box)
      if (before !== undefined) observe?.(state.counts.map((count, k) => count - before[k]))
      for (const { acc } of terms) Bonded.add(acc, positions, box)
    }
  } catch (problem) {
    if (!(problem instanceof Rdf.RdfError && Number.isFinite(problem.limit))) throw problem
    return { ...nothing, frames: 0, verdict: bad("declined", problem.message) }
  }
  if (state === undefined || state.frames < grid.blocks) {
    const count = state?.frames ?? 0
    const verdict = bad("declined", `${count} frames are too few for ${grid.blocks} blocks`)
    return { ...nothing, frames: count, verdict }
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
  const distributions = terms.flatMap(({ acc, term }) => distributionRows(term, Bonded.finish(acc)))
  const pairsPerUnit = Rdf.pairsPerUnit(state, volume / state.frames)
  return { rdf, distributions, frames: state.frames, verdict: ok, pairsPerUnit }
}

const bondedSpec = ({ kind, rows }: BondedTerm, { blocks }: StructureGrid): Bonded.BondedSpec =>
  kind === "bond"
    ? { kind, rows, blocks, bins: Math.round(longestBond / bondBin), max: longestBond }
    : { kind, rows, blocks, bins: angleBins }

const distributionRows = (term: BondedTerm, found: Bonded.BondedDistribution): DistributionRows => {
  const { mean, sem, share, x } = found
  const bins = term.kind === "bond" ? Math.ceil((2 * mean) / bondBin) : x.length
  return Array.from(x.subarray(0, bins), (at, bin) => ({
    ...coordinateOf(term, at),
    share: share[bin],
    sem: sem[bin]
  }))
}

const specOf = (
  meta: TrajectoryMeta,
  box: Box,
  { binWidth, blocks, normalization, rMax }: StructureGrid
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
