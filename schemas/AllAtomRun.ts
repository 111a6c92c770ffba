// What an all-atom run came to: one row, with the verdict on it.
import { number } from "./columns.ts"
import * as Kind from "./Kind.ts"
import { quality } from "./quality.ts"

export const AllAtomRun = Kind.table("all-atom-run", {
  molecules: { type: "int32", unit: "", description: "number of molecules", minimum: 1 },
  temperature: number("K", "mean temperature of the production run"),
  temperature_stderr: number("K", "its standard error from blocks"),
  pressure: number("bar", "mean pressure of the production run"),
  pressure_stderr: number("bar", "its standard error from blocks"),
  density: number("g/cm3", "density of the production run"),
  density_stderr: number("g/cm3", "standard error of the mean density at constant pressure"),
  ...quality
})

/** The thermodynamic output of the run, a row an interval. */
export const Thermo = Kind.table("thermo", {
  time: { type: "float64", unit: "ps", description: "since the start of the phase" },
  phase: { type: "string", unit: "", description: "constant pressure, constant volume, or production" },
  temperature: number("K", "instantaneous temperature"),
  pressure: number("bar", "instantaneous pressure"),
  density: number("g/cm3", "density"),
  potential_energy: number("kJ/mol", "potential energy of the whole box")
})
