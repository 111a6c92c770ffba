// The kind of a packed liquid: a LAMMPS data file with atoms, topology and force field.
import * as Kind from "./Kind.ts"

/** Real units, atom style full, ready for `read_data`; molecules are whole and lie one behind the other. */
export const LiquidFile = Kind.file("liquid", "text/plain")
