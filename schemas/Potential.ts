// Tabulated coarse-grained pair potentials, and the progress of an inversion that makes them.
import * as Schema from "effect/Schema"
import * as Kind from "./Kind.ts"
import { Verdict } from "./Verdict.ts"

/** A row a pair and distance: the force is the derivative of the same spline; the last row is the cut-off. */
export const Potential = Kind.table("potential", {
  pair: { type: "string", unit: "", description: "bead types, such as A-A" },
  r: { type: "float64", unit: "nm", description: "distance" },
  U: { type: "float64", unit: "kJ/mol", description: "potential" },
  F: { type: "float64", unit: "kJ/mol/nm", description: "force, -dU/dr" }
})

/** A row a pair and knot: the numbers that an inversion works on, from which tables are made. */
export const PotentialKnots = Kind.table("potential-knots", {
  pair: { type: "string", unit: "", description: "bead types, such as A-A" },
  r: { type: "float64", unit: "nm", description: "distance" },
  U: { type: "float64", unit: "kJ/mol", description: "potential before it is led to 0 at the cut-off" }
})

const Measured = Schema.Struct({
  residual: Schema.NullOr(Schema.Finite),
  noiseFloor: Schema.NullOr(Schema.Finite),
  chiSquare: Schema.NullOr(Schema.Finite),
  variation: Schema.NullOr(Schema.Finite),
  variationFloor: Schema.NullOr(Schema.Finite),
  timeStep: Schema.NullOr(Schema.Finite),
  temperature: Schema.NullOr(Schema.Finite),
  pressure: Schema.NullOr(Schema.Finite)
})

/**
 * What an inversion came to so far. The numbers belong to the best potential that was simulated, which is the one that
 * goes with this.
 */
export const Inversion = Kind.json(
  "inversion",
  Schema.Struct({
    /** How many iterations were simulated. */
    iteration: Schema.Int,
    /** Relative L1 distance between the RDF of the model that was simulated and the target. */
    residual: Schema.NullOr(Schema.Finite),
    /** The residual that chance alone would give. */
    noiseFloor: Schema.NullOr(Schema.Finite),
    /** Mean square of the collective deviations from the target in units of their noise: about 1 where chance alone is at work. */
    chiSquare: Schema.NullOr(Schema.Finite),
    /** Largest total variation between a bond's or angle's distribution and its target; null without bonds. */
    variation: Schema.NullOr(Schema.Finite),
    /** The largest that chance alone would give. */
    variationFloor: Schema.NullOr(Schema.Finite),
    /** Time step that the model's stiffest vibration allowed, ps. */
    timeStep: Schema.NullOr(Schema.Finite),
    /** K */
    temperature: Schema.NullOr(Schema.Finite),
    /** bar */
    pressure: Schema.NullOr(Schema.Finite),
    /** Whether there is nothing left to gain: residual and variation are at their noise floors, or the verdict forbids more. */
    converged: Schema.Boolean,
    /** The same numbers of every iteration. */
    history: Schema.Array(Measured),
    ...Verdict.fields
  })
)
