// The diffusion coefficient of a sphere in a liquid, by Stokes and Einstein.

/** Boltzmann's constant, J/K. */
const k = 1.380649e-23

/**
 * kT / (6 pi eta r) in 1e-9 m2/s.
 * @param temperature K
 * @param viscosity mPa s
 * @param radius nm
 */
export const stokesEinstein = (temperature: number, viscosity: number, radius: number): number =>
  (k * temperature * 1e21) / (6 * Math.PI * viscosity * radius)
