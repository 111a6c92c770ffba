// Reads the mapping that a campaign's params name: a shipped one, a user's own file, or one of VOTCA's.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { readMapping as readVotca, VotcaXmlError } from "../formats/votcaXml.ts"
import { BadParams } from "../pipeline/Stage.ts"
import { MappingFile, problemsOf } from "../schemas/MappingFile.ts"
import type { Molecule } from "../schemas/Molecule.ts"
import { fromVotca } from "../schemas/votcaMapping.ts"
import { readJson } from "./readJson.ts"

/** Throws `BadParams` with every problem of the file, and with what keeps it from the molecule. */
export const readMapping = (name: string, molecule: Molecule): MappingFile => {
  if (!name.endsWith(".xml")) {
    const check = (file: MappingFile) => problemsOf(file, molecule)
    return readJson("mapping", name, MappingFile, { folder: "mappings", check })
  }
  const refuse = (problems: ReadonlyArray<string>): BadParams =>
    new BadParams(
      "pipeline coarse-graining",
      problems.map((problem) => `mapping: ${name}: ${problem}`)
    )
  let text: string
  try {
    text = readFileSync(resolve(name), "utf8")
  } catch {
    throw refuse([`${resolve(name)} cannot be read`])
  }
  try {
    const { file, problems } = fromVotca(readVotca(text), molecule)
    const found = problems.length > 0 ? problems : problemsOf(file, molecule)
    if (found.length > 0) throw refuse(found)
    return file
  } catch (error) {
    throw error instanceof VotcaXmlError ? refuse([error.message]) : error
  }
}
