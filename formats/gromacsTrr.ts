// A streaming reader of GROMACS .trr trajectories: frame by frame, positions in nm.
import { concatenate } from "./concatenate.ts"
import type { Frame } from "./trajectory.ts"
import { XdrCursor } from "./xdr.ts"

/** A file that is cut, or that is no .trr with positions. */
export class TrrError extends Error {
  readonly _tag = "TrrError"
  readonly frame: number
  constructor(frame: number, problem: string) {
    super(`frame ${frame}: ${problem}`)
    this.name = "TrrError"
    this.frame = frame
  }
}

// Layout as in GROMACS' src/gromacs/fileio/trrio.cpp: a header of sizes, then the arrays with a size.
const magic = 1993
const version = "GMX_trn_file"
/** Names of the sizes in the header, in their order. */
const sizeNames = ["ir", "e", "box", "vir", "pres", "top", "sym", "x", "v", "f"] as const
/** Bytes of the longest header. */
const headerLength = 4 + 4 + 4 + version.length + 4 * sizeNames.length + 4 * 3 + 2 * 8

interface Header {
  readonly atoms: number
  readonly step: number
  /** ps */
  readonly time: number
  /** Bytes of a number. */
  readonly real: number
  readonly sizes: Readonly<Record<(typeof sizeNames)[number], number>>
  /** Bytes of the header, and of the whole frame. */
  readonly length: number
  readonly frameLength: number
}

/**
 * The frames of a .trr as its bytes arrive; velocities and forces are skipped. Throws TrrError for a file that is cut,
 * a frame without positions or box, or a number of atoms that changes.
 */
export async function* readTrr(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): AsyncGenerator<Frame> {
  let pending: Array<Uint8Array> = []
  let length = 0
  let wanted = 1
  let frame = 0
  let atoms: number | undefined
  const errorIn = (problem: string) => new TrrError(frame, problem)
  for await (const chunk of source) {
    pending.push(chunk)
    length += chunk.length
    if (length < wanted) continue
    const bytes = pending.length === 1 ? pending[0] : concatenate(pending)
    let at = 0
    for (;;) {
      const rest = bytes.subarray(at)
      const header = readHeader(rest, errorIn)
      wanted = header === undefined ? Math.min(headerLength, rest.length + 1) : header.frameLength
      if (header === undefined || rest.length < header.frameLength) break
      atoms ??= header.atoms
      if (header.atoms !== atoms) throw errorIn(`${header.atoms} atoms after frames with ${atoms}`)
      yield frameOf(rest, header)
      at += header.frameLength
      frame++
    }
    pending = [bytes.slice(at)]
    length = bytes.length - at
  }
  if (length > 0) throw errorIn(`the file was cut after ${length} of its bytes`)
}

/** The header at the start of `bytes`; undefined where more bytes are needed to tell. */
const readHeader = (bytes: Uint8Array, errorIn: (problem: string) => Error): Header | undefined => {
  const cursor = new XdrCursor(bytes)
  if (bytes.length >= 4 && cursor.int() !== magic) throw errorIn("this is no .trr file")
  if (bytes.length < headerLength - 8) return undefined
  cursor.int()
  if (cursor.string() !== version) throw errorIn("this is no .trr file")
  const sizes = Object.fromEntries(sizeNames.map((name) => [name, cursor.int()])) as Header["sizes"]
  const atoms = cursor.int()
  const step = cursor.int()
  cursor.int()
  if (sizes.box === 0 || sizes.x === 0) throw errorIn("it has no positions or no box")
  const real = sizes.box / 9
  if ((real !== 4 && real !== 8) || sizes.x !== 3 * atoms * real)
    throw errorIn("its sizes do not fit together")
  if (bytes.length < cursor.at + 2 * real) return undefined
  const time = cursor.real(real)
  cursor.real(real)
  const content = sizeNames.reduce((sum, name) => sum + sizes[name], 0)
  return { atoms, step, time, real, sizes, length: cursor.at, frameLength: cursor.at + content }
}

const frameOf = (bytes: Uint8Array, { atoms, length, real, sizes, step, time }: Header): Frame => {
  const cursor = new XdrCursor(bytes, length + sizes.ir + sizes.e)
  const [lx, , , xy, ly, , xz, yz, lz] = Array.from({ length: 9 }, () => cursor.real(real))
  cursor.at = length + sizes.ir + sizes.e + sizes.box + sizes.vir + sizes.pres + sizes.top + sizes.sym
  const positions = new Float32Array(3 * atoms)
  for (let i = 0; i < positions.length; i++) positions[i] = cursor.real(real)
  return { step, time, box: Float64Array.of(lx, ly, lz, xy, xz, yz), positions }
}
