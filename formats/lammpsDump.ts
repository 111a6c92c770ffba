// A streaming reader of LAMMPS text dumps: frame by frame, atoms in the order of their ids, lengths in nm.
import { asciiNumber } from "./asciiNumber.ts"
import { type DumpColumns, parseDumpColumns } from "./dumpColumns.ts"
import {
  type Atoms,
  DumpError,
  type DumpFrame,
  imagesOf,
  makeAtoms,
  makeBox,
  orderOf,
  type Positions,
  putPositions
} from "./DumpFrame.ts"
import { concatenate } from "./concatenate.ts"
import { unitStyles, type UnitStyle } from "./lammpsUnits.ts"

export interface DumpOptions {
  readonly units: UnitStyle
  /** Length of a step in ps, for dumps that do not tell the time themselves. */
  readonly timestep?: number
}

type Source = Uint8Array | AsyncIterable<Uint8Array>

/** What a source throws whose bytes end early or are damaged: the reader says in which frame and line. */
export class BrokenSource extends Error {
  readonly _tag = "BrokenSource"
}

/**
 * The frames of a LAMMPS text dump as its bytes arrive (decompressed). Throws DumpError for a file that is cut, whose
 * atoms change between frames, or that is no text dump of atoms with id and coordinates.
 */
export const readDump = (source: Source, options: DumpOptions): Frames<Float32Array> =>
  frames(source, options, (length) => new Float32Array(length))

/** The same, with every digit of the file's positions. */
export const readDumpInDouble = (source: Source, options: DumpOptions): Frames<Float64Array> =>
  frames(source, options, (length) => new Float64Array(length))

type Frames<P extends Positions> = AsyncGenerator<DumpFrame<P>, void, undefined>
type MakePositions<P extends Positions> = (length: number) => P

async function* frames<P extends Positions>(
  source: Source,
  options: DumpOptions,
  makePositions: MakePositions<P>
): Frames<P> {
  const parser = new DumpParser(options, makePositions)
  try {
    for await (const chunk of source instanceof Uint8Array ? [source] : source) yield* parser.push(chunk)
  } catch (error) {
    throw error instanceof BrokenSource ? parser.errorHere(error.message) : error
  }
  yield* parser.end()
}

interface Header {
  line: number
  step?: number
  time?: number
  count?: number
  bounds: number[][]
  tilted: boolean
  periodic: [boolean, boolean, boolean]
}

const newHeader = (): Header => ({ line: 0, bounds: [], tilted: false, periodic: [true, true, true] })

const isPeriodic = (flag: string | undefined): boolean => flag === undefined || flag === "pp"

const newline = 10
const space = 32
const longestLine = 2 ** 20

class DumpParser<P extends Positions> {
  readonly #options: DumpOptions
  readonly #makePositions: MakePositions<P>
  #rest: Uint8Array = new Uint8Array()
  #frame = 0
  #line = 0
  // The section that the next line belongs to; "" between sections.
  #section = ""
  #header = newHeader()
  #columns: DumpColumns | undefined
  // The rows of the frame in the file's order: the columns in use side by side.
  #rows = new Float64Array()
  #row = 0
  #atoms: Atoms | undefined

  constructor(options: DumpOptions, makePositions: MakePositions<P>) {
    this.#options = options
    this.#makePositions = makePositions
  }

