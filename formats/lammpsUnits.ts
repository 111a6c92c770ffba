// The units of LAMMPS beside ours: nm, ps, kJ/mol, K, bar, g/mol.

/** The unit styles whose files are read; for `lj` nothing is converted. */
export type UnitStyle = "real" | "metal" | "lj" | "nano"

/** What one unit of the style is in nm and in ps. */
export const unitStyles: Readonly<Record<UnitStyle, { readonly length: number; readonly time: number }>> = {
  real: { length: 0.1, time: 0.001 },
  metal: { length: 0.1, time: 1 },
  lj: { length: 1, time: 1 },
  nano: { length: 1, time: 1000 }
}

/** 1 kcal in kJ, the thermochemical calorie that LAMMPS uses. */
export const kiloJoulePerKiloCalorie = 4.184

/** 1 atm in bar. */
export const barPerAtmosphere = 1.01325

// A factor of ten leaves noise in the 16th digit, so that 0.57 nm became 5.699999999999999 Å: with 14 digits
// a cut-off is the same number in a table, in a data file and in a command.
const tidy = (value: number): number => Number(value.toPrecision(14))

/** nm to Å. */
export const toAngstrom = (length: number): number => tidy(length * 10)

/** Å to nm. */
export const fromAngstrom = (length: number): number => tidy(length / 10)

/** nm/ps to Å/fs. */
export const toRealVelocity = (velocity: number): number => tidy(velocity / 100)

/** Å/fs to nm/ps. */
export const fromRealVelocity = (velocity: number): number => tidy(velocity * 100)

/** kJ/mol to kcal/mol. */
export const toKiloCalorie = (energy: number): number => energy / kiloJoulePerKiloCalorie

/** kcal/mol to kJ/mol. */
export const fromKiloCalorie = (energy: number): number => energy * kiloJoulePerKiloCalorie

/** kJ/mol/nm to kcal/mol/Å. */
export const toRealForce = (force: number): number => force / (10 * kiloJoulePerKiloCalorie)

/** kcal/mol/Å to kJ/mol/nm. */
export const fromRealForce = (force: number): number => force * (10 * kiloJoulePerKiloCalorie)

/** kJ/mol/nm2 to kcal/mol/Å2: the constant K of `bond_style harmonic`, U = K (r - r0)^2. */
export const toRealStiffness = (stiffness: number): number => stiffness / (100 * kiloJoulePerKiloCalorie)

/** kcal/mol/Å2 to kJ/mol/nm2. */
export const fromRealStiffness = (stiffness: number): number => stiffness * (100 * kiloJoulePerKiloCalorie)

/** g/mol/ps to kcal fs/mol/Å2, a force in kcal/mol/Å over a velocity in Å/fs. */
export const toRealFriction = (friction: number): number => tidy((friction * 10) / kiloJoulePerKiloCalorie)
