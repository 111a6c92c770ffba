// Marks on the nodes of a graph: a byte a node, where a set would take fifty.

/** Marks on the indices of nodes. */
export class Marks {
  private marks = new Uint8Array(1024)

  has(index: number): boolean {
    return this.marks[index] === 1
  }

  /** Marks an index; false where it was marked already. */
  mark(index: number): boolean {
    if (index >= this.marks.length) {
      const larger = new Uint8Array(2 * index)
      larger.set(this.marks)
      this.marks = larger
    }
    if (this.marks[index] === 1) return false
    this.marks[index] = 1
    return true
  }
}
