// The structure of a model beside its target: its RDF, and the step of inverse Monte Carlo that its fluctuations give.
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import * as Fluctuations from "../../kernels/fluctuations.ts"
import type { MonteCarloStep } from "../../kernels/inverseMonteCarlo.ts"
import {
  collectiveCounts,
  correctionBasis,
  framesNeeded,
  inverseMonteCarlo
} from "../../kernels/inverseMonteCarlo.ts"
import { pairName, pairsOf } from "./beadPairs.ts"
import { switchWidth } from "./potentialRows.ts"
import type { MeasuredStructure, StructureGrid } from "./structureOfBeads.ts"
import { structureOfBeads } from "./structureOfBeads.ts"
import type { RdfRows } from "./rdfRows.ts"
import { distributionsOf, reachOf } from "./rdfRows.ts"

/** What inverse Monte Carlo makes of a run: the change of the potential of each pair of bead types at its bins, kJ/mol. */
export type PairSteps = Omit<MonteCarloStep, "updates"> & {
  readonly updates: ReadonlyMap<string, Float64Array>
}

export interface Comparison extends MeasuredStructure {
  /** Null where there is no RDF or the frames are too few for it. */
  readonly monteCarlo: PairSteps | null
}

/** Reads a trajectory once. Throws RdfError for frames that are none, RangeError for a target without one of the pairs. */
export const compareWithTarget = async (
  meta: TrajectoryMeta,
  frames: AsyncIterable<Frame>,
  target: RdfRows,
  grid: StructureGrid,
  limits: Parameters<typeof inverseMonteCarlo>[2]
): Promise<Comparison> => {
  const targets = distributionsOf(target)
  const pairs = pairsOf(meta).map(([a, b]) => {
    const name = pairName(meta, a, b)
    const wanted = targets.get(name)
    if (wanted === undefined) throw new RangeError(`the target has no RDF of ${name}`)
    return { name, target: wanted, basis: correctionBasis(wanted, { cutoff: reachOf(wanted), switchWidth }) }
  })
  const bases = pairs.map(({ basis }) => basis)
  const observed = Fluctuations.make(bases.reduce((sum, { weights }) => sum + weights.length, 0))
  const measured = await structureOfBeads(meta, frames, grid, (counts) =>
    Fluctuations.add(observed, collectiveCounts(bases, counts))
  )
  if (measured.verdict.quality !== "ok" || observed.frames < framesNeeded(bases)) {
    return { ...measured, monteCarlo: null }
  }
  const models = distributionsOf(measured.rdf)
  const evidence = pairs.map((pair, p) => {
    const bins = pair.target.x.length
    const pairsPerUnit = measured.pairsPerUnit.subarray(p * bins, (p + 1) * bins)
    return { ...pair, model: models.get(pair.name)!, pairsPerUnit }
  })
  const { updates, ...step } = inverseMonteCarlo(evidence, observed, limits)
  return {
    ...measured,
    monteCarlo: { ...step, updates: new Map(pairs.map(({ name }, p) => [name, updates[p]])) }
  }
}
