// A table of entries in memory: key -> outputs and what they cost, in a few arrays, a hundred bytes an entry.
import type { Blob } from "./ContentStore.ts"
import type { Digest } from "./Digest.ts"

/** What consumers need of an entry. */
export interface Hit {
  readonly _tag: "hit"
  readonly key: string
  readonly outputs: Readonly<Record<string, Blob>>
  /** The digest of an output of that name, which must be there. */
  readonly digestOf: (output: string) => string
  /** CPU seconds inside the stage's own `run`. */
  readonly cpuSeconds: number
}

/** The state of an entry's file when it was read: another file of that name has another one. */
export interface Stamp {
  readonly ino: number
  /** ms */
  readonly ctimeMs: number
}

/** What a row is made of. */
export interface Row extends Stamp {
  readonly key: string
  readonly outputs: Readonly<Record<string, Blob>>
  readonly cpuSeconds: number
}

const wordsOfDigest = 8
const bytesOfDigest = 4 * wordsOfDigest

/** The arrays behind a table, as they are written to a file. */
export interface Columns {
  readonly rows: number
  readonly outputs: number
  /** Output names of rows, each as a sorted list. */
  readonly shapes: ReadonlyArray<ReadonlyArray<string>>
  /** [row, 3]: CPU seconds, inode, ctime in ms. */
  readonly numbers: Float64Array
  /** [output]: bytes. */
  readonly sizes: Float64Array
  /** [row, 2]: first output, shape. */
  readonly places: Uint32Array
  /** [row, 8] */
  readonly keys: Int32Array
  /** [output, 8] */
  readonly digests: Int32Array
}

export const noColumns: Columns = {
  rows: 0,
  outputs: 0,
  shapes: [],
  numbers: new Float64Array(0),
  sizes: new Float64Array(0),
  places: new Uint32Array(0),
  keys: new Int32Array(0),
  digests: new Int32Array(0)
}

type Numbers = Float64Array | Int32Array | Uint32Array

const grown = <A extends Numbers>(array: A, length: number): A => {
  if (array.length >= length) return array
  const larger = new (array.constructor as new (length: number) => A)(Math.ceil(length * 1.5) + 64)
  larger.set(array)
  return larger
}

const bytesOf = (words: Int32Array): Buffer =>
  Buffer.from(words.buffer, words.byteOffset, words.length * Int32Array.BYTES_PER_ELEMENT)

/** Rows are found by key, added, and forgotten; they are never changed. */
export class EntryTable {
  private rows: number
  private outputs: number
  private readonly shapes: Array<ReadonlyArray<string>>
  private readonly shapeIds = new Map<string, number>()
  private numbers: Float64Array
  private sizes: Float64Array
  private places: Uint32Array
  private keys: Int32Array
  private digests: Int32Array
  private keyBytes: Buffer
  private digestBytes: Buffer
  /** Open addressing by the first word of a key; row + 1, or 0. */
  private slots = new Int32Array(0)
  private readonly sought = new Int32Array(wordsOfDigest)
  private readonly soughtBytes = bytesOf(this.sought)

  constructor(columns: Columns = noColumns) {
    this.rows = columns.rows
    this.outputs = columns.outputs
    this.shapes = [...columns.shapes]
    for (const [id, names] of this.shapes.entries()) this.shapeIds.set(JSON.stringify(names), id)
    this.numbers = columns.numbers
    this.sizes = columns.sizes
    this.places = columns.places
    this.keys = columns.keys
    this.digests = columns.digests
    this.keyBytes = bytesOf(this.keys)
    this.digestBytes = bytesOf(this.digests)
    this.rehash()
  }

  get size(): number {
    return this.rows
  }

  /** The row of a key, or -1. */
  find(key: string): number {
    this.soughtBytes.write(key, 0, bytesOfDigest, "hex")
    const row = this.slots[this.slotOfSought()] - 1
    return row === -1 || Number.isNaN(this.numbers[3 * row]) ? -1 : row
  }

  /** Where the sought key is, or would be. */
  private slotOfSought(): number {
    const mask = this.slots.length - 1
    let slot = this.sought[0] & mask
    while (this.slots[slot] !== 0 && !this.isSoughtAt(this.slots[slot] - 1)) slot = (slot + 1) & mask
    return slot
  }

  private isSoughtAt(row: number): boolean {
    const from = row * wordsOfDigest
    for (let word = 0; word < wordsOfDigest; word += 1) {
      if (this.keys[from + word] !== this.sought[word]) return false
    }
    return true
  }

