// Self-diffusion coefficients: one row a trajectory, with error, window and quality of the fit.
import { number } from "./columns.ts"
import * as Kind from "./Kind.ts"
import { quality } from "./quality.ts"

export const Diffusion = Kind.table("diffusion", {
  D: number("1e-9 m2/s", "self-diffusion coefficient at this box size, no finite-size correction"),
  stderr: number("1e-9 m2/s", "standard error of D by generalised least squares"),
  offset: number("nm2", "the fitted line at t = 0; the line is offset + 6 D t"),
  Q: number("", "quality of the fit: probability of a chi2 as large by chance; near 1/2 is best"),
  tmin: number("ps", "first lag time of the fit"),
  tmax: number("ps", "last lag time of the fit"),
  slope: number("", "slope of log MSD against log time in the window; 1 is diffusion"),
  molecules: { type: "int32", unit: "", description: "number of molecules", minimum: 0 },
  box: number("nm", "mean edge of the box"),
  frames: { type: "int32", unit: "", description: "number of frames", minimum: 0 },
  ...quality
})

/** Mean squared displacement over all time origins, centre-of-mass drift removed. */
export const Msd = Kind.table("msd", {
  t: { type: "float64", unit: "ps", description: "lag time" },
  msd: { type: "float64", unit: "nm2", description: "mean squared displacement" }
})