  *push(chunk: Uint8Array): Generator<DumpFrame<P>> {
    if (this.#line === 0 && this.#rest.length === 0) this.#refuseCompressed(chunk)
    const bytes = this.#rest.length === 0 ? chunk : concatenate([this.#rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const frame = this.#takeLine(bytes, start, end)
      if (frame !== undefined) yield frame
      start = end + 1
    }
    // A copy: the slice of a Buffer would be a window on memory that its owner may fill again.
    this.#rest = new Uint8Array(bytes.subarray(start))
    if (this.#rest.length > longestLine) this.#fail("a line of more than 1 MB: this is no text dump")
  }

  *end(): Generator<DumpFrame<P>> {
    if (this.#rest.length > 0) {
      const frame = this.#takeLine(this.#rest, 0, this.#rest.length)
      if (frame !== undefined) yield frame
    }
    if (this.#section === "ATOMS") {
      this.#fail(`the file ends after ${this.#row} of ${this.#header.count} atoms: it was cut`)
    }
    const { bounds, count, step } = this.#header
    if (this.#section !== "" || step !== undefined || count !== undefined || bounds.length > 0) {
      this.#fail("the file ends before the atoms of the frame: it was cut")
    }
  }

  #takeLine(bytes: Uint8Array, start: number, end: number): DumpFrame<P> | undefined {
    this.#line++
    if (this.#section === "ATOMS") return this.#takeAtom(bytes, start, end)
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 4096))).trim()
    if (this.#section !== "") return this.#takeValue(text)
    if (text === "") return undefined
    if (!text.startsWith("ITEM: ")) this.#fail(`"${text.slice(0, 40)}" where "ITEM:" should be`)
    return this.#takeItem(text.slice(6))
  }

  #takeItem(item: string): DumpFrame<P> | undefined {
    if (this.#header.line === 0) this.#header.line = this.#line
    if (item.startsWith("BOX BOUNDS")) {
      const words = item.split(/\s+/).slice(2)
      if (words[0] === "abc")
        this.#fail("a general triclinic box: dump without dump_modify triclinic/general")
      const tilted = words[0] === "xy"
      const flags = tilted ? words.slice(3) : words
      this.#header.tilted = tilted
      this.#header.periodic = [isPeriodic(flags[0]), isPeriodic(flags[1]), isPeriodic(flags[2])]
      this.#header.bounds = []
      this.#section = "BOX BOUNDS"
      return undefined
    }
    if (item.startsWith("ATOMS")) return this.#beginAtoms(item.slice(5).trim())
    if (["TIMESTEP", "TIME", "UNITS", "NUMBER OF ATOMS"].includes(item)) {
      this.#section = item
      return undefined
    }
    return this.#fail(`"ITEM: ${item}" is nothing that a dump of atoms has`)
  }

  #takeValue(text: string): undefined {
    if (this.#section === "UNITS") {
      if (text !== this.#options.units) this.#fail(`the file is in units ${text}, not ${this.#options.units}`)
    } else if (this.#section === "BOX BOUNDS") {
      const numbers = text.split(/\s+/).map(Number)
      if (numbers.length < (this.#header.tilted ? 3 : 2) || !numbers.every(Number.isFinite)) {
        this.#fail(`"${text}" is no line of box bounds`)
      }
      this.#header.bounds.push(numbers)
      if (this.#header.bounds.length < 3) return
    } else {
      const value = Number(text)
      if (text === "" || !Number.isFinite(value)) this.#fail(`the ${this.#section} is "${text}"`)
      if (this.#section === "TIME") this.#header.time = value
      else if (!Number.isSafeInteger(value) || value < 0) this.#fail(`the ${this.#section} is "${text}"`)
      else if (this.#section === "TIMESTEP") this.#header.step = value
      else this.#header.count = value
    }
    this.#section = ""
  }

  #beginAtoms(names: string): DumpFrame<P> | undefined {
    const { bounds, count, step } = this.#header
    if (step === undefined || count === undefined || bounds.length !== 3) {
      return this.#fail("atoms before the step, the number of atoms and the box are known")
    }
    if (this.#columns?.names !== names) {
      const columns = parseDumpColumns(names)
      if (typeof columns === "string") return this.#fail(columns)
      if (this.#columns !== undefined)
        this.#fail(`the columns change from "${this.#columns.names}" to "${names}"`)
      this.#columns = columns
    }
    const known = this.#atoms?.ids.length ?? count
    if (count !== known) this.#fail(`${count} atoms, but ${known} in the frames before`)
    const room = count * this.#columns.width
    if (room > 2 ** 31) this.#fail(`${count} atoms are too many`)
    if (this.#rows.length !== room) this.#rows = new Float64Array(room)
    this.#row = 0
    this.#section = "ATOMS"
    return count === 0 ? this.#endFrame(this.#columns) : undefined
  }

  #takeAtom(bytes: Uint8Array, start: number, end: number): DumpFrame<P> | undefined {
    const columns = this.#columns
    if (columns === undefined) return this.#fail("atoms without columns")
    const { targets, width } = columns
    const base = this.#row * width
    let at = start
    for (let column = 0; column < targets.length; column++) {
      while (at < end && bytes[at] <= space) at++
      const from = at
      while (at < end && bytes[at] > space) at++
      if (from === at) this.#failAtom(bytes, start, end, `has ${column} of ${targets.length} columns`)
      const target = targets[column]
      if (target < 0) continue
      const value = asciiNumber(bytes, from, at)
      if (Number.isNaN(value)) {
        const token = String.fromCharCode(...bytes.subarray(from, at))
        this.#failAtom(bytes, start, end, `column ${column + 1} is "${token}", no finite number`)
      }
      this.#rows[base + target] = value
    }
    while (at < end && bytes[at] <= space) at++
    if (at < end) this.#failAtom(bytes, start, end, `has more than ${targets.length} columns`)
    this.#row++
    return this.#row === this.#header.count ? this.#endFrame(columns) : undefined
  }

  #endFrame(columns: DumpColumns): DumpFrame<P> {
    const { bounds, line, periodic, step = 0, tilted, time } = this.#header
    const { length, time: picoseconds } = unitStyles[this.#options.units]
    const { timestep } = this.#options
    const { box, origin } = makeBox(bounds, tilted)
    if (!(box[0] > 0 && box[1] > 0 && box[2] > 0))
      this.#fail(`the box has no volume: ${box.subarray(0, 3).join(" ")}`)
    const rows = { values: this.#rows, count: this.#row, columns }
    const atoms = (this.#atoms ??= makeAtoms(rows))
    const order = orderOf(rows, atoms, (row, reason) => {
      throw new DumpError(this.#frame, this.#line - rows.count + 1 + row, reason)
    })
    const positions = this.#makePositions(3 * order.length)
    putPositions(positions, rows, order, { box, origin, length })
    this.#section = ""
    this.#header = newHeader()
    this.#frame++
    return {
      step,
      line,
      time: time === undefined ? (timestep === undefined ? null : step * timestep) : time * picoseconds,
      box: box.map((value) => value * length),
      origin: origin.map((value) => value * length),
      periodic,
      ids: atoms.ids,
      types: atoms.types,
      molecules: atoms.molecules,
      positions,
      unwrapped: columns.unwrapped,
      images: imagesOf(rows, order)
    }
  }

  #failAtom(bytes: Uint8Array, start: number, end: number, reason: string): never {
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 60)))
    return text.startsWith("ITEM:")
      ? this.#fail(`the next frame begins after ${this.#row} of ${this.#header.count} atoms`)
      : this.#fail(`the atom "${text.trim()}" ${reason}`)
  }

  #refuseCompressed(bytes: Uint8Array): void {
    const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b
    const zstd = bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f
    if (gzip || zstd)
      this.#fail(`these bytes are compressed (${gzip ? "gzip" : "zstd"}): decompress them first`)
  }

  #fail(reason: string): never {
    throw this.errorHere(reason)
  }

  errorHere(reason: string): DumpError {
    return new DumpError(this.#frame, Math.max(1, this.#line), reason)
  }
}
