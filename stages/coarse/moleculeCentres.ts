// Centres of mass of molecules made of beads.
import type { Frame, Trajectory, TrajectoryMeta } from "../../formats/trajectory.ts"

/** A function from the positions of the beads of whole molecules, 3 x beads in nm, to the centres, 3 x molecules. */
export const moleculeCentres = ({ masses, molecule }: TrajectoryMeta) => {
  const totals = new Float64Array(Math.max(...molecule) + 1)
  for (const [bead, mass] of masses.entries()) totals[molecule[bead]] += mass
  const shares = masses.map((mass, bead) => mass / totals[molecule[bead]])
  return (positions: Float32Array | Float64Array): Float64Array => {
    const centres = new Float64Array(3 * totals.length)
    for (let bead = 0; bead < shares.length; bead++) {
      for (let axis = 0; axis < 3; axis++) {
        centres[3 * molecule[bead] + axis] += shares[bead] * positions[3 * bead + axis]
      }
    }
    return centres
  }
}

/** The trajectory of the centres of mass, one particle a molecule; where each has one bead, the trajectory itself. */
export const centresOf = (trajectory: Trajectory): Trajectory => {
  const { frames, meta } = trajectory
  const molecules = Math.max(...meta.molecule) + 1
  if (molecules === meta.types.length) return trajectory
  const masses = Array.from({ length: molecules }, () => 0)
  for (const [bead, mass] of meta.masses.entries()) masses[meta.molecule[bead]] += mass
  const { angles: _angles, bonds: _bonds, ...rest } = meta
  return {
    meta: {
      ...rest,
      types: masses.map(() => 0),
      typeNames: ["molecule"],
      masses,
      molecule: [...masses.keys()]
    },
    frames: centreFrames(frames, moleculeCentres(meta))
  }
}

async function* centreFrames(
  frames: AsyncIterable<Frame>,
  centres: ReturnType<typeof moleculeCentres>
): AsyncGenerator<Frame> {
  for await (const frame of frames) yield { ...frame, positions: Float32Array.from(centres(frame.positions)) }
}
