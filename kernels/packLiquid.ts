// Copies of a molecule in a periodic cube, turned at random and pushed apart until none overlap.
import { build, gridFor, neighbours } from "./cells.ts"
import { embedMolecule } from "./embedMolecule.ts"
import type { DistanceGeometry } from "./embedMolecule.ts"
import { fireMinimise } from "./fireMinimise.ts"
import { permutation } from "./random.ts"
import type { Random } from "./random.ts"

/** Avogadro's number times nm3 per cm3: grams per mole over this is grams per cm3 for one molecule in a nm3. */
const perCubicNanometre = 602.214076

/**
 * Edge in nm of the cube in which `molecules` of `molarMass` (g/mol) have `density` (g/cm3).
 */
export function cubeEdge(molecules: number, molarMass: number, density: number): number {
  return Math.cbrt((molecules * molarMass) / (density * perCubicNanometre))
}

/** Density in g/cm3 of `molecules` of `molarMass` (g/mol) in `volume` (nm3). */
export function densityOf(molecules: number, molarMass: number, volume: number): number {
  return (molecules * molarMass) / (volume * perCubicNanometre)
}

/** Orientations tried for each molecule; the roomiest is taken. */
const orientations = 12

/** Nearer than this fraction of the sum of their radii, two atoms overlap. */
const overlap = 0.75

/** nm that an atom may come nearer before the list of near pairs is made again. */
const skin = 0.06

/**
 * A start for a simulation: each copy has a conformation of its own (the first `conformations` are embedded, the
 * rest repeat them), sits on a free site of a cubic lattice, and then all atoms are pushed apart while bonds and
 * angles keep their lengths. What is left for the force field is to relax, not to untangle.
 *
 * @param edge of the cube, nm
 * @returns [copy, atom, xyz], nm; molecules are whole, so some atoms lie outside the cube
 * @throws RangeError when atoms still overlap: the density is too high
 */
export function packLiquid(
  geometry: DistanceGeometry,
  copies: number,
  edge: number,
  random: Random,
  conformations = 64
): Float64Array {
  const shapes = Array.from({ length: Math.min(copies, conformations) }, () =>
    embedMolecule(geometry, random)
  )
  const positions = placeOnLattice(geometry, shapes, copies, edge, random)
  const wanted = new Set<number>()
  for (let pair = 0; pair < geometry.distances.length; pair++) {
    wanted.add(geometry.pairs[2 * pair] * geometry.atoms + geometry.pairs[2 * pair + 1])
  }
  for (let round = 0; round < 40; round++) {
    const near = nearPairs(geometry, wanted, positions, edge)
    if (round > 0 && closest(geometry, near, positions, edge) >= 0.95) break
    const before = positions.slice()
    // a round ends before any atom can have passed through the skin of the list
    fireMinimise(positions, (x, gradient) => penalty(geometry, near, x, gradient, copies, edge), {
      steps: 25,
      tolerance: 1e-4,
      maxMove: skin / 2 / 25
    })
    if (positions.every((value, i) => value === before[i])) break
  }
  const nearest = closest(geometry, nearPairs(geometry, wanted, positions, edge), positions, edge)
  if (nearest < overlap) {
    throw new RangeError(
      `${copies} molecules in a cube of ${edge.toFixed(3)} nm still overlap (nearest atoms at ` +
        `${(100 * nearest).toFixed(0)} % of their radii): start from a lower packing density`
    )
  }
  return positions
}

function placeOnLattice(
  geometry: DistanceGeometry,
  shapes: ReadonlyArray<Float64Array>,
  copies: number,
  edge: number,
  random: Random
): Float64Array {
  const { atoms, radii } = geometry
  const side = Math.ceil(Math.cbrt(copies) - 1e-9)
  const sites = permutation(random, side ** 3)
  const positions = new Float64Array(3 * atoms * copies)
  const reach = 2 * Math.max(...shapes.map(extent)) + 2 * Math.max(...radii)
  const centres: Array<readonly [number, number, number]> = []
  for (let copy = 0; copy < copies; copy++) {
    const site = sites[copy]
    const along = (index: number) => (((index % side) + 0.5) / side) * edge
    const centre = [along(site), along(Math.floor(site / side)), along(Math.floor(site / side ** 2))] as const
    const around = centres.flatMap((other, index) =>
      periodicDistance(other, centre, edge) < reach ? [index] : []
    )
    let roomiest = -1
    for (let attempt = 0; attempt < orientations && roomiest < 1; attempt++) {
      const turned = turn(shapes[copy % shapes.length], centre, random)
      const room = roomAround(geometry, turned, positions, around, edge)
      if (room <= roomiest) continue
      roomiest = room
      positions.set(turned, 3 * atoms * copy)
    }
    centres.push(centre)
  }
  return positions
}

/** The smallest distance of a placed molecule's atoms to those of its neighbours, over the sum of the radii. */
function roomAround(
  { atoms, radii }: DistanceGeometry,
  molecule: Float64Array,
  positions: Float64Array,
  around: ReadonlyArray<number>,
  edge: number
): number {
  let least = Infinity
  for (const other of around) {
    for (let a = 0; a < atoms; a++) {
      for (let b = 0; b < atoms; b++) {
        let square = 0
        for (let k = 0; k < 3; k++) {
          const d = molecule[3 * a + k] - positions[3 * (other * atoms + b) + k]
          square += (d - edge * Math.round(d / edge)) ** 2
        }
        least = Math.min(least, Math.sqrt(square) / (radii[a] + radii[b]))
      }
    }
  }
  return least
}

