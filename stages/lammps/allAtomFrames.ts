// The trajectory of an all-atom run: who its atoms are, and its frames as LAMMPS dumped them.
import { DumpError } from "../../formats/DumpFrame.ts"
import type { LammpsData } from "../../formats/LammpsData.ts"
import { readDump } from "../../formats/lammpsDump.ts"
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import { toolFailed } from "../../pipeline/outcome.ts"
import type { Workspace } from "../../pipeline/Workspace.ts"
import type { Molecule } from "../../schemas/Molecule.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { trajectoryFile } from "./simulateLiquid.ts"

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

/**
 * The frames of the production, read as they are asked for. Throws `ToolFailed` for a dump that is missing, cut or
 * short of frames: LAMMPS goes on when it cannot write.
 */
export async function* allAtomFrames(
  ws: Pick<Workspace["Service"], "stream">,
  { frameInterval, production, timeStep }: AllAtomProtocol
): AsyncGenerator<Frame> {
  const expected = Math.floor(stepsIn(production, timeStep) / stepsIn(frameInterval, timeStep)) + 1
  let count = 0
  try {
    for await (const { box, positions, step } of readDump(ws.stream(trajectoryFile), { units: "real" })) {
      yield { step, time: Number((step * timeStep).toPrecision(12)), box, positions }
      count++
    }
  } catch (problem) {
    const missing = problem instanceof Error && "code" in problem && problem.code === "ENOENT"
    if (missing) throw unusable(`LAMMPS left no ${trajectoryFile}`)
    throw problem instanceof DumpError ? unusable(problem.message) : problem
  }
  if (count !== expected) throw unusable(`${trajectoryFile} has ${count} of ${expected} frames`)
}

const unusable = (problem: string) =>
  toolFailed(problem, "see that the disk has room, then run again with --retry-failed")
