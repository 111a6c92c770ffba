// A VOTCA mapping of a molecule as a mapping file of ours: atoms by their names become atoms by their numbers.
import type { VotcaMapping } from "../formats/votcaXml.ts"
import type { MappingFile } from "./MappingFile.ts"
import type { Molecule } from "./Molecule.ts"

/** Weights may differ from the masses by this share. */
const massTolerance = 0.02

/**
 * The mapping file, or what keeps the VOTCA mapping from the molecule. Atoms of a molecule file have no names: `C3` is its
 * third carbon, `H12` its twelfth hydrogen. Beads lie at their centres of mass, so weights must be masses.
 */
export const fromVotca = (
  { beads, bonds, name }: VotcaMapping,
  molecule: Molecule
): { readonly file: MappingFile; readonly problems: ReadonlyArray<string> } => {
  const problems: Array<string> = []
  const byName = atomNames(molecule)
  const mapped = beads.map((bead) => {
    const atoms = bead.atoms.flatMap((full) => {
      const atom = byName.get(full.slice(full.lastIndexOf(":") + 1).toUpperCase())
      if (atom !== undefined) return [atom]
      problems.push(
        `bead ${bead.name} names the atom ${full}, and ${molecule.name} has ${[...byName.keys()].join(", ")}: ` +
          "an element and its number in the molecule file"
      )
      return []
    })
    const scales = atoms.map((atom, i) => (bead.weights[i] ?? NaN) / (molecule.atoms[atom]?.mass ?? NaN))
    const uneven = scales.findIndex((scale) => !(Math.abs(scale / (scales[0] ?? 1) - 1) <= massTolerance))
    if (atoms.length === bead.atoms.length && uneven >= 0) {
      problems.push(
        `bead ${bead.name}: the weight ${bead.weights[uneven]} of ${bead.atoms[uneven]} is not in proportion to its mass; ` +
          "beads lie at their centres of mass"
      )
    }
    return { type: bead.type, atoms: atoms as [number, ...Array<number>] }
  })
  const rows = bonds.flatMap((pair) => {
    const found = pair.map((end) => beads.findIndex((bead) => bead.name === end))
    const missing = pair.find((_, i) => found[i] === -1)
    if (missing !== undefined) problems.push(`a bond names the bead ${missing}, which there is not`)
    return missing === undefined ? [[found[0], found[1]] as const] : []
  })
  const file = {
    name,
    beads: mapped as [(typeof mapped)[number], ...typeof mapped],
    ...(rows.length === 0 ? {} : { bonds: rows })
  }
  return { file, problems }
}

/** `C1`, `C2`, `H1`, ... in the order of the molecule file. */
const atomNames = ({ atoms }: Molecule): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  return new Map(
    atoms.map(({ element }, index) => {
      const count = (counts.get(element) ?? 0) + 1
      counts.set(element, count)
      return [`${element}${count}`.toUpperCase(), index]
    })
  )
}
