// Radial distribution functions of bead pairs, and what is known of their noise.
import * as Schema from "effect/Schema"
import * as Kind from "./Kind.ts"
import { Verdict } from "./Verdict.ts"

/** A row a pair and bin; no rows where there was no trajectory to use. */
export const Rdf = Kind.table("rdf", {
  pair: { type: "string", unit: "", description: "bead types, such as A-A" },
  r: { type: "float64", unit: "nm", description: "centre of the bin" },
  g: { type: "float64", unit: "", description: "radial distribution function" },
  sem: { type: "float64", unit: "", description: "standard error of g from blocks" }
})

/** What the numbers of an RDF are worth. */
export const Structure = Kind.json(
  "structure",
  Schema.Struct({
    /** Relative L1 distance that two measurements of this length have by chance. */
    noiseFloor: Schema.NullOr(Schema.Finite),
    normalization: Schema.Literals(["N(N-1)", "N2"]),
    frames: Schema.Int,
    ...Verdict.fields
  })
)
