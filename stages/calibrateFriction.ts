// The stage that finds the Langevin friction with which a coarse-grained model moves as fast as the all-atom one.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Frame, TrajectoryMeta } from "../formats/trajectory.ts"
import { bar, boltzmann } from "../kernels/constants.ts"
import * as Boxes from "../kernels/box.ts"
import type { FrictionFit, FrictionRun, SlopePrior } from "../kernels/friction.ts"
import { fitFriction } from "../kernels/friction.ts"
import type { Mobility } from "../kernels/pairs.ts"
import { acceleration } from "../kernels/pairs.ts"
import * as Stage from "../pipeline/Stage.ts"
import { FrictionKind, runTimes } from "../schemas/CgProtocol.ts"
import { BondedPotential } from "../schemas/Bonded.ts"
import { CoarseRun } from "../schemas/CoarseRun.ts"
import { Diffusion, Msd } from "../schemas/Diffusion.ts"
import { fitParams } from "../schemas/FitParams.ts"
import { Friction } from "../schemas/Friction.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import { Inversion, Potential } from "../schemas/Potential.ts"
import { Rdf, Structure } from "../schemas/Rdf.ts"
import { BeadTrajectory, verdictOf, withVerdict } from "../schemas/Trajectory.ts"
import { bad, first, ok } from "../schemas/Verdict.ts"
import type { Verdict } from "../schemas/Verdict.ts"
import { lammps } from "../tools/lammps.ts"
import { mobilityOfBeads } from "./coarse/mobilityOfBeads.ts"
import { gridOf, noiseOf, residualOf } from "./coarse/rdfRows.ts"
import type { RdfRows } from "./coarse/rdfRows.ts"
import { firstFrame, simulateBeads } from "./coarse/simulateBeads.ts"
import type { BeadRun } from "./coarse/simulateBeads.ts"
import { structureOfBeads } from "./coarse/structureOfBeads.ts"
import { mobilityOf } from "./mobilityOf.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/**
 * Slope c of 1/D(tau) = 1/D0 + c / tau under Langevin friction, ps per 1e-9 m2/s, with its error, to begin with: that of free
 * particles, m / kT, is of this order, and the runs soon say more than that.
 */
const langevinSlope: SlopePrior = { c: 0.145, stderr: 0.07 }
/** Time steps that a relaxation time must be long. */
const shortestTime = 5

type FrictionRow = ValueOf<typeof Friction>[number]

/**
 * Runs with friction until one, at a relaxation time that those before it predict, has the all-atom D within two standard
 * errors: 1/D(tau) = 1/D0 + c / tau is fitted to all runs so far. Two runs fix c, a third confirms, more follow where it does
 * not. Structure and pressure are measured in the run that is nearest, beside those of the model without friction.
 */
