// Brings a mapping into the graph: the beads of a molecule, known by what the file says, wherever it lies.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Mapping, MappingFile, problemsOf, resolve } from "../schemas/MappingFile.ts"
import { MoleculeFile } from "../schemas/moleculeFiles.ts"

export const loadMapping = Stage.make("load-mapping", {
  module: import.meta.url,
  params: Schema.Struct({ mapping: MappingFile }),
  inputs: { molecule: MoleculeFile },
  outputs: { mapping: Mapping },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params, inputs: { molecule } }) {
    const problems = problemsOf(params.mapping, molecule)
    if (problems.length > 0) {
      return yield* Effect.fail(
        badInput(`the mapping ${params.mapping.name}: ${problems.join("; ")}`, "correct the mapping file")
      )
    }
    return { mapping: resolve(params.mapping, molecule) }
  })
})
