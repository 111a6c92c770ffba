// The kinds of molecule and force-field artifacts.
import { ForceField } from "./ForceField.ts"
import * as Kind from "./Kind.ts"
import { Molecule } from "./Molecule.ts"

export const MoleculeFile = Kind.json("molecule", Molecule)
export const ForceFieldFile = Kind.json("force-field", ForceField)
