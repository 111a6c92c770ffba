// Mapping of atoms to beads: whole molecules first, then weighted means of their atoms.
import type { Box } from "./box.ts"
import * as Boxes from "./box.ts"
import { neighbourLists } from "./topology.ts"

/** One bead of a molecule: its atoms, counted from 0 within the molecule, and their weights, usually masses. */
export interface BeadTable {
  readonly atoms: ReadonlyArray<number>
  readonly weights: ReadonlyArray<number>
}

/** How `molecules` copies of a molecule, one after the other in the trajectory, become beads. */
export interface MoleculeTable {
  readonly molecules: number
  readonly atoms: number
  readonly bonds: ReadonlyArray<readonly [number, number]>
  readonly beads: ReadonlyArray<BeadTable>
}

/** A table that makes no mapping, or a frame that does not fit it. */
export class MappingError extends Error {
  readonly _tag = "MappingError"
}

export interface Mapping {
  readonly atoms: number
  readonly beads: number
  /** Bead b is made of entries offsets[b] to offsets[b + 1] (exclusive). */
  readonly offsets: Int32Array
  readonly atomOf: Int32Array
  /** Shares of each bead, which sum to 1. */
  readonly shareOf: Float64Array
  /** Molecule of each bead, from 0. */
  readonly molecule: Int32Array
  /** Flat [known, next] pairs of bonded atoms; in this order each molecule is made whole from its first atom. */
  readonly order: Int32Array
  readonly whole: Float64Array
}

/**
 * The mapping of a system of one or more kinds of molecule. Throws MappingError when a bead is empty, names an atom that
 * is not there, has weights that do not sum above 0, or has atoms that no bonds join; RangeError for a dangling bond.
 */
export const make = (kinds: ReadonlyArray<MoleculeTable>): Mapping => {
  const offsets = [0]
  const atomOf: Array<number> = []
  const shareOf: Array<number> = []
  const moleculeOf: Array<number> = []
  const order: Array<number> = []
  let firstAtom = 0
  let firstMolecule = 0
  for (const kind of kinds) {
    const { fragment, pairs } = spanningTree(kind)
    const shares = kind.beads.map((bead, b) => sharesOf(kind, bead, b, fragment))
    for (let m = 0; m < kind.molecules; m++) {
      for (const atom of pairs) order.push(firstAtom + atom)
      kind.beads.forEach((bead, b) => {
        for (const atom of bead.atoms) atomOf.push(firstAtom + atom)
        shareOf.push(...shares[b])
        offsets.push(atomOf.length)
        moleculeOf.push(firstMolecule)
      })
      firstAtom += kind.atoms
      firstMolecule += 1
    }
  }
  if (moleculeOf.length === 0) throw new MappingError("the mapping has no bead")
  return {
    atoms: firstAtom,
    beads: moleculeOf.length,
    offsets: Int32Array.from(offsets),
    atomOf: Int32Array.from(atomOf),
    shareOf: Float64Array.from(shareOf),
    molecule: Int32Array.from(moleculeOf),
    order: Int32Array.from(order),
    whole: new Float64Array(3 * firstAtom)
  }
}

/**
 * Beads of a frame whose atoms are wrapped one by one, or broken at the boundary in any other way: molecules are made
 * whole along their bonds, then averaged. positions: 3 x atoms, nm; out: 3 x beads, nm, those of a molecule side by side,
 * near its first atom. Each bond must be shorter than half the smallest height of the box.
 */
export const mapWrapped = (
  mapping: Mapping,
  positions: Float32Array | Float64Array,
  box: Box,
  out: Float32Array | Float64Array = new Float64Array(3 * mapping.beads)
): Float32Array | Float64Array => {
  makeWhole(mapping, positions, box, mapping.whole)
  return mapUnwrapped(mapping, mapping.whole, out)
}