/** Pairs of atoms, flat, that are free to touch and nearer than the sum of their radii and the skin. */
function nearPairs(
  { atoms, radii }: DistanceGeometry,
  wanted: ReadonlySet<number>,
  positions: Float64Array,
  edge: number
): Int32Array {
  const count = positions.length / 3
  const reach = 2 * Math.max(...radii) + skin
  const fractions = [0, 1, 2].map((k) =>
    Float64Array.from({ length: count }, (_, i) => {
      const fraction = positions[3 * i + k] / edge
      return Math.min(fraction - Math.floor(fraction), 1 - 1e-12)
    })
  )
  const grid = gridFor([edge, edge, edge], reach)
  const { order, start } = build(fractions[0], fractions[1], fractions[2], grid)
  const cellPairs = neighbours(grid, true)
  const found: Array<number> = []
  for (let pair = 0; pair < cellPairs.length; pair += 2) {
    const [c, d] = [cellPairs[pair], cellPairs[pair + 1]]
    for (let k = start[c]; k < start[c + 1]; k++) {
      for (let l = c === d ? k + 1 : start[d]; l < start[d + 1]; l++) {
        const i = Math.min(order[k], order[l])
        const j = Math.max(order[k], order[l])
        const sameMolecule = Math.floor(i / atoms) === Math.floor(j / atoms)
        if (sameMolecule && wanted.has((i % atoms) * atoms + (j % atoms))) continue
        if (separation(positions, i, j, edge) < radii[i % atoms] + radii[j % atoms] + skin) found.push(i, j)
      }
    }
  }
  return Int32Array.from(found)
}

function penalty(
  { atoms, pairs, distances, radii }: DistanceGeometry,
  near: Int32Array,
  x: Float64Array,
  gradient: Float64Array,
  copies: number,
  edge: number
): number {
  gradient.fill(0)
  let energy = 0
  const spring = (i: number, j: number, length: number, onlyPush: boolean) => {
    let [dx, dy, dz] = [x[3 * i] - x[3 * j], x[3 * i + 1] - x[3 * j + 1], x[3 * i + 2] - x[3 * j + 2]]
    dx -= edge * Math.round(dx / edge)
    dy -= edge * Math.round(dy / edge)
    dz -= edge * Math.round(dz / edge)
    const distance = Math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-9
    if (onlyPush && distance >= length) return
    const factor = (distance - length) / distance
    energy += 0.5 * (distance - length) ** 2
    gradient[3 * i] += factor * dx
    gradient[3 * i + 1] += factor * dy
    gradient[3 * i + 2] += factor * dz
    gradient[3 * j] -= factor * dx
    gradient[3 * j + 1] -= factor * dy
    gradient[3 * j + 2] -= factor * dz
  }
  for (let copy = 0; copy < copies; copy++) {
    for (let pair = 0; pair < distances.length; pair++) {
      spring(copy * atoms + pairs[2 * pair], copy * atoms + pairs[2 * pair + 1], distances[pair], false)
    }
  }
  for (let pair = 0; pair < near.length; pair += 2) {
    const [i, j] = [near[pair], near[pair + 1]]
    spring(i, j, radii[i % atoms] + radii[j % atoms], true)
  }
  return energy
}

/** The smallest separation among pairs, over the sum of the radii; 1 without any. */
function closest(
  { atoms, radii }: DistanceGeometry,
  near: Int32Array,
  positions: Float64Array,
  edge: number
) {
  let least = 1
  for (let pair = 0; pair < near.length; pair += 2) {
    const [i, j] = [near[pair], near[pair + 1]]
    const ratio = separation(positions, i, j, edge) / (radii[i % atoms] + radii[j % atoms])
    least = Math.min(least, ratio)
  }
  return least
}

function separation(positions: Float64Array, i: number, j: number, edge: number): number {
  return periodicDistance(positions.subarray(3 * i, 3 * i + 3), positions.subarray(3 * j, 3 * j + 3), edge)
}

function periodicDistance(a: ArrayLike<number>, b: ArrayLike<number>, edge: number): number {
  let square = 0
  for (let k = 0; k < 3; k++) {
    const d = a[k] - b[k]
    square += (d - edge * Math.round(d / edge)) ** 2
  }
  return Math.sqrt(square)
}

/** The distance of the outermost atom from the origin. */
function extent(shape: Float64Array): number {
  let most = 0
  for (let i = 0; i < shape.length; i += 3)
    most = Math.max(most, Math.hypot(shape[i], shape[i + 1], shape[i + 2]))
  return most
}

/** A copy of a shape, turned by a uniformly random rotation (a normalised quaternion) and moved to a centre. */
function turn(shape: Float64Array, centre: ArrayLike<number>, random: Random): Float64Array {
  const q = [random.normal(), random.normal(), random.normal(), random.normal()]
  const norm = Math.hypot(...q)
  const [w, x, y, z] = q.map((part) => part / norm)
  const rows = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]
  ]
  const turned = new Float64Array(shape.length)
  for (let i = 0; i < shape.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      turned[i + k] =
        centre[k] + rows[k][0] * shape[i] + rows[k][1] * shape[i + 1] + rows[k][2] * shape[i + 2]
    }
  }
  return turned
}
