// The stage that takes one step of an inversion: simulate, compare, correct.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Boxes from "../kernels/box.ts"
import { bar, boltzmann } from "../kernels/constants.ts"
import { correctPair, iterateBonded, iteratePair, pressureRamp } from "../kernels/inversion.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { runTimes, Thermostat } from "../schemas/CgProtocol.ts"
import { BondedDistribution, BondedKnots, BondedPotential } from "../schemas/Bonded.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import { Inversion, Potential, PotentialKnots } from "../schemas/Potential.ts"
import { Rdf, Structure } from "../schemas/Rdf.ts"
import { BeadTrajectory, verdictOf } from "../schemas/Trajectory.ts"
import { bad, first, ok } from "../schemas/Verdict.ts"
import type { Verdict } from "../schemas/Verdict.ts"
import { lammps } from "../tools/lammps.ts"
import { compareWithTarget } from "./coarse/compareWithTarget.ts"
import { isBest, isDone, productionAfter, settledRuns } from "./coarse/inversionProgress.ts"
import * as Bonded from "./coarse/bondedRows.ts"
import type { BondedKnotRows, DistributionRows } from "./coarse/bondedRows.ts"
import type { KnotRows } from "./coarse/potentialRows.ts"
import { knotRows, knotsOf, potentialRows } from "./coarse/potentialRows.ts"
import type { RdfRows } from "./coarse/rdfRows.ts"
import { distributionsOf, gridOf, noiseOf, reachOf, residualOf } from "./coarse/rdfRows.ts"
import { firstFrame, simulateBeads } from "./coarse/simulateBeads.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

export const IbiParams = Schema.Struct({
  ...runTimes,
  /** K */
  temperature: Positive,
  thermostat: Thermostat.pipe(
    Schema.withDecodingDefaultKey(Effect.succeed({ type: "nose-hoover" as const, damp: 0.5 }))
  ),
  seed: Schema.Int,
  /** Iterative Boltzmann inversion, or inverse Monte Carlo. */
  method: Schema.Literals(["ibi", "imc"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("ibi" as const))),
  /** Share of the update that is taken. */
  alpha: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  /** Largest change of a knot, kT. */
  clip: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.5))),
  /** nm; waves of this length in an update of `ibi` are halved. */
  smoothing: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.05))),
  /** The residual counts as noise below this multiple of what chance alone would give. */
  floorFactor: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  /** bar. Null leaves the pressure alone; else `ibi` adds a ramp that vanishes at the cut-off, and `imc` leads towards it in its steps. */
  targetPressure: Schema.NullOr(Schema.Finite).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null)))
})
type IbiParams = typeof IbiParams.Type

/**
 * Simulates the potentials of the knots, compares, and corrects the knots: U' = U + alpha kT ln(g / g_target), or by what
 * the fluctuations of the pair counts say, and by the logarithm for bonds and angles. Potentials, RDF, distributions and
 * inversion are those of the best model so far.
 */