/** Beads of a frame whose molecules are whole. positions: 3 x atoms, nm; out: 3 x beads, nm. */
export const mapUnwrapped = (
  mapping: Mapping,
  positions: Float32Array | Float64Array,
  out: Float32Array | Float64Array = new Float64Array(3 * mapping.beads)
): Float32Array | Float64Array => {
  const { offsets, atomOf, shareOf, beads, atoms } = mapping
  if (positions.length !== 3 * atoms) {
    throw new MappingError(`a frame of ${positions.length / 3} atoms does not fit a mapping of ${atoms}`)
  }
  for (let b = 0; b < beads; b++) {
    let x = 0
    let y = 0
    let z = 0
    for (let k = offsets[b]; k < offsets[b + 1]; k++) {
      const at = 3 * atomOf[k]
      const share = shareOf[k]
      x += share * positions[at]
      y += share * positions[at + 1]
      z += share * positions[at + 2]
    }
    if (!Number.isFinite(x + y + z))
      throw new MappingError(`bead ${b} has an atom that is not at a finite place`)
    out[3 * b] = x
    out[3 * b + 1] = y
    out[3 * b + 2] = z
  }
  return out
}

/** Moves atoms by box vectors until each is the nearest image to the atom it hangs on. out: 3 x atoms, nm. */
export const makeWhole = (
  mapping: Mapping,
  positions: Float32Array | Float64Array,
  box: Box,
  out: Float64Array
): void => {
  Boxes.check(box)
  if (positions.length !== 3 * mapping.atoms) {
    throw new MappingError(
      `a frame of ${positions.length / 3} atoms does not fit a mapping of ${mapping.atoms}`
    )
  }
  out.set(positions)
  const { order } = mapping
  const d = new Float64Array(3)
  for (let k = 0; k < order.length; k += 2) {
    const from = 3 * order[k]
    const to = 3 * order[k + 1]
    d[0] = out[to] - out[from]
    d[1] = out[to + 1] - out[from + 1]
    d[2] = out[to + 2] - out[from + 2]
    Boxes.nearestImage(d, box)
    out[to] = out[from] + d[0]
    out[to + 1] = out[from + 1] + d[1]
    out[to + 2] = out[from + 2] + d[2]
  }
}

/** Atoms of a molecule in order of their distance in bonds from the first atom of their fragment. */
const spanningTree = ({ atoms, bonds }: MoleculeTable): { fragment: Int32Array; pairs: Array<number> } => {
  const neighbours = neighbourLists(atoms, bonds)
  const fragment = new Int32Array(atoms).fill(-1)
  const pairs: Array<number> = []
  for (let root = 0; root < atoms; root++) {
    if (fragment[root] >= 0) continue
    fragment[root] = root
    const queue = [root]
    for (const known of queue)
      // grows while it is walked
      for (const next of neighbours[known]) {
        if (fragment[next] >= 0) continue
        fragment[next] = root
        pairs.push(known, next)
        queue.push(next)
      }
  }
  return { fragment, pairs }
}

const sharesOf = (kind: MoleculeTable, bead: BeadTable, b: number, fragment: Int32Array): Array<number> => {
  const { atoms, weights } = bead
  if (atoms.length === 0) throw new MappingError(`bead ${b} has no atoms`)
  if (weights.length !== atoms.length) {
    throw new MappingError(`bead ${b} has ${atoms.length} atoms and ${weights.length} weights`)
  }
  for (const atom of atoms) {
    if (!(Number.isInteger(atom) && atom >= 0 && atom < kind.atoms)) {
      throw new MappingError(`bead ${b} names atom ${atom} of a molecule of ${kind.atoms} atoms`)
    }
    if (fragment[atom] !== fragment[atoms[0]]) {
      throw new MappingError(
        `bead ${b}: no bonds join its atoms ${atoms[0]} and ${atom}, so they cannot be made whole`
      )
    }
  }
  const total = weights.reduce((sum, w) => sum + w, 0)
  if (!(total > 0 && Number.isFinite(total) && weights.every((w) => w >= 0))) {
    throw new MappingError(`the weights of bead ${b} must not be negative and must sum above 0, not ${total}`)
  }
  return weights.map((w) => w / total)
}
