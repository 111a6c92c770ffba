// What a coarse-grained run came to: one row, with the verdict on it.
import { number } from "./columns.ts"
import * as Kind from "./Kind.ts"
import { quality } from "./quality.ts"

export const CoarseRun = Kind.table("coarse-run", {
  beads: { type: "int32", unit: "", description: "number of beads", minimum: 0 },
  time_step: number("ps", "time step: that of the params, or a shorter one where bonds and angles need it"),
  temperature: number("K", "mean temperature of the production run"),
  temperature_stderr: number("K", "its standard error from blocks"),
  pressure: number("bar", "mean pressure of the production run"),
  pressure_stderr: number("bar", "its standard error from blocks"),
  ...quality
})
