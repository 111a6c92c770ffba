// Who the atoms of a packed liquid are, for its trajectory.
import type { LammpsData } from "../../formats/LammpsData.ts"
import type { TrajectoryMeta } from "../../formats/trajectory.ts"
import type { Molecule } from "../../schemas/Molecule.ts"

/** Masses may differ by the rounding of the data file, g/mol. */
const massTolerance = 1e-3

/**
 * The atoms of a liquid, with their own masses: those that they move with are for speed, and no weights for a mapping.
 *
 * @param moving the molecule as it was built into the liquid, with the masses that it moves with
 * @throws RangeError when the liquid is not made of so many copies of the molecule
 */
export const metaOf = (
  data: LammpsData,
  molecule: Molecule,
  moving: Molecule,
  copies: number
): TrajectoryMeta => {
  const { atoms, name } = moving
  const count = data.types.length
  if (count !== copies * atoms.length) {
    throw new RangeError(
      `the liquid has ${count} atoms, which is not ${copies} molecules of ${name} with ${atoms.length}`
    )
  }
  const inLiquid = Array.from(data.types, (type) => data.masses[type - 1])
  const stray = inLiquid.findIndex(
    (mass, i) => !(Math.abs(mass - atoms[i % atoms.length].mass) < massTolerance)
  )
  if (stray >= 0) {
    const { mass, type } = atoms[stray % atoms.length]
    throw new RangeError(
      `atom ${stray} of the liquid weighs ${inLiquid[stray]} g/mol, the ${type} of ${name} in its place ${mass}`
    )
  }
  const typeNames = [...new Set(atoms.map(({ type }) => type))]
  return {
    types: inLiquid.map((_, i) => typeNames.indexOf(atoms[i % atoms.length].type)),
    typeNames,
    masses: inLiquid.map((_, i) => molecule.atoms[i % atoms.length].mass),
    molecule: inLiquid.map((_, i) => Math.floor(i / atoms.length)),
    unwrapped: false,
    quality: "ok",
    reason: ""
  }
}
