// A hash table of indices whose keys are not kept: a graph finds its nodes again by what they are, at 12 bytes a node.

/** The start of a hash. */
export const seed = 0x811c9dc5 | 0

/** A 32-bit hash that goes on from another one with a number (FNV-1a by words, then mixed). */
export const withNumber = (hash: number, value: number): number => {
  const mixed = Math.imul(hash ^ value, 0x01000193)
  return mixed ^ (mixed >>> 15)
}

/** A 32-bit hash that goes on from another one with a text. */
export const withText = (hash: number, text: string): number => {
  let mixed = hash
  for (let index = 0; index < text.length; index += 1) {
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193)
  }
  return withNumber(mixed, text.length)
}

/** Indices by 32-bit hash; whoever asks says which of those with that hash is meant. */
export class HashTable {
  private count = 0
  /** Open addressing, two words a slot: the hash, the index + 1 or 0. */
  private slots = new Int32Array(128)

  /** The index with this hash that `isIt` accepts, or -1. */
  find(hash: number, isIt: (index: number) => boolean): number {
    const mask = this.slots.length - 2
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const index = this.slots[slot + 1] - 1
      if (index === -1 || (this.slots[slot] === hash && isIt(index))) return index
    }
  }

  add(hash: number, index: number): void {
    this.count += 1
    if (3 * this.count > this.slots.length) this.grow()
    this.place(hash, index)
  }

  private place(hash: number, index: number): void {
    const mask = this.slots.length - 2
    let slot = (hash << 1) & mask
    while (this.slots[slot + 1] !== 0) slot = (slot + 2) & mask
    this.slots[slot] = hash
    this.slots[slot + 1] = index + 1
  }

  private grow(): void {
    const { slots } = this
    this.slots = new Int32Array(2 * slots.length)
    for (let slot = 0; slot < slots.length; slot += 2) {
      if (slots[slot + 1] !== 0) this.place(slots[slot], slots[slot + 1] - 1)
    }
  }
}
