// A reader of GROMACS .edr energy files: a column for each term.
import { XdrCursor } from "./xdr.ts"

/** The rows of an energy file. A term that no row has is not there. */
export interface EnergyTable {
  /** ps */
  readonly time: Float64Array
  /** Terms by their names, such as "Temperature", in the units of `units`. */
  readonly terms: ReadonlyMap<string, Float64Array>
  readonly units: ReadonlyMap<string, string>
}

/** A file that is cut, or that is no .edr of a version that is known. */
export class EdrError extends Error {
  readonly _tag = "EdrError"
  constructor(problem: string) {
    super(problem)
    this.name = "EdrError"
  }
}

// Layout as in GROMACS' src/gromacs/fileio/enxio.cpp; version 5 since 2010.
const namesMagic = -55555
const frameMagic = -7777777
/** Where the first frame has its first number: it tells single from double precision. */
const firstReal = -2e10
const version = 5
/** Bytes of a datum of a block, by its type: int, float, double, int64, char; strings are read one by one. */
const dataBytes = [4, 4, 8, 8, 4]

/** Throws `EdrError`. A file that ends within a frame, as after a crash, gives the frames before. */
export const readEdr = (bytes: Uint8Array): EnergyTable => {
  const cursor = new XdrCursor(bytes)
  const names: Array<{ readonly name: string; readonly unit: string }> = []
  try {
    if (cursor.int() !== namesMagic) throw new EdrError("this is no .edr file")
    const found = cursor.int()
    if (found !== version)
      throw new EdrError(`an .edr file of version ${found}, and only ${version} is known`)
    const count = cursor.int()
    for (let i = 0; i < count; i++) names.push({ name: cursor.string(), unit: cursor.string() })
  } catch (problem) {
    throw problem instanceof EdrError ? problem : new EdrError("the file was cut before its first frame")
  }

  const times: Array<number> = []
  const rows: Array<ReadonlyArray<number>> = []
  while (cursor.at < bytes.length) {
    const row = nextRow(cursor, bytes, names.length)
    if (row === undefined) break
    if (row.values.length === 0) continue
    times.push(row.time)
    rows.push(row.values)
  }
  return {
    time: Float64Array.from(times),
    terms: new Map(names.map(({ name }, i) => [name, Float64Array.from(rows, (row) => row[i])])),
    units: new Map(names.map(({ name, unit }) => [name, unit]))
  }
}

/** One frame; no values where it holds no energies, undefined where the file ends within it. */
const nextRow = (cursor: XdrCursor, bytes: Uint8Array, terms: number) => {
  try {
    const real = new XdrCursor(bytes, cursor.at).real(4) === Math.fround(firstReal) ? 4 : 8
    if (cursor.real(real) !== (real === 4 ? Math.fround(firstReal) : firstReal)) {
      throw new EdrError("a frame does not begin as it should")
    }
    if (cursor.int() !== frameMagic) throw new EdrError("a frame does not begin as it should")
    cursor.int()
    const time = cursor.real(8)
    cursor.long()
    const sums = cursor.int()
    cursor.long()
    cursor.real(8)
    const count = cursor.int()
    cursor.int()
    const blocks = Array.from({ length: cursor.int() }, () => {
      cursor.int()
      return Array.from({ length: cursor.int() }, () => ({ type: cursor.int(), count: cursor.int() }))
    })
    cursor.at += 12
    if (count !== 0 && count !== terms) throw new EdrError(`a frame has ${count} energies, not ${terms}`)
    const values: Array<number> = []
    for (let i = 0; i < count; i++) {
      values.push(cursor.real(real))
      // The average and the sum over the steps since the frame before.
      if (sums > 0) cursor.at += 2 * real
    }
    for (const { count: data, type } of blocks.flat()) {
      if (dataBytes[type] === undefined) for (let i = 0; i < data; i++) cursor.string()
      else cursor.at += data * dataBytes[type]
    }
    return cursor.at > bytes.length ? undefined : { time, values }
  } catch (problem) {
    if (problem instanceof RangeError) return undefined
    throw problem
  }
}
