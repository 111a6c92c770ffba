// How long an all-atom run may take before something is wrong with it.
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"

/** Core-seconds of a step and molecule of 26 atoms with a cut-off of 0.9 nm and no charges, measured. */
const stepCost = 7e-5
/** Particle-mesh electrostatics make a step this much dearer. */
const chargesFactor = 3
/** Slow machines, large molecules, dense liquids. */
const patience = 20
/** s, for what costs nothing by its steps: programs start several times. */
const shortest = 30

/**
 * The wall time in s that a run is given, production repeated: LAMMPS may hang, instead of stopping, on coordinates
 * that are not finite.
 */
export const walltimeOf = (protocol: AllAtomProtocol): number => {
  const { charges, constantPressure, constantVolume, cutoff, molecules, production, pushOff, timeStep } =
    protocol
  const steps =
    stepsIn(pushOff, 0.001) + stepsIn(constantPressure + 2 * (constantVolume + production), timeStep)
  const cost = steps * molecules * stepCost * (cutoff / 0.9) ** 3 * (charges ? chargesFactor : 1)
  return Math.ceil(Math.max(shortest, patience * cost))
}
