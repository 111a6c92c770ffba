// LAMMPS tables of potentials (pair_style, bond_style and angle_style table, units real) to and from nm and kJ/mol.
import {
  fromAngstrom,
  fromKiloCalorie,
  fromRealForce,
  toAngstrom,
  toKiloCalorie,
  toRealForce
} from "./lammpsUnits.ts"

/** A potential of a distance on a grid: arrays [point], with F = -dU/dr of the same curve. */
export interface DistanceTable {
  /** nm, ascending */
  readonly r: Float64Array
  /** kJ/mol */
  readonly U: Float64Array
  /** kJ/mol/nm */
  readonly F: Float64Array
}

/** A potential of an angle on a grid: arrays [point], with F = -dU/dtheta of the same curve. */
export interface AngleTable {
  /** rad, from 0 to pi */
  readonly theta: Float64Array
  /** kJ/mol */
  readonly U: Float64Array
  /** kJ/mol/rad */
  readonly F: Float64Array
}

/** A table that LAMMPS would refuse or silently misread. */
export class TableFileError extends Error {
  readonly _tag = "TableFileError"
  readonly keyword: string
  constructor(keyword: string, problem: string) {
    super(`LAMMPS table ${keyword}: ${problem}`)
    this.name = "TableFileError"
    this.keyword = keyword
  }
}

/**
 * The file of a `pair_style table` from r[0] > 0 to the cut-off, which is the last row exactly. The grid must be
 * uniform, since the keyword `R` makes LAMMPS compute the distances itself. Throws TableFileError otherwise.
 */
export const writePairTable = (keyword: string, table: DistanceTable): string => {
  const rows = toReal(keyword, table)
  const r = rows.x
  const [first, last] = [r[0], r[r.length - 1]]
  if (!(first > 0))
    throw new TableFileError(keyword, `the first distance is ${table.r[0]} nm: it must be above 0`)
  const spacing = (last - first) / (r.length - 1)
  const stray = r.findIndex((value, i) => Math.abs(value - first - i * spacing) > 1e-7 * spacing)
  if (stray >= 0) throw new TableFileError(keyword, `the grid is not uniform at point ${stray + 1}`)
  return writeSection(keyword, `N ${r.length} R ${first} ${last}`, rows)
}

/**
 * Forces that LAMMPS calls consistent with the energies: each between the differences -dU/dx to its two neighbours. Beside an
 * extremum of the force the exact value lies beyond both, by |F''| dx^2 / 6 at most; it gives way to the nearer
 * difference, which is the mean force over that interval. All other forces stay as they are.
 */
export const settleExtrema = (x: Float64Array, U: Float64Array, F: Float64Array): Float64Array =>
  F.map((force, i) => {
    if (i === 0 || i === x.length - 1 || (force - F[i - 1]) * (F[i + 1] - force) >= 0) return force
    const left = (U[i - 1] - U[i]) / (x[i] - x[i - 1])
    const right = (U[i] - U[i + 1]) / (x[i + 1] - x[i])
    // A little inside the two, so that the last digits of the file do not matter.
    const inset = 1e-6 * Math.abs(left - right)
    return Math.min(Math.max(left, right) - inset, Math.max(Math.min(left, right) + inset, force))
  })

/** The file of a `bond_style table`. Throws TableFileError where the grid does not ascend. */
export const writeBondTable = (keyword: string, table: DistanceTable): string => {
  return writeSection(keyword, `N ${table.r.length}`, toReal(keyword, table))
}

/** The file of an `angle_style table`, which must go from 0 to pi. Throws TableFileError otherwise. */
export const writeAngleTable = (keyword: string, table: AngleTable): string => {
  const { F, U } = table
  check(keyword, { x: table.theta, U, F })
  const theta = table.theta.map(toDegrees)
  const last = theta[theta.length - 1]
  if (theta[0] !== 0 || last !== 180) {
    throw new TableFileError(keyword, `it goes from ${theta[0]} to ${last} degrees, not from 0 to 180`)
  }
  // LAMMPS takes the forces of an angle table in energy per degree.
  const rows = {
    x: theta,
    U: U.map(toKiloCalorie),
    F: F.map((force) => toKiloCalorie(force / degreesPerRadian))
  }
  return writeSection(keyword, `N ${theta.length}`, rows)
}