export const ibiStep = Stage.make("ibi-step", {
  module: import.meta.url,
  params: IbiParams,
  inputs: {
    knots: PotentialKnots,
    potential: Potential,
    rdf: Rdf,
    bondedKnots: BondedKnots,
    bonded: BondedPotential,
    distributions: BondedDistribution,
    inversion: Inversion,
    target: Rdf,
    structure: Structure,
    bondedTarget: Stage.optional(BondedDistribution),
    beads: BeadTrajectory
  },
  outputs: {
    knots: PotentialKnots,
    potential: Potential,
    rdf: Rdf,
    bondedKnots: BondedKnots,
    bonded: BondedPotential,
    distributions: BondedDistribution,
    inversion: Inversion
  },
  tools: [lammps],
  deterministic: true,
  resources: { cores: 1, memory: 256 },
  run: Effect.fnUntraced(function* ({ params, inputs }) {
    const { beads, inversion, structure, target, bondedTarget = [], ...before } = inputs
    const { bondedKnots, knots } = before
    const start = yield* Effect.promise(() => firstFrame(beads.frames))
    const upstream = first([
      inversion,
      verdictOf(beads.meta),
      start === undefined ? bad("declined", "there is no configuration to start from") : ok
    ])
    if (upstream.quality !== "ok" || start === undefined || inversion.converged) {
      const { quality, reason } = upstream
      return { ...before, inversion: { ...inversion, converged: true, quality, reason } }
    }

    const iteration = inversion.iteration + 1
    const targets = distributionsOf(target)
    const tables = Array.from(knotsOf(knots), ([pair, own]) =>
      potentialRows(pair, own, reachOf(targets.get(pair)!))
    )
    const potential = tables.flat()
    const bonded = Bonded.knotsOf(bondedKnots).flatMap((term) => Bonded.potentialRows(term, term.of))
    const isMonteCarlo = params.method === "imc"
    const production = isMonteCarlo ? productionAfter(inversion.history, params) : params.production
    const run = yield* simulateBeads(
      { meta: beads.meta, start, potential, bonded },
      { ...params, production },
      params.seed + iteration,
      "iteration"
    )
    const grid = { ...gridOf(target), normalization: structure.normalization, blocks: 5 }
    const volume = Boxes.volume(start.box)
    const density = beads.meta.types.length / volume
    const kT = boltzmann * params.temperature
    const { targetPressure } = params
    const pressure =
      targetPressure === null
        ? undefined
        : { volume, change: bounded(bar * (targetPressure - (run.pressure?.mean ?? 0)), 2 * density * kT) }
    const limits = { kT, clip: params.clip, pressure }
    const found =
      run.verdict.quality === "ok"
        ? yield* Effect.tryPromise({
            try: () => compareWithTarget(beads.meta, run.frames(), target, grid, limits),
            catch: (problem) => badInput(String(problem), "look at the dump")
          })
        : { rdf: [], distributions: [], frames: 0, verdict: run.verdict, monteCarlo: null }
    const { distributions, frames, monteCarlo, rdf, verdict } = found
    const usable = verdict.quality === "ok"
    const bonds = usable ? Bonded.variationOf(distributions, bondedTarget) : null
    const numbers = {
      residual: usable ? residualOf(rdf, target) : null,
      noiseFloor: usable ? noiseOf(rdf, target) : null,
      chiSquare: monteCarlo?.chiSquare ?? null,
      variation: bonds?.variation ?? null,
      variationFloor: bonds?.floor ?? null,
      timeStep: run.timeStep,
      temperature: run.temperature?.mean ?? null,
      pressure: run.pressure?.mean ?? null
    }
    const history = [...inversion.history, numbers]
    const { noiseFloor, residual } = numbers
    if (residual === null || noiseFloor === null) {
      return { ...before, inversion: stopped({ ...inversion, iteration, history }, verdict) }
    }
    if (isMonteCarlo && monteCarlo === null) {
      return yield* Effect.fail(
        badInput(`${frames} frames are too few for inverse Monte Carlo`, "a longer production, or method ibi")
      )
    }

    const state = { pressure: numbers.pressure ?? 0, density }
    const share = params.alpha / Math.max(1, settledRuns(history))
    const update = isMonteCarlo
      ? (pair: string) => monteCarlo!.updates.get(pair)!.map((U) => share * U)
      : null
    const next = corrected(knots, rdf, target, params, state, update)
    const improved = isMonteCarlo
      ? isBest(numbers, inversion)
      : inversion.residual === null || distance(numbers) < distance(inversion)
    const converged =
      (isMonteCarlo
        ? isDone(history, monteCarlo!, params.floorFactor)
        : residual <= params.floorFactor * noiseFloor) &&
      (bonds === null || bonds.variation <= params.floorFactor * bonds.floor)
    return {
      ...(improved ? { potential, rdf, bonded, distributions } : before),
      knots: next,
      bondedKnots: correctedBonds(bondedKnots, distributions, bondedTarget, params),
      inversion: { ...inversion, ...(improved ? numbers : {}), iteration, history, converged }
    }
  })
})

/** How far a model is from its target: relative L1 distance of the RDFs, and total variation of the bonds and angles. */
const distance = ({ residual, variation }: { residual: number | null; variation: number | null }): number =>
  (residual ?? Infinity) + (variation ?? 0)

/** An inversion that cannot go on: good for what it had found before, if anything. */
const stopped = (inversion: ValueOf<typeof Inversion>, verdict: Verdict): ValueOf<typeof Inversion> => ({
  ...inversion,
  converged: true,
  ...(inversion.residual === null ? verdict : ok)
})

const bounded = (value: number, bound: number): number => Math.min(bound, Math.max(-bound, value))

const corrected = (
  knots: KnotRows,
  model: RdfRows,
  target: RdfRows,
  params: IbiParams,
  state: { readonly pressure: number; readonly density: number },
  update: ((pair: string) => Float64Array) | null
): KnotRows => {
  const models = distributionsOf(model)
  const targets = distributionsOf(target)
  return Array.from(knotsOf(knots)).flatMap(([pair, own]) => {
    const [is, wanted] = [models.get(pair)!, targets.get(pair)!]
    const cutoff = reachOf(wanted)
    const { targetPressure, temperature } = params
    const ramp =
      targetPressure === null
        ? undefined
        : { cutoff, amplitude: pressureRamp(is, { ...state, targetPressure, cutoff, temperature }) }
    const next =
      update === null
        ? iteratePair(own, is, wanted, ramp === undefined ? params : { ...params, ramp }).knots
        : correctPair(own, update(pair), wanted)
    return knotRows(pair, next)
  })
}

const correctedBonds = (
  knots: BondedKnotRows,
  model: DistributionRows,
  target: DistributionRows,
  { alpha, clip, temperature }: IbiParams
): BondedKnotRows => {
  const models = Bonded.distributionsOf(model)
  const targets = Bonded.distributionsOf(target)
  return Bonded.knotsOf(knots).flatMap((term) => {
    const wanted = Bonded.withoutElement(term.kind, Bonded.termOf(targets, term))
    const is = Bonded.withoutElement(term.kind, Bonded.onGrid(Bonded.termOf(models, term), wanted.x))
    return Bonded.knotRows(term, iterateBonded(term.of, is, wanted, { alpha, clip, temperature }).knots)
  })
}
