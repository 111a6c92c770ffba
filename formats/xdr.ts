// A cursor over big-endian binary data, the XDR (RFC 4506) of GROMACS files.

/** Reads on from `at`; past the end it throws `RangeError`, as a DataView does. */
export class XdrCursor {
  at: number
  readonly #view: DataView

  constructor(bytes: Uint8Array, at = 0) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  int(): number {
    return this.#view.getInt32(this.#advance(4))
  }

  /** Exact up to 2^53. */
  long(): number {
    return Number(this.#view.getBigInt64(this.#advance(8)))
  }

  /** A float of 4 or 8 bytes. */
  real(bytes: number): number {
    const at = this.#advance(bytes)
    return bytes === 8 ? this.#view.getFloat64(at) : this.#view.getFloat32(at)
  }

  /** A string with its length in front, padded to a multiple of four bytes. */
  string(): string {
    const length = this.int()
    if (length < 0 || length > 1e4) throw new RangeError(`a string of ${length} bytes`)
    const from = this.#advance(4 * Math.ceil(length / 4))
    let text = ""
    for (let i = from; i < from + length; i++) text += String.fromCharCode(this.#view.getUint8(i))
    return text
  }

  #advance(bytes: number): number {
    const from = this.at
    if (!(bytes >= 0) || from + bytes > this.#view.byteLength) throw new RangeError("the data ends early")
    this.at += bytes
    return from
  }
}
