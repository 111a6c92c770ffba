// The force-field parameters of one sample: what was varied, and by how much.
import * as Kind from "./Kind.ts"

export const Parameters = Kind.table("parameters", {
  name: { type: "string", unit: "", description: "which parameter, such as bond CT-HC r0" },
  value: { type: "float64", unit: "", description: "its value in the unit of the column parameter_unit" },
  reference: { type: "float64", unit: "", description: "the value of the unchanged force field, same unit" },
  factor: {
    type: "float64",
    unit: "",
    description: "value / reference, or the factor drawn where the reference is 0"
  },
  parameter_unit: { type: "string", unit: "", description: "unit of value and reference" }
})