export const calibrateFriction = Stage.make("calibrate-friction", {
  module: import.meta.url,
  params: Schema.Struct({
    ...runTimes,
    fit: Schema.Struct(fitParams),
    /** K */
    temperature: Positive,
    friction: FrictionKind.pipe(Schema.withDecodingDefaultKey(Effect.succeed("langevin" as const))),
    seed: Schema.Int,
    /** Runs at most. */
    maxRuns: Schema.Int.check(Schema.isGreaterThanOrEqualTo(3)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(6))
    )
  }),
  inputs: {
    potential: Potential,
    bonded: Stage.optional(BondedPotential),
    inversion: Inversion,
    beads: BeadTrajectory,
    /** The RDF to keep, and the D to reach. */
    target: Rdf,
    structure: Structure,
    allAtom: Diffusion,
    /** What the same model does without friction, and its trajectory for the RDF; else the inversion says how it fits. */
    coarse: Diffusion,
    run: CoarseRun,
    model: Stage.optional(BeadTrajectory)
  },
  outputs: { friction: Friction, rdf: Rdf, msd: Msd },
  tools: [lammps],
  deterministic: true,
  resources: { cores: 1, memory: 512 },
  run: Effect.fnUntraced(function* ({ params, inputs }) {
    const { beads, bonded, inversion, model, potential, structure, target } = inputs
    const { meta } = beads
    const [allAtom, coarse, free] = [inputs.allAtom[0], inputs.coarse[0], inputs.run[0]]
    const start = yield* Effect.promise(() => firstFrame(beads.frames))
    const wanted = allAtom && mobilityOf(allAtom)
    const before = coarse && mobilityOf(coarse)
    const rdfIn = (meta: TrajectoryMeta, frames: AsyncIterable<Frame>) =>
      Effect.promise(async () => {
        const { normalization } = structure
        const { rdf } = await structureOfBeads(meta, frames, { ...gridOf(target), normalization, blocks: 5 })
        return rdf
      })
    const known = {
      ...unknown,
      D_target: wanted?.D ?? null,
      D_target_stderr: wanted?.stderr ?? null,
      residual_without: inversion.residual,
      pressure_without: free?.pressure ?? null
    }
    const declined = (verdict: Verdict, row: Partial<FrictionRow> = {}) => ({
      friction: [{ ...known, ...row, ...verdict }],
      rdf: [],
      msd: []
    })
    const upstream = first([
      verdictOf(beads.meta),
      inversion,
      ...[allAtom, free, coarse].map((row) => (row === undefined ? ok : verdictOf(row))),
      potential.length === 0 ? bad("declined", "there is no potential to simulate") : ok
    ])
    if (upstream.quality !== "ok" || wanted === undefined || before === undefined || start === undefined) {
      const verdict = bad("declined", "friction needs a configuration and both diffusion coefficients")
      return declined(first([upstream, verdict]))
    }
    if (!(wanted.D < before.D)) return declined(tooFast(wanted.D, before.D))

    const slope = slopeOf(params.friction, target, meta.types.length / Boxes.volume(start.box))
    // A run without friction is one whose relaxation time is infinite.
    const measured: Array<FrictionRun> = [{ tau: Infinity, ...before }]
    const checks: Array<Check> = []
    let { tau } = fitFriction(measured, wanted, slope)
    for (let index = 0; index < params.maxRuns; index++) {
      const shortest = shortestTime * params.timeStep
      if (!(tau >= shortest)) return declined(tooStrong(tau, shortest), { runs: index })
      const run = yield* simulateBeads(
        { meta, start, potential, bonded },
        { ...params, thermostat: { type: params.friction, tau } },
        params.seed,
        index < 2 ? `friction-${index + 1}` : `check-${index - 1}`
      )
      if (run.verdict.quality !== "ok") return declined(run.verdict, { runs: index + 1, tau })
      const trajectory = { meta: withVerdict(meta, run.verdict), frames: run.frames() }
      const { diffusion, msd, verdict } = yield* Effect.promise(() => mobilityOfBeads(trajectory, params.fit))
      const reached = diffusion[0] && mobilityOf(diffusion[0])
      if (reached === undefined) {
        // Too slow to be measured: half the friction is a better guess.
        tau *= 2
        continue
      }
      measured.push({ tau, ...reached })
      checks.push({ tau, reached, verdict, msd, run })
      const { D0, tau: next } = fitFriction(measured, wanted, slope)
      const isNear = Math.abs(reached.D - wanted.D) <= 2 * reached.stderr
      if (checks.length > 2 && isNear && verdict.quality === "ok") break
      // The second run lies to the other side of what the first guess aims at.
      tau = checks.length === 1 ? tau * (reached.D > wanted.D ? 0.6 : 1.7) : next
      if (!Number.isFinite(tau)) return declined(tooFast(wanted.D, D0), { runs: index + 1 })
    }
    const doubt = (check: Check) => Number(check.verdict.quality !== "ok")
    const [nearest] = checks
      .slice(2)
      .sort((a, b) => doubt(a) - doubt(b) || distance(a, wanted) - distance(b, wanted))
    if (nearest === undefined) {
      const why = `in ${params.maxRuns} runs there were ${checks.length} whose D could be measured, and a third is the check`
      return declined(bad("noisy", why), { runs: params.maxRuns })
    }

    const rdf = yield* rdfIn(meta, nearest.run.frames())
    const without = model === undefined ? [] : yield* rdfIn(model.meta, model.frames)
    const [here, there] = [rdf, without].map((rows) => (rows.length > 0 ? residualOf(rows, target) : null))
    const compared = rdf.length > 0 && without.length > 0
    const row = {
      ...known,
      ...resultOf(fitFriction(measured, wanted, slope), nearest, wanted),
      runs: measured.length - 1,
      residual: here,
      residual_without: there ?? known.residual_without,
      rdf_change: compared ? residualOf(rdf, without) : null,
      rdf_change_noise: compared ? noiseOf(rdf, without) : null,
      pressure: nearest.run.pressure?.mean ?? null,
      ...pressureChange(nearest.run.pressure, free, pressureUnit(meta, start, params.temperature))
    }
    const verdict = first([nearest.verdict, agreement(nearest.reached, wanted)])
    return { friction: [{ ...row, ...verdict }], rdf, msd: nearest.msd }
  })
})

