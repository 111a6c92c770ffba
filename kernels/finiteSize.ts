// The correction of a diffusion coefficient for the finite size of a periodic box.

/** 2.837297: the lattice sum of a cubic box. */
const cubic = 2.837297

/** Boltzmann's constant in the units below: 1e-9 m2/s times mPa s times nm, a kelvin. Reduced units have 1 in its place. */
export const boltzmann = 0.01380649

/**
 * What is to be added to D of a cubic box of edge `length` for an infinite one: xi kT / (6 pi eta L), 1e-9 m2/s (Dünweg
 * and Kremer, J. Chem. Phys. 99, 6983, 1993; Yeh and Hummer, J. Phys. Chem. B 108, 15873, 2004).
 * temperature: K; viscosity: mPa s; length: nm. A Langevin thermostat screens the flow: the formula does not hold there.
 */
export const finiteSizeCorrection = (temperature: number, viscosity: number, length: number): number => {
  if (!(temperature > 0 && viscosity > 0 && length > 0)) {
    throw new RangeError(
      `temperature, viscosity and length must be positive, not ${temperature} K, ${viscosity} mPa s, ${length} nm`
    )
  }
  return (cubic * boltzmann * temperature) / (6 * Math.PI * viscosity * length)
}
