// How coarse-grained beads are simulated: schemas of time, temperature and thermostat.
import * as Schema from "effect/Schema"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/** Nose-Hoover with its period, or Langevin friction with its relaxation time, both in ps. */
export const Thermostat = Schema.Union([
  Schema.Struct({ type: Schema.Literal("nose-hoover"), damp: Positive }),
  Schema.Struct({ type: Schema.Literal("langevin"), tau: Positive })
])
export type Thermostat = typeof Thermostat.Type

/** Times of a run, ps. */
export const runTimes = {
  timeStep: Positive,
  /** Before the first frame. */
  equilibration: Positive,
  production: Positive,
  frameInterval: Positive
} as const
