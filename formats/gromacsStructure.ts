// GROMACS `.g96` structures: coordinates with nine decimals, where `.gro` files have three.
import { residue } from "./gromacs.ts"
import type { GromacsMolecule } from "./gromacs.ts"

/** Atoms in a cube; [atom, xyz] in nm and nm/ps. */
export interface Structure {
  readonly positions: ArrayLike<number>
  readonly velocities?: ArrayLike<number> | undefined
  /** nm */
  readonly edge: number
}

const columns = 15
/** Where the coordinates begin in a line of an atom. */
const labelLength = 24

const decimals = (value: number): string => value.toFixed(9).padStart(columns)

/** The structure of copies of a molecule, one behind the other. */
export function writeG96({ molecule }: Pick<GromacsMolecule, "molecule">, structure: Structure): string {
  const { atoms, name } = molecule
  const count = structure.positions.length / 3
  const labels = Array.from({ length: count }, (_, index) => {
    const atom = index % atoms.length
    const copy = Math.floor(index / atoms.length)
    return (
      `${String((copy + 1) % 100_000).padStart(5)} ${residue.padEnd(5)} ` +
      `${atoms[atom].element}${atom + 1}`.padEnd(5) +
      String((index + 1) % 10_000_000).padStart(7)
    )
  })
  const block = (title: string, values: ArrayLike<number>) => [
    title,
    ...labels.map((label, i) => label + [0, 1, 2].map((k) => decimals(values[3 * i + k])).join("")),
    "END"
  ]
  return [
    "TITLE",
    name,
    "END",
    ...block("POSITION", structure.positions),
    ...(structure.velocities === undefined ? [] : block("VELOCITY", structure.velocities)),
    "BOX",
    [structure.edge, structure.edge, structure.edge].map(decimals).join(""),
    "END",
    ""
  ].join("\n")
}

/**
 * A structure as GROMACS wrote it.
 *
 * @throws RangeError for a file that is cut, has what is no number in it, or whose box is no cube
 */
export function readG96(text: string): Structure {
  const block = (title: string): ReadonlyArray<string> | undefined => {
    const from = text.indexOf(`\n${title}\n`)
    if (from === -1) return undefined
    const to = text.indexOf("\nEND", from)
    if (to === -1) throw new RangeError(`the block ${title} of the structure was cut`)
    return text.slice(from + title.length + 2, to).split("\n")
  }
  const vectors = (lines: ReadonlyArray<string>) => {
    const values = new Float64Array(3 * lines.length)
    for (const [row, line] of lines.entries()) {
      for (let k = 0; k < 3; k++) {
        const from = labelLength + columns * k
        values[3 * row + k] = numberIn(line.slice(from, from + columns))
      }
    }
    return values
  }
  const positions = block("POSITION")
  const box = block("BOX")?.[0]
  if (positions === undefined || box === undefined)
    throw new RangeError("the structure has no positions or no box")
  const edges = [0, 1, 2].map((k) => numberIn(box.slice(columns * k, columns * (k + 1))))
  if (edges.some((edge) => edge !== edges[0]))
    throw new RangeError(`the box ${edges.join(" x ")} nm is no cube`)
  const velocities = block("VELOCITY")
  return {
    positions: vectors(positions),
    velocities: velocities === undefined ? undefined : vectors(velocities),
    edge: edges[0]
  }
}

const numberIn = (text: string): number => {
  const value = Number(text)
  if (text.trim() === "" || !Number.isFinite(value))
    throw new RangeError(`"${text}" in the structure is no number`)
  return value
}
