// `largo import votca`: turns a mapping, or the settings of an iterative Boltzmann inversion, into a file of largo's.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import * as Votca from "../formats/votcaXml.ts"
import { importSettings } from "../recipes/importSettings.ts"
import { readJson } from "../recipes/readJson.ts"
import { readMapping } from "../recipes/readMapping.ts"
import { Molecule } from "../schemas/Molecule.ts"
import * as Command from "./Command.ts"
import { UsageError } from "./Usage.ts"

export const command = Command.make(
  {
    name: "import votca",
    summary: "Turns VOTCA's mapping of a molecule, or the settings of an inversion, into a file of largo's.",
    words: ["FILE.xml"],
    options: {
      to: {
        help: "the file that is written (default: mapping.json or inversion.json here)",
        takes: "FILE.json"
      },
      molecule: { help: "for a mapping: a shipped molecule, or a molecule file", takes: "NAME" }
    },
    notes:
      "Settings are taken of the simple kind: non-bonded pairs, ibi, LAMMPS. The files that they name (targets, the" +
      " LAMMPS input, its data file) are looked for beside them."
  },
  ({ options, words: [name = ""] }, out) => {
    const text = read(name)
    const kind = rootOf(name, text)
    const file = options.to ?? `${kind === "mapping" ? "mapping" : "inversion"}.json`
    if (existsSync(file))
      throw new UsageError(
        [`--to: ${resolve(file)} is there already`],
        "give another file, or move that one away"
      )
    const content = kind === "mapping" ? mappingOf(name, options.molecule) : settingsOf(name, text)
    writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`)
    const next =
      kind === "mapping"
        ? `largo run coarse-graining --set mapping=${file} --set molecule=${options.molecule}`
        : `largo run inversion --params ${file}`
    out.answer({ file: resolve(file), kind, next }, () => `${file}: the ${kind} of ${name}; type: ${next}`)
    return 0
  }
)

const refusal = (name: string, problem: string): UsageError =>
  new UsageError(
    [`FILE.xml: ${name}: ${problem}`],
    "correct the file, or write the params by hand: see docs/votca.md"
  )

const read = (name: string): string => {
  try {
    return readFileSync(name, "utf8")
  } catch {
    throw new UsageError([`FILE.xml: ${resolve(name)} cannot be read`], "give the path of VOTCA's XML file")
  }
}

/** Rephrases what the file lacks as the fault of the word that names it. */
const orRefuse = <A>(name: string, parse: () => A): A => {
  try {
    return parse()
  } catch (error) {
    throw error instanceof Votca.VotcaXmlError ? refusal(name, error.message) : error
  }
}

const rootOf = (name: string, text: string): "mapping" | "settings" => {
  const root = orRefuse(name, () => Votca.rootOf(text))
  if (root === "cg_molecule") return "mapping"
  if (root === "cg") return "settings"
  throw refusal(name, `it begins with <${root}>, neither <cg_molecule> (a mapping) nor <cg> (settings)`)
}

const mappingOf = (name: string, molecule: string | undefined): object => {
  if (molecule === undefined)
    throw new UsageError(
      ["--molecule: is missing"],
      "say which molecule the mapping is of: --molecule n-hexane"
    )
  return readMapping(name, readJson("molecule", molecule, Molecule))
}

const settingsOf = (name: string, text: string): object => {
  const folder = dirname(resolve(name))
  const fileOf = (path: string): string => relative(process.cwd(), join(folder, path))
  return orRefuse(name, () => importSettings(Votca.readSettings(text), fileOf, read))
}
