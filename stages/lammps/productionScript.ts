// The LAMMPS input of a production run at constant volume, in a box of given size.
import { toAngstrom } from "../../formats/lammpsUnits.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { constraintLines, number, styleLines, thermoStyleLines } from "./interactionLines.ts"
import { runSettings } from "./prepareScript.ts"

/** fs; slow enough to leave the diffusion alone. */
const thermostatDamping = 500

/** Files the script reads and writes, by their names in the run's folder. */
export interface ProductionFiles {
  readonly data: string
  readonly trajectory: string
  readonly final: string
}

/**
 * Sets the cube to `edge` (nm) with everything in it, equilibrates at constant volume, then writes a frame of
 * positions every `frameInterval`. The thermo table of the last run is the production's.
 */
export function productionScript(
  terms: MoleculeTerms,
  protocol: AllAtomProtocol,
  edge: number,
  files: ProductionFiles
): string {
  const temperature = number(protocol.temperature)
  const side = `final 0 ${number(toAngstrom(edge))}`
  return [
    ...styleLines(terms, protocol),
    `read_data ${files.data}`,
    `change_box all x ${side} y ${side} z ${side} remap units box`,
    ...thermoStyleLines(),
    ...constraintLines(terms, protocol),
    `fix move all nvt temp ${temperature} ${temperature} ${thermostatDamping}`,
    ...runSettings(protocol),
    `run ${stepsIn(protocol.constantVolume, protocol.timeStep)}`,
    "velocity all zero linear",
    "",
    "reset_timestep 0",
    `dump frames all custom ${stepsIn(protocol.frameInterval, protocol.timeStep)} ${files.trajectory} id x y z`,
    "dump_modify frames sort id format float %.3f",
    `run ${stepsIn(protocol.production, protocol.timeStep)}`,
    `write_data ${files.final}`,
    ""
  ].join("\n")
}