  /** Adds a row for a key; it is found from now on in place of an earlier one. */
  add({ cpuSeconds, ctimeMs, ino, key, outputs }: Row): number {
    const names = Object.keys(outputs).sort()
    const row = this.rows
    this.rows += 1
    this.reserve(this.rows, this.outputs + names.length)
    this.numbers[3 * row] = cpuSeconds
    this.numbers[3 * row + 1] = ino
    this.numbers[3 * row + 2] = ctimeMs
    this.places[2 * row] = this.outputs
    this.places[2 * row + 1] = this.shapeOf(names)
    this.keyBytes.write(key, row * bytesOfDigest, bytesOfDigest, "hex")
    for (const name of names) {
      const { digest, size } = outputs[name]
      this.sizes[this.outputs] = size
      this.digestBytes.write(digest, this.outputs * bytesOfDigest, bytesOfDigest, "hex")
      this.outputs += 1
    }
    if (2 * this.rows > this.slots.length) this.rehash()
    else this.place(row)
    return row
  }

  /** Forgets a row: its key is found no more. */
  forget(row: number): void {
    this.numbers[3 * row] = Number.NaN
  }

  private reserve(rows: number, outputs: number): void {
    this.numbers = grown(this.numbers, 3 * rows)
    this.places = grown(this.places, 2 * rows)
    this.sizes = grown(this.sizes, outputs)
    const keys = grown(this.keys, wordsOfDigest * rows)
    if (keys !== this.keys) this.keyBytes = bytesOf((this.keys = keys))
    const digests = grown(this.digests, wordsOfDigest * outputs)
    if (digests !== this.digests) this.digestBytes = bytesOf((this.digests = digests))
  }

  private shapeOf(names: ReadonlyArray<string>): number {
    const text = JSON.stringify(names)
    let id = this.shapeIds.get(text)
    if (id === undefined) {
      id = this.shapes.push(names) - 1
      this.shapeIds.set(text, id)
    }
    return id
  }

  /** Puts all rows into a larger table of slots; of two rows with one key the later one is found. */
  private rehash(): void {
    let length = 64
    while (length < 3 * this.rows) length *= 2
    this.slots = new Int32Array(length)
    for (let row = 0; row < this.rows; row += 1) this.place(row)
  }

  private place(row: number): void {
    const from = row * wordsOfDigest
    for (let word = 0; word < wordsOfDigest; word += 1) this.sought[word] = this.keys[from + word]
    this.slots[this.slotOfSought()] = row + 1
  }

  keyOf(row: number): string {
    return this.keyBytes.toString("hex", row * bytesOfDigest, (row + 1) * bytesOfDigest)
  }

  cpuSecondsOf(row: number): number {
    return this.numbers[3 * row]
  }

  stampOf(row: number): Stamp {
    return { ino: this.numbers[3 * row + 1], ctimeMs: this.numbers[3 * row + 2] }
  }

  /** The digest of an output, by name. */
  digestOf(row: number, output: string): string {
    const place = this.shapes[this.places[2 * row + 1]].indexOf(output)
    if (place === -1) throw new RangeError(`the entry ${this.keyOf(row)} has no output "${output}"`)
    return this.digestAt(this.places[2 * row] + place)
  }

  private digestAt(at: number): Digest {
    return this.digestBytes.toString("hex", at * bytesOfDigest, (at + 1) * bytesOfDigest) as Digest
  }

  outputsOf(row: number): Readonly<Record<string, Blob>> {
    const outputs: Record<string, Blob> = {}
    let at = this.places[2 * row]
    for (const name of this.shapes[this.places[2 * row + 1]]) {
      outputs[name] = { digest: this.digestAt(at), size: this.sizes[at] }
      at += 1
    }
    return outputs
  }

  hitOf(row: number): Hit {
    return new RowHit(this, row)
  }

  /** A table of some of the rows. */
  copyOf(rows: Iterable<number>): EntryTable {
    const copy = new EntryTable()
    for (const row of rows) {
      const key = this.keyOf(row)
      const [outputs, cpuSeconds] = [this.outputsOf(row), this.cpuSecondsOf(row)]
      copy.add({ key, outputs, cpuSeconds, ...this.stampOf(row) })
    }
    return copy
  }

  /** The table as arrays of just its length; views, valid until a row is added. */
  columns(): Columns {
    return {
      rows: this.rows,
      outputs: this.outputs,
      shapes: this.shapes,
      numbers: this.numbers.subarray(0, 3 * this.rows),
      sizes: this.sizes.subarray(0, this.outputs),
      places: this.places.subarray(0, 2 * this.rows),
      keys: this.keys.subarray(0, wordsOfDigest * this.rows),
      digests: this.digests.subarray(0, wordsOfDigest * this.outputs)
    }
  }
}

/** A hit that reads its row when it is asked: a hundred thousand of them are held in a run. */
class RowHit implements Hit {
  private readonly table: EntryTable
  private readonly row: number

  constructor(table: EntryTable, row: number) {
    this.table = table
    this.row = row
  }

  get _tag(): "hit" {
    return "hit"
  }

  get key(): string {
    return this.table.keyOf(this.row)
  }

  get cpuSeconds(): number {
    return this.table.cpuSecondsOf(this.row)
  }

  get outputs(): Readonly<Record<string, Blob>> {
    return this.table.outputsOf(this.row)
  }

  digestOf(output: string): string {
    return this.table.digestOf(this.row, output)
  }
}
