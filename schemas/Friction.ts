// The Langevin friction that gives a coarse-grained model the all-atom mobility.
import { number } from "./columns.ts"
import * as Kind from "./Kind.ts"
import { quality } from "./quality.ts"

/** One row a system. */
export const Friction = Kind.table("friction", {
  tau: number("ps", "relaxation time of the friction"),
  tau_stderr: number("ps", "its standard error"),
  c: number("ps/(1e-9 m2/s)", "slope of 1/D(tau) = 1/D0 + c/tau"),
  D0: number("1e-9 m2/s", "diffusion without friction by the same law"),
  D_target: number("1e-9 m2/s", "all-atom diffusion coefficient that was aimed at"),
  D_target_stderr: number("1e-9 m2/s", "its standard error"),
  D: number("1e-9 m2/s", "diffusion coefficient reached, from a run of its own"),
  D_stderr: number("1e-9 m2/s", "its standard error"),
  acceleration: number("", "D / D_target"),
  acceleration_stderr: number("", "its standard error, both diffusion errors in it"),
  residual: number("", "relative L1 distance of the RDF with friction to the all-atom target"),
  residual_without: number("", "the same without friction"),
  rdf_change: number("", "relative L1 distance of the RDF with friction to that without"),
  rdf_change_noise: number("", "the distance that the errors of both alone would give"),
  pressure: number("bar", "mean pressure with friction"),
  pressure_without: number("bar", "mean pressure without friction"),
  pressure_change: number("bar", "pressure with friction less that without"),
  pressure_change_stderr: number("bar", "its standard error"),
  pressure_change_reduced: number("", "the change over rho kT of the beads"),
  runs: { type: "int32", unit: "", description: "coarse-grained runs that it took", minimum: 0 },
  ...quality
})
