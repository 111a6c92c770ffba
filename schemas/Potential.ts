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

/** What one iteration of an inversion came to. */
export const Inversion = Kind.json(
  "inversion",
  Schema.Struct({
    iteration: Schema.Int,
    /** Relative L1 distance between the RDF of the model that was simulated and the target. */
    residual: Schema.NullOr(Schema.Finite),
    /** The residual that chance alone would give. */
    noiseFloor: Schema.NullOr(Schema.Finite),
    temperature: Schema.NullOr(Schema.Finite),
    pressure: Schema.NullOr(Schema.Finite),
    /** Whether there is nothing left to gain: the residual is at the noise floor, or the verdict forbids more. */
    converged: Schema.Boolean,
    ...Verdict.fields
  })
)
