// The tables that the stages of this example exchange: columns with units, checked by the compiler and at each write.
import * as Kind from "../../schemas/Kind.ts"
import { quality } from "../../schemas/quality.ts"

/** Where all walkers are, frame by frame; not wrapped into a box. */
export const Walk = Kind.table("walk", {
  t: { type: "float64", unit: "ps", description: "time", minimum: 0 },
  positions: { type: "float64[]", unit: "nm", description: "x, y, z of each walker in turn" }
})

/** One row: how fast the walkers of one size diffuse. */
export const Mobility = Kind.table("mobility", {
  D: { type: "float64", unit: "1e-9 m2/s", description: "self-diffusion coefficient", nullable: true },
  stderr: { type: "float64", unit: "1e-9 m2/s", description: "its standard error", nullable: true },
  Q: { type: "float64", unit: "", description: "quality of the fit; 1/2 is best", nullable: true },
  ...quality
})

/** A row a size: what was measured beside what Stokes and Einstein expect. */
export const Scan = Kind.table("scan", {
  radius: { type: "float64", unit: "nm", description: "radius of the walkers", minimum: 0 },
  D: { type: "float64", unit: "1e-9 m2/s", description: "measured diffusion coefficient" },
  stderr: { type: "float64", unit: "1e-9 m2/s", description: "its standard error" },
  expected: { type: "float64", unit: "1e-9 m2/s", description: "kT / (6 pi viscosity radius)" }
})
