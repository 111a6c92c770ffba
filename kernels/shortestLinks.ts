// The shortest links that hold the atoms of a molecule together, from positions alone.
import type { Box } from "./box.ts"
import * as Boxes from "./box.ts"

/**
 * The minimum spanning tree of some atoms under the nearest-image distance (R. C. Prim, Bell Syst. Tech. J. 36, 1389,
 * 1957), as pairs of indices into `atoms`. Its longest link is the shortest that any tree can do with, so none is longer
 * than the longest bond: along these links a molecule is made whole as surely as along its bonds.
 *
 * positions: 3 x all atoms, nm, wrapped in any way; box: nm.
 */
export const shortestLinks = (
  positions: Float32Array | Float64Array,
  atoms: ReadonlyArray<number>,
  box: Box
): Array<readonly [number, number]> => {
  const n = atoms.length
  const distance = new Float64Array(n).fill(Infinity)
  const nearest = new Int32Array(n)
  const d = new Float64Array(3)
  const links: Array<readonly [number, number]> = []
  let latest = 0
  distance[0] = -1 // in the tree
  for (let step = 1; step < n; step++) {
    let next = -1
    for (let k = 0; k < n; k++) {
      if (distance[k] < 0) continue
      for (let axis = 0; axis < 3; axis++)
        d[axis] = positions[3 * atoms[k] + axis] - positions[3 * atoms[latest] + axis]
      Boxes.nearestImage(d, box)
      const squared = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
      if (squared < distance[k]) {
        distance[k] = squared
        nearest[k] = latest
      }
      if (next < 0 || distance[k] < distance[next]) next = k
    }
    links.push([nearest[next], next])
    distance[next] = -1
    latest = next
  }
  return links
}
