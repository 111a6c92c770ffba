// Brings a molecule and its force field into the graph: known by what the files say, wherever they lie.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { ForceField } from "../schemas/ForceField.ts"
import { Molecule } from "../schemas/Molecule.ts"
import { ForceFieldFile, MoleculeFile } from "../schemas/moleculeFiles.ts"

export const loadMolecule = Stage.make("load-molecule", {
  module: import.meta.url,
  params: Schema.Struct({ molecule: Molecule, forceField: ForceField }),
  inputs: {},
  outputs: { molecule: MoleculeFile, forceField: ForceFieldFile },
  deterministic: true,
  run: ({ params: { forceField, molecule } }) => Effect.succeed({ molecule, forceField })
})
