// Physical constants in the units of the tables (CODATA 2018, exact).

/** Boltzmann constant, kJ/mol/K. */
export const boltzmann = 0.0083144626

/** One bar as an energy density, kJ/mol/nm3. */
export const bar = 0.0602214076
