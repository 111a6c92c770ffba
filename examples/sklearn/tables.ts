// The tables of the comparison.
import * as Kind from "../../schemas/Kind.ts"

/** A row a sample: the fold in which it is held out. Samples that nothing can be learned from have none. */
export const Folds = Kind.table("folds", {
  sample: { type: "int32", unit: "", description: "index of the sample", minimum: 0 },
  fold: { type: "int32", unit: "", description: "the fold that tests it", minimum: 0 }
})
