// The stage that runs coarse-grained molecular dynamics.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { FrictionKind, runTimes, Thermostat } from "../schemas/CgProtocol.ts"
import { BondedPotential } from "../schemas/Bonded.ts"
import { CoarseRun } from "../schemas/CoarseRun.ts"
import { Prediction } from "../schemas/Model.ts"
import { Inversion, Potential } from "../schemas/Potential.ts"
import { BeadTrajectory, noFrames, verdictOf, withVerdict } from "../schemas/Trajectory.ts"
import { bad, first, ok } from "../schemas/Verdict.ts"
import { lammps } from "../tools/lammps.ts"
import { firstFrame, simulateBeads } from "./coarse/simulateBeads.ts"

/** Beads under a tabulated potential, from the first frame of `beads`, in its box. */
export const cgMd = Stage.make("cg-md", {
  module: import.meta.url,
  params: Schema.Struct({
    ...runTimes,
    /** K */
    temperature: Schema.Finite.check(Schema.isGreaterThan(0)),
    thermostat: Thermostat.pipe(
      Schema.withDecodingDefaultKey(Effect.succeed({ type: "nose-hoover" as const, damp: 0.5 }))
    ),
    /** The kind of a predicted friction. */
    friction: FrictionKind.pipe(Schema.withDecodingDefaultKey(Effect.succeed("langevin" as const))),
    seed: Schema.Int
  }),
  /** The inversion is there for its verdict alone; a predicted friction takes the place of the thermostat. */
  inputs: {
    potential: Potential,
    bonded: Stage.optional(BondedPotential),
    beads: BeadTrajectory,
    inversion: Stage.optional(Inversion),
    friction: Stage.optional(Prediction)
  },
  outputs: { beads: BeadTrajectory, run: CoarseRun },
  tools: [lammps],
  deterministic: true,
  resources: { cores: 1, memory: 256 },
  run: Effect.fnUntraced(function* ({ params, inputs }) {
    const { beads, bonded, friction, inversion, potential } = inputs
    const { meta } = beads
    const nothing = { beads: meta.types.length, ...unmeasured }
    const start = yield* Effect.promise(() => firstFrame(beads.frames))
    const upstream = first([
      verdictOf(meta),
      inversion ?? ok,
      friction ?? ok,
      potential.length === 0 ? bad("declined", "there is no potential to simulate") : ok
    ])
    if (upstream.quality !== "ok" || start === undefined) {
      const verdict = first([upstream, bad("declined", "there is no configuration to start from")])
      return {
        beads: { meta: withVerdict(meta, verdict), frames: noFrames },
        run: [{ ...nothing, ...verdict }]
      }
    }

    const tau = friction?.value ?? null
    const thermostat = tau === null ? params.thermostat : { type: params.friction, tau }
    const { frames, pressure, temperature, timeStep, verdict } = yield* simulateBeads(
      { meta, start, potential, bonded },
      { ...params, thermostat },
      params.seed,
      "production"
    )
    const run = [
      {
        beads: meta.types.length,
        time_step: timeStep,
        temperature: temperature?.mean ?? null,
        temperature_stderr: temperature?.stderr ?? null,
        pressure: pressure?.mean ?? null,
        pressure_stderr: pressure?.stderr ?? null,
        quality: verdict.quality,
        reason: verdict.reason
      }
    ]
    const usable = verdict.quality === "ok"
    return { beads: { meta: withVerdict(meta, verdict), frames: usable ? frames() : noFrames }, run }
  })
})

const unmeasured = {
  time_step: null,
  temperature: null,
  temperature_stderr: null,
  pressure: null,
  pressure_stderr: null
}
