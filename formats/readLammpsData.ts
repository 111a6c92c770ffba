// Reads a LAMMPS data file in real units, as largo or `write_data` wrote it.
import {
  atomColumns,
  type AtomStyle,
  type CoefficientList,
  DataFileError,
  type LammpsData,
  type TopologyList,
  topologyLists
} from "./LammpsData.ts"
import { fromAngstrom, fromRealVelocity } from "./lammpsUnits.ts"

/**
 * The data in a file. The atom style comes from the comment behind "Atoms", else from `atomStyle`. Ids of atoms must
 * be 1 to their number, in any order. Throws DataFileError, naming the line, for what cannot be read.
 */
export const readLammpsData = (text: string, atomStyle?: AtomStyle): LammpsData => {
  const lines = text.split("\n")
  const header = readHeader(lines)
  const sections = readSections(lines, header.end)
  const atoms = sections.get("Atoms") ?? { rows: [], comment: "", line: lines.length }
  const style = styleOf(atoms, atomStyle)
  const expect = (section: Section | undefined, name: string, count: number) => {
    const found = section?.rows.length ?? 0
    if (found !== count)
      throw new DataFileError(section?.line ?? lines.length, `${found} ${name}, but ${count} announced`)
  }
  expect(atoms, "atoms", header.counts.get("atoms") ?? 0)
  const velocities = sections.get("Velocities")
  if (velocities !== undefined) expect(velocities, "velocities", atoms.rows.length)
  const topology: Partial<Record<TopologyList, Int32Array>> = {}
  const coefficients: Partial<Record<CoefficientList, (number | string)[][]>> = {}
  const pair = sections.get("Pair Coeffs")
  if (pair !== undefined) coefficients.pair = coefficientRows(pair)
  for (const list of Object.keys(topologyLists) as TopologyList[]) {
    const title = `${list.slice(0, 1).toUpperCase()}${list.slice(1)}`
    const section = sections.get(title)
    expect(section, list, header.counts.get(list) ?? 0)
    if (section !== undefined) topology[list] = topologyRows(section, topologyLists[list] + 1)
    const rows = sections.get(`${title.slice(0, -1)} Coeffs`)
    if (rows !== undefined) coefficients[list] = coefficientRows(rows)
  }
  return {
    title: lines[0]?.trim() ?? "",
    box: header.box,
    masses: massesOf(sections.get("Masses"), header.counts.get("atom types") ?? 0),
    ...atomsOf(atoms, style, header.origin),
    ...(velocities === undefined ? {} : { velocities: vectorsOf(velocities, 1, fromRealVelocity) }),
    topology,
    coefficients
  }
}

interface Row {
  readonly line: number
  readonly words: readonly string[]
}

interface Section {
  readonly line: number
  readonly comment: string
  readonly rows: readonly Row[]
}

interface Header {
  readonly counts: ReadonlyMap<string, number>
  readonly box: Float64Array
  /** In Å, as in the file. */
  readonly origin: readonly number[]
  /** Index of the first line of the sections. */
  readonly end: number
}

const readHeader = (lines: readonly string[]): Header => {
  const counts = new Map<string, number>()
  const lo = [-0.5, -0.5, -0.5]
  const hi = [0.5, 0.5, 0.5]
  let tilt = [0, 0, 0]
  // The first line is a title.
  for (let at = 1; at < lines.length; at++) {
    const text = withoutComment(lines[at])
    if (text === "") continue
    const match = /^([-+.\deE\s]+)\s([a-z][a-z\s]*)$/.exec(text)
    if (match === null) return { counts, ...boxOf(lo, hi, tilt), end: at }
    const numbers = match[1].trim().split(/\s+/).map(Number)
    if (!numbers.every(Number.isFinite)) throw new DataFileError(at + 1, `"${text}" is no line of a header`)
    const axis = ["xlo xhi", "ylo yhi", "zlo zhi"].indexOf(match[2])
    if (axis >= 0) [lo[axis], hi[axis]] = numbers
    else if (match[2] === "xy xz yz") tilt = numbers
    else counts.set(match[2], numbers[0])
  }
  return { counts, ...boxOf(lo, hi, tilt), end: lines.length }
}

const boxOf = (lo: readonly number[], hi: readonly number[], tilt: readonly number[]) => {
  const edges = hi.map((end, axis) => end - lo[axis])
  return { box: Float64Array.from([...edges, ...tilt], fromAngstrom), origin: lo }
}

