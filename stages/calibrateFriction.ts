// The stage that finds the Langevin friction with which a coarse-grained model moves as fast as the all-atom one.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Frame, TrajectoryMeta } from "../formats/trajectory.ts"
import type { FrictionFit, FrictionRun } from "../kernels/friction.ts"
import { fitFriction } from "../kernels/friction.ts"
import type { Mobility } from "../kernels/pairs.ts"
import { acceleration } from "../kernels/pairs.ts"
import * as Stage from "../pipeline/Stage.ts"
import { runTimes } from "../schemas/CgProtocol.ts"
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
import { gridOf, residualOf } from "./coarse/rdfRows.ts"
import { firstFrame, simulateBeads } from "./coarse/simulateBeads.ts"
import { structureOfBeads } from "./coarse/structureOfBeads.ts"
import { mobilityOf } from "./mobilityOf.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/** Slope c of 1/D(tau) = 1/D0 + c / tau to begin with, ps per 1e-9 m2/s: that of free particles, m / kT, is of this order. */
const firstSlope = 0.145

type FrictionRow = ValueOf<typeof Friction>[number]

/**
 * Runs with Langevin friction until one, at a relaxation time that those before it predict, has the all-atom D within two
 * standard errors: 1/D(tau) = 1/D0 + c / tau is fitted to all runs so far. Structure and pressure are measured in that run.
 */
export const calibrateFriction = Stage.make("calibrate-friction", {
  module: import.meta.url,
  params: Schema.Struct({
    ...runTimes,
    fit: Schema.Struct(fitParams),
    /** K */
    temperature: Positive,
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
    const [allAtom, coarse, free] = [inputs.allAtom[0], inputs.coarse[0], inputs.run[0]]
    const start = yield* Effect.promise(() => firstFrame(beads.frames))
    const wanted = allAtom && mobilityOf(allAtom)
    const before = coarse && mobilityOf(coarse)
    const residualIn = (meta: TrajectoryMeta, frames: AsyncIterable<Frame>) =>
      Effect.promise(async () => {
        const { normalization } = structure
        const { rdf } = await structureOfBeads(meta, frames, { ...gridOf(target), normalization, blocks: 5 })
        return { rdf, residual: rdf.length > 0 ? residualOf(rdf, target) : null }
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
    const extra = 1 / wanted.D - 1 / before.D
    if (!(extra > 0)) return declined(tooFast(wanted.D, before.D))

    // A run without friction is one whose relaxation time is infinite.
    const runs: Array<FrictionRun> = [{ tau: Infinity, ...before }]
    let tau = firstSlope / extra
    for (let index = 0; ; index++) {
      const isCheck = index >= 2
      const run = yield* simulateBeads(
        { meta: beads.meta, start, potential, bonded },
        { ...params, thermostat: { type: "langevin", tau } },
        params.seed,
        isCheck ? `check-${index - 1}` : `friction-${index + 1}`
      )
      const trajectory = { meta: withVerdict(beads.meta, run.verdict), frames: run.frames() }
      const { diffusion, msd, verdict } = yield* Effect.promise(() => mobilityOfBeads(trajectory, params.fit))
      const reached = diffusion[0] && mobilityOf(diffusion[0])
      if (verdict.quality !== "ok" || reached === undefined) {
        return declined(verdict, { runs: index + 1, tau })
      }
      runs.push({ tau, ...reached })
      const isLast = index === params.maxRuns - 1
      if (isCheck && (isLast || Math.abs(reached.D - wanted.D) <= 2 * reached.stderr)) {
        const { rdf, residual } = yield* residualIn(beads.meta, run.frames())
        const without = model === undefined ? null : (yield* residualIn(model.meta, model.frames)).residual
        const row = {
          ...known,
          ...resultOf(fitFriction(runs, wanted), runs, wanted),
          residual,
          residual_without: without ?? known.residual_without,
          pressure: run.pressure?.mean ?? null
        }
        return { friction: [{ ...row, ...agreement(reached, wanted) }], rdf, msd }
      }
      // The second run lies to the other side of what the first guess aims at.
      tau = index === 0 ? tau * (reached.D > wanted.D ? 0.6 : 1.7) : fitFriction(runs, wanted).tau
      if (!(tau > 0 && Number.isFinite(tau))) {
        return declined(tooFast(wanted.D, fitFriction(runs, wanted).D0), { runs: index + 1 })
      }
    }
  })
})

const tooFast = (wanted: number, free: number): Verdict =>
  bad(
    "declined",
    `the all-atom D of ${wanted.toPrecision(3)} is not below the ${free.toPrecision(3)} of the model without friction, ` +
      "and friction only slows down"
  )

/** Numbers of the last run, which is the check. */
const resultOf = (fit: FrictionFit, runs: ReadonlyArray<FrictionRun>, wanted: Mobility) => {
  const reached = runs[runs.length - 1]
  const { factor, stderr } = acceleration(wanted, reached)
  return {
    tau: reached.tau,
    tau_stderr: fit.stderr,
    c: fit.c,
    D0: fit.D0,
    D: reached.D,
    D_stderr: reached.stderr,
    acceleration: factor,
    acceleration_stderr: stderr,
    runs: runs.length - 1
  }
}

const agreement = (reached: Mobility, wanted: Mobility): Verdict =>
  Math.abs(reached.D - wanted.D) <= 2 * Math.hypot(reached.stderr, wanted.stderr)
    ? ok
    : bad(
        "noisy",
        `D = ${reached.D.toPrecision(3)} +- ${reached.stderr.toPrecision(2)} after the last run, wanted ${wanted.D.toPrecision(3)}`
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
  pressure: null,
  runs: 0
} as const