/** The tables of distances in a file, by keyword; with `R` the distances are those that LAMMPS computes. */
export const readDistanceTables = (text: string): ReadonlyMap<string, DistanceTable> =>
  new Map(
    Array.from(readSections(text), ([keyword, { range, rows }]) => {
      const end = rows.x.length - 1
      const step = range === undefined ? 0 : (range[1] - range[0]) / end
      const r =
        range === undefined ? rows.x : rows.x.map((_, i) => (i === end ? range[1] : range[0] + i * step))
      return [
        keyword,
        { r: r.map(fromAngstrom), U: rows.U.map(fromKiloCalorie), F: rows.F.map(fromRealForce) }
      ]
    })
  )

/** The tables of angles in a file, by keyword. */
export const readAngleTables = (text: string): ReadonlyMap<string, AngleTable> =>
  new Map(
    Array.from(readSections(text), ([keyword, { rows }]) => {
      const theta = rows.x.map((angle) => angle / degreesPerRadian)
      const F = rows.F.map((force) => fromKiloCalorie(force) * degreesPerRadian)
      return [keyword, { theta, U: rows.U.map(fromKiloCalorie), F }]
    })
  )

const degreesPerRadian = 180 / Math.PI

// 14 digits, so that pi is 180 and the grid of whole degrees is one.
const toDegrees = (angle: number): number => Number((angle * degreesPerRadian).toPrecision(14))

const toReal = (keyword: string, { F, U, r }: DistanceTable): Rows => {
  check(keyword, { x: r, U, F })
  return { x: r.map(toAngstrom), U: U.map(toKiloCalorie), F: F.map(toRealForce) }
}

interface Rows {
  readonly x: Float64Array
  readonly U: Float64Array
  readonly F: Float64Array
}

const writeSection = (keyword: string, header: string, { F, U, x }: Rows): string => {
  const lines = Array.from(x, (value, i) => `${i + 1} ${value} ${U[i]} ${F[i]}`)
  return `# units: real (distance in A, angle in degrees, energy in kcal/mol)\n\n${keyword}\n${header}\n\n${lines.join("\n")}\n`
}

const check = (keyword: string, { F, U, x }: Rows): void => {
  if (!/^[^\s#]+$/.test(keyword))
    throw new TableFileError(JSON.stringify(keyword), "the keyword must be one word")
  if (x.length < 2 || U.length !== x.length || F.length !== x.length) {
    throw new TableFileError(keyword, `${x.length} points, ${U.length} energies and ${F.length} forces`)
  }
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(U[i]) || !Number.isFinite(F[i])) {
      throw new TableFileError(keyword, `point ${i + 1} is not finite: ${x[i]}, U ${U[i]}, F ${F[i]}`)
    }
    if (i > 0 && x[i] <= x[i - 1])
      throw new TableFileError(keyword, `the grid does not ascend at point ${i + 1}`)
  }
}

interface Section {
  /** As in the file, in real units. */
  readonly rows: Rows
  readonly range?: readonly [number, number]
}

function* readSections(text: string): Generator<[string, Section]> {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim())
  const words = lines.filter((line) => line !== "").map((line) => line.split(/\s+/))
  for (let at = 0; at < words.length;) {
    const keyword = words[at][0]
    const header = words[at + 1] ?? []
    const count = Number(header[1])
    if (header[0] !== "N" || !Number.isSafeInteger(count) || count < 2) {
      throw new TableFileError(keyword, `"${header.join(" ")}" does not say how many points follow`)
    }
    if (header.includes("RSQ"))
      throw new TableFileError(keyword, "distances uniform in r2 (RSQ) are not read")
    const rows = words.slice(at + 2, at + 2 + count).map((row) => row.map(Number))
    if (rows.length < count)
      throw new TableFileError(keyword, `${rows.length} of ${count} points: it was cut`)
    const stray = rows.findIndex(
      (row, i) => row.length < 4 || row[0] !== i + 1 || !row.every(Number.isFinite)
    )
    if (stray >= 0)
      throw new TableFileError(keyword, `point ${stray + 1} is "${words[at + 2 + stray].join(" ")}"`)
    const column = (index: number) => Float64Array.from(rows, (row) => row[index])
    const table = { x: column(1), U: column(2), F: column(3) }
    const uniform = header.indexOf("R")
    const range = [Number(header[uniform + 1]), Number(header[uniform + 2])] as const
    yield [keyword, uniform < 0 ? { rows: table } : { rows: table, range }]
    at += 2 + count
  }
}
