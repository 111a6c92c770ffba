// Coordinates of a molecule out of nothing but the distances its bonds and angles ask for.
import { fireMinimise } from "./fireMinimise.ts"
import type { Random } from "./random.ts"
import type { Topology } from "./topology.ts"

/** Wanted distances between bonded atoms and next neighbours, and how near all others may come. */
export interface DistanceGeometry {
  readonly atoms: number
  /** [pair, 2]: bonds and the ends of angles. */
  readonly pairs: Int32Array
  /** One per pair, nm. */
  readonly distances: Float64Array
  /** One per atom, nm: atoms in no pair keep a distance of at least the sum of their radii. */
  readonly radii: Float64Array
}

/**
 * The distance geometry of a molecule: a bond of length r0, and the two ends of an angle at
 * d^2 = r1^2 + r2^2 - 2 r1 r2 cos theta0.
 *
 * @param bondLengths nm, one per bond of the topology
 * @param angles degrees, one per angle of the topology
 * @param radii nm, one per atom
 */
export function distanceGeometry(
  topology: Topology,
  bondLengths: ArrayLike<number>,
  angles: ArrayLike<number>,
  radii: Float64Array
): DistanceGeometry {
  const lengthOf = new Map<number, number>()
  const key = (a: number, b: number) => Math.min(a, b) * topology.atoms + Math.max(a, b)
  for (let row = 0; row < topology.bonds.length / 2; row++) {
    lengthOf.set(key(topology.bonds[2 * row], topology.bonds[2 * row + 1]), bondLengths[row])
  }
  const bonded = new Set(lengthOf.keys())
  const wanted = new Map(lengthOf)
  for (let row = 0; row < topology.angles.length / 3; row++) {
    const [a, vertex, b] = topology.angles.subarray(3 * row, 3 * row + 3)
    const r1 = lengthOf.get(key(a, vertex)) ?? NaN
    const r2 = lengthOf.get(key(vertex, b)) ?? NaN
    const square = r1 * r1 + r2 * r2 - 2 * r1 * r2 * Math.cos((angles[row] * Math.PI) / 180)
    // in a triangle the bond decides
    if (!bonded.has(key(a, b))) wanted.set(key(a, b), Math.sqrt(square))
  }
  const keys = [...wanted.keys()]
  return {
    atoms: topology.atoms,
    pairs: Int32Array.from(
      keys.flatMap((pair) => [Math.floor(pair / topology.atoms), pair % topology.atoms])
    ),
    distances: Float64Array.from(wanted.values()),
    radii
  }
}

/** A wanted distance may be off by this fraction: sampled angles around one atom can contradict each other. */
const distanceTolerance = 0.15

/** Atoms may come this much nearer than the sum of their radii; the force field does the rest. */
const overlapTolerance = 0.2

const attempts = 50

/**
 * A random conformation with the wanted distances, its geometric centre at the origin. The atoms start at
 * random in four dimensions, where they pass each other freely, and are pressed into three. Handedness of
 * stereocentres is random.
 *
 * @returns [atom, xyz], nm
 * @throws RangeError when no attempt meets the distances
 */
export function embedMolecule(geometry: DistanceGeometry, random: Random): Float64Array {
  const { atoms, pairs, distances, radii } = geometry
  const wanted = new Float64Array(atoms * atoms)
  for (let pair = 0; pair < distances.length; pair++) {
    const a = pairs[2 * pair]
    const b = pairs[2 * pair + 1]
    wanted[a * atoms + b] = distances[pair]
    wanted[b * atoms + a] = distances[pair]
  }
  const penalty = (x: Float64Array, gradient: Float64Array, press: number): number => {
    gradient.fill(0)
    let energy = 0
    for (let a = 0; a < atoms; a++) {
      for (let b = a + 1; b < atoms; b++) {
        const target = wanted[a * atoms + b]
        const limit = target > 0 ? target : radii[a] + radii[b]
        let square = 0
        for (let k = 0; k < 4; k++) square += (x[4 * a + k] - x[4 * b + k]) ** 2
        const distance = Math.sqrt(square) + 1e-9
        if (target === 0 && distance >= limit) continue
        const excess = distance - limit
        energy += 0.5 * excess * excess
        for (let k = 0; k < 4; k++) {
          const part = (excess * (x[4 * a + k] - x[4 * b + k])) / distance
          gradient[4 * a + k] += part
          gradient[4 * b + k] -= part
        }
      }
      energy += 0.5 * press * x[4 * a + 3] ** 2
      gradient[4 * a + 3] += press * x[4 * a + 3]
    }
    return energy
  }
  const spread = 0.1 * Math.cbrt(atoms)
  const x = new Float64Array(4 * atoms)
  for (let attempt = 0; attempt < attempts; attempt++) {
    for (let i = 0; i < x.length; i++) x[i] = spread * random.normal()
    for (const press of [0, 0.05, 0.5, 5]) {
      const energyAndGradient = (at: Float64Array, gradient: Float64Array) => penalty(at, gradient, press)
      fireMinimise(x, energyAndGradient, { steps: 300, tolerance: 1e-4, maxMove: 0.02 })
    }
    for (let atom = 0; atom < atoms; atom++) x[4 * atom + 3] = 0
    fireMinimise(x, (at, gradient) => penalty(at, gradient, 0), {
      steps: 300,
      tolerance: 1e-5,
      maxMove: 0.02
    })
    const positions = centred(x, atoms)
    if (fits(positions, wanted, radii)) return positions
  }
  throw new RangeError(
    `no conformation meets the bond lengths and angles within ${100 * distanceTolerance} % after ${attempts} ` +
      "attempts: check the bonds of the molecule and the lengths and angles of the force field"
  )
}

function centred(x: Float64Array, atoms: number): Float64Array {
  const positions = new Float64Array(3 * atoms)
  for (let k = 0; k < 3; k++) {
    let mean = 0
    for (let atom = 0; atom < atoms; atom++) mean += x[4 * atom + k] / atoms
    for (let atom = 0; atom < atoms; atom++) positions[3 * atom + k] = x[4 * atom + k] - mean
  }
  return positions
}

function fits(positions: Float64Array, wanted: Float64Array, radii: Float64Array): boolean {
  const atoms = radii.length
  for (let a = 0; a < atoms; a++) {
    for (let b = a + 1; b < atoms; b++) {
      const distance = Math.hypot(
        positions[3 * a] - positions[3 * b],
        positions[3 * a + 1] - positions[3 * b + 1],
        positions[3 * a + 2] - positions[3 * b + 2]
      )
      const target = wanted[a * atoms + b]
      const bad =
        target > 0
          ? Math.abs(distance - target) > distanceTolerance * target
          : distance < (1 - overlapTolerance) * (radii[a] + radii[b])
      if (bad) return false
    }
  }
  return true
}