const withoutComment = (line: string): string => line.replace(/#.*/, "").trim()

const readSections = (lines: readonly string[], from: number): ReadonlyMap<string, Section> => {
  const sections = new Map<string, Section>()
  let rows: Row[] = []
  for (let at = from; at < lines.length; at++) {
    const text = withoutComment(lines[at])
    if (text === "") continue
    if (/^[A-Z]/.test(text)) {
      if (sections.has(text)) throw new DataFileError(at + 1, `the section "${text}" is there twice`)
      rows = []
      sections.set(text, { line: at + 1, comment: lines[at].split("#")[1]?.trim() ?? "", rows })
    } else {
      rows.push({ line: at + 1, words: text.split(/\s+/) })
    }
  }
  return sections
}

const styleOf = ({ comment, line }: Section, fallback: AtomStyle | undefined): AtomStyle => {
  const named = comment in atomColumns ? (comment as AtomStyle) : undefined
  const style = named ?? fallback
  if (style === undefined) throw new DataFileError(line, `the atom style "${comment}" is unknown`)
  return style
}

// Rows in the order of their ids, which must be 1 to n.
const byId = ({ rows }: Section): readonly Row[] => {
  const ordered: Row[] = []
  for (const row of rows) {
    const id = Number(row.words[0])
    if (!(Number.isInteger(id) && id >= 1 && id <= rows.length) || ordered[id - 1] !== undefined) {
      throw new DataFileError(
        row.line,
        `the id ${row.words[0]} is not one of 1 to ${rows.length}, or is there twice`
      )
    }
    ordered[id - 1] = row
  }
  return ordered
}

const numberAt = ({ line, words }: Row, column: number): number => {
  const value = Number(words[column])
  if (words[column] === undefined || !Number.isFinite(value)) {
    throw new DataFileError(line, `"${words.join(" ")}" has no number in column ${column + 1}`)
  }
  return value
}

const vectorsOf = (
  section: Section,
  column: number,
  convert: (value: number, axis: number) => number
): Float64Array => {
  const vectors = new Float64Array(3 * section.rows.length)
  for (const [i, row] of byId(section).entries()) {
    for (let axis = 0; axis < 3; axis++) vectors[3 * i + axis] = convert(numberAt(row, column + axis), axis)
  }
  return vectors
}

const atomsOf = (section: Section, atomStyle: AtomStyle, origin: readonly number[]) => {
  const columns = atomColumns[atomStyle]
  const rows = byId(section)
  const x = columns.length + 1
  const column = (name: (typeof columns)[number]) => {
    const at = columns.indexOf(name) + 1
    return at === 0 ? undefined : rows.map((row) => numberAt(row, at))
  }
  const withImages = rows.every(({ words }) => words.length === x + 6)
  const ragged = rows.find(({ words }) => words.length !== (withImages ? x + 6 : x + 3))
  if (ragged !== undefined)
    throw new DataFileError(ragged.line, `${ragged.words.length} columns, not ${x + 3}`)
  return {
    atomStyle,
    types: Int32Array.from(column("type") ?? []),
    molecules: Int32Array.from(column("molecule") ?? rows.map(() => 0)),
    charges: Float64Array.from(column("charge") ?? rows.map(() => 0)),
    positions: vectorsOf(section, x, (value, axis) => fromAngstrom(value - origin[axis])),
    ...(withImages && rows.length > 0
      ? { images: Int32Array.from(vectorsOf(section, x + 3, (value) => value)) }
      : {})
  }
}

const massesOf = (section: Section | undefined, types: number): readonly number[] => {
  const masses = section === undefined ? [] : byId(section).map((row) => numberAt(row, 1))
  if (masses.length !== types) {
    throw new DataFileError(section?.line ?? 1, `${masses.length} masses, but ${types} atom types announced`)
  }
  return masses
}

const topologyRows = (section: Section, width: number): Int32Array =>
  Int32Array.from(
    byId(section).flatMap((row) => Array.from({ length: width }, (_, i) => numberAt(row, i + 1)))
  )

const coefficientRows = (section: Section): (number | string)[][] =>
  byId(section).map(({ words }) =>
    words.slice(1).map((word) => (Number.isFinite(Number(word)) ? Number(word) : word))
  )
