// The bonded topology of a molecule, derived from its bonds alone.

/** Atom indices of one molecule's internal coordinates; every list is flat, row after row. */
export interface Topology {
  readonly atoms: number
  /** [bond, 2], smaller index first. */
  readonly bonds: Int32Array
  /** [angle, 3], the vertex in the middle, smaller end first. */
  readonly angles: Int32Array
  /** [dihedral, 4] along the chain, smaller central atom second. */
  readonly dihedrals: Int32Array
  /** [pair, 2] of atoms three bonds apart and no nearer by another path, smaller index first. */
  readonly pairs14: Int32Array
}

/**
 * The bonded neighbours of each atom, ascending.
 *
 * @throws RangeError when a bond names an atom outside 0..atoms-1, joins an atom to itself, or occurs twice
 */
export function neighbourLists(
  atoms: number,
  bonds: ReadonlyArray<readonly [number, number]>
): ReadonlyArray<ReadonlyArray<number>> {
  const neighbours: Array<Array<number>> = Array.from({ length: atoms }, () => [])
  for (const [index, [a, b]] of bonds.entries()) {
    const outside = [a, b].find((atom) => !Number.isInteger(atom) || atom < 0 || atom >= atoms)
    if (outside !== undefined) {
      throw new RangeError(`bond ${index} joins atoms ${a} and ${b}, but there is no atom ${outside}`)
    }
    if (a === b) throw new RangeError(`bond ${index} joins atom ${a} to itself`)
    if (neighbours[a].includes(b)) throw new RangeError(`bond ${index} repeats the bond ${a}-${b}`)
    neighbours[a].push(b)
    neighbours[b].push(a)
  }
  for (const list of neighbours) list.sort((a, b) => a - b)
  return neighbours
}

/**
 * Angles, proper dihedrals and 1-4 pairs of a molecule. Rings are allowed: three-membered rings give no
 * dihedral that closes on itself, and a pair that is also a 1-2 or 1-3 neighbour is no 1-4 pair.
 *
 * @param bonds zero-based atom indices
 * @throws RangeError as {@link neighbourLists}
 */
export function bondedTopology(atoms: number, bonds: ReadonlyArray<readonly [number, number]>): Topology {
  const neighbours = neighbourLists(atoms, bonds)
  const bondRows: Array<number> = []
  const angleRows: Array<number> = []
  const dihedralRows: Array<number> = []
  const pairRows: Array<number> = []
  for (let a = 0; a < atoms; a++) {
    for (const b of neighbours[a]) if (a < b) bondRows.push(a, b)
  }
  for (let vertex = 0; vertex < atoms; vertex++) {
    const around = neighbours[vertex]
    for (const [position, a] of around.entries()) {
      for (const b of around.slice(position + 1)) angleRows.push(a, vertex, b)
    }
  }
  const seen = new Set<number>()
  for (let row = 0; row < bondRows.length; row += 2) {
    const b = bondRows[row]
    const c = bondRows[row + 1]
    for (const a of neighbours[b]) {
      if (a === c) continue
      for (const d of neighbours[c]) {
        if (d === b || d === a) continue
        dihedralRows.push(a, b, c, d)
        const low = Math.min(a, d)
        const high = Math.max(a, d)
        const key = low * atoms + high
        if (seen.has(key) || isWithinTwoBonds(neighbours, a, d)) continue
        seen.add(key)
        pairRows.push(low, high)
      }
    }
  }
  return {
    atoms,
    bonds: Int32Array.from(bondRows),
    angles: Int32Array.from(angleRows),
    dihedrals: Int32Array.from(dihedralRows),
    pairs14: Int32Array.from(pairRows)
  }
}

function isWithinTwoBonds(neighbours: ReadonlyArray<ReadonlyArray<number>>, a: number, d: number): boolean {
  return neighbours[a].includes(d) || neighbours[a].some((b) => neighbours[b].includes(d))
}

/**
 * The molecule (connected component) each atom belongs to, numbered from 0 in the order of first atoms.
 */
export function connectedComponents(neighbours: ReadonlyArray<ReadonlyArray<number>>): Int32Array {
  const component = new Int32Array(neighbours.length).fill(-1)
  let count = 0
  for (let start = 0; start < neighbours.length; start++) {
    if (component[start] !== -1) continue
    const open = [start]
    component[start] = count
    for (let atom = open.pop(); atom !== undefined; atom = open.pop()) {
      for (const next of neighbours[atom]) {
        if (component[next] !== -1) continue
        component[next] = count
        open.push(next)
      }
    }
    count++
  }
  return component
}
