// How coarse-grained beads are simulated: schemas of time, temperature and thermostat.
import * as Schema from "effect/Schema"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/**
 * Nose-Hoover with its period; Langevin friction, of each bead against the rest frame, with its relaxation time; or DPD
 * friction between pairs of beads within the cut-off, which conserves momentum: its coefficient is the mean mass of the beads
 * over tau, its weight (1 - r / cut-off)^2. Times in ps.
 */
export const Thermostat = Schema.Union([
  Schema.Struct({ type: Schema.Literal("nose-hoover"), damp: Positive }),
  Schema.Struct({ type: Schema.Literal("langevin"), tau: Positive }),
  Schema.Struct({ type: Schema.Literal("dpd"), tau: Positive })
])
export type Thermostat = typeof Thermostat.Type

/** The kinds of friction that can be calibrated. */
export const FrictionKind = Schema.Literals(["langevin", "dpd"])
export type FrictionKind = typeof FrictionKind.Type

/** Times of a run, ps. */
export const runTimes = {
  timeStep: Positive,
  /** Before the first frame. */
  equilibration: Positive,
  production: Positive,
  frameInterval: Positive
} as const