/** A run whose D was measured. */
interface Check {
  readonly tau: number
  readonly reached: Mobility
  readonly verdict: Verdict
  readonly msd: ValueOf<typeof Msd>
  readonly run: BeadRun
}

/** How far D is from the wanted one, in standard errors of the run. */
const distance = ({ reached: { D, stderr } }: Check, wanted: Mobility): number =>
  Math.abs(D - wanted.D) / stderr

/**
 * What is known of c before any run. The friction that a bead feels from its neighbours by DPD is `neighbours` times that of
 * the rest frame: their number, weighted like the friction, a third of it along any one axis.
 *
 * @param density beads in a nm3
 */
const slopeOf = (kind: FrictionKind, target: RdfRows, density: number): SlopePrior => {
  if (kind === "langevin") return langevinSlope
  const { binWidth, rMax } = gridOf(target)
  const pairs = new Set(target.map(({ pair }) => pair)).size
  const neighbours =
    (density / 3 / pairs) *
    target.reduce((sum, { g, r }) => sum + 4 * Math.PI * r * r * binWidth * g * (1 - r / rMax) ** 2, 0)
  return { c: langevinSlope.c * neighbours, stderr: langevinSlope.c * neighbours }
}

/** rho kT of the beads, bar. */
const pressureUnit = ({ types }: TrajectoryMeta, { box }: Frame, temperature: number): number =>
  ((types.length / Boxes.volume(box)) * boltzmann * temperature) / bar

const pressureChange = (
  pressure: BeadRun["pressure"],
  free: ValueOf<typeof CoarseRun>[number] | undefined,
  unit: number
) => {
  const before = free?.pressure ?? null
  if (pressure === null || before === null) return {}
  const change = pressure.mean - before
  const stderr = Math.hypot(pressure.stderr, free?.pressure_stderr ?? 0)
  return { pressure_change: change, pressure_change_stderr: stderr, pressure_change_reduced: change / unit }
}

const tooStrong = (tau: number, shortest: number): Verdict =>
  bad(
    "declined",
    `the friction would need a relaxation time of ${(1000 * tau).toPrecision(2)} fs, and below ${(1000 * shortest).toFixed(0)} ` +
      "fs the time step is too long for it"
  )

const tooFast = (wanted: number, free: number): Verdict =>
  bad(
    "declined",
    `the all-atom D of ${wanted.toPrecision(3)} is not below the ${free.toPrecision(3)} of the model without friction, ` +
      "and friction only slows down"
  )

const resultOf = (fit: FrictionFit, { reached, tau }: Check, wanted: Mobility) => {
  const { factor, stderr } = acceleration(wanted, reached)
  return {
    tau,
    tau_stderr: fit.stderr,
    c: fit.c,
    D0: fit.D0,
    D: reached.D,
    D_stderr: reached.stderr,
    acceleration: factor,
    acceleration_stderr: stderr
  }
}

const agreement = (reached: Mobility, wanted: Mobility): Verdict =>
  Math.abs(reached.D - wanted.D) <= 2 * Math.hypot(reached.stderr, wanted.stderr)
    ? ok
    : bad(
        "noisy",
        `D = ${reached.D.toPrecision(3)} +- ${reached.stderr.toPrecision(2)} in the nearest run, wanted ${wanted.D.toPrecision(3)}`
      )

const unknown = {
  tau: null,
  tau_stderr: null,
  c: null,
  D0: null,
  D: null,
  D_stderr: null,
  acceleration: null,
  acceleration_stderr: null,
  residual: null,
  rdf_change: null,
  rdf_change_noise: null,
  pressure: null,
  pressure_change: null,
  pressure_change_stderr: null,
  pressure_change_reduced: null,
  runs: 0
} as const
