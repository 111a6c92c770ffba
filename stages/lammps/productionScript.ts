// The LAMMPS input of a production run at constant volume, in a box of given size.
import { toAngstrom } from "../../formats/lammpsUnits.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { constraintLines, number, resumeLines, styleLines, thermoStyleLines } from "./interactionLines.ts"
import { legOf, restartLine } from "./legs.ts"
import type { From, Leg } from "./legs.ts"
import { runSettings } from "./prepareScript.ts"

/** fs; slow enough to leave the diffusion alone. */
const thermostatDamping = 500

/** Files the script reads and writes, by their names in the run's folder. */
export interface ProductionFiles {
  /** What its restart files are named by. */
  readonly name: string
  readonly data: string
  readonly trajectory: string
  readonly final: string
}

/** The runs of the script: at constant volume without, then with frames. */
export const productionLegs = (protocol: AllAtomProtocol): ReadonlyArray<Leg> => {
  const unit = stepsIn(protocol.frameInterval, protocol.timeStep)
  return [
    legOf(stepsIn(protocol.constantVolume, protocol.timeStep), unit),
    legOf(stepsIn(protocol.production, protocol.timeStep), unit)
  ]
}

/**
 * Sets the cube to `edge` (nm) with everything in it, equilibrates at constant volume, then writes a frame of
 * positions every `frameInterval`. The thermo table of the last run is the production's.
 *
 * @param from the restart file to go on from, in one of the two runs
 */
export function productionScript(
  terms: MoleculeTerms,
  protocol: AllAtomProtocol,
  edge: number,
  files: ProductionFiles,
  from?: From
): string {
  const temperature = number(protocol.temperature)
  const side = `final 0 ${number(toAngstrom(edge))}`
  const [constantVolume, production] = productionLegs(protocol)
  const begin =
    from !== undefined
      ? resumeLines(protocol, from.file)
      : [
          ...styleLines(terms, protocol),
          `read_data ${files.data}`,
          `change_box all x ${side} y ${side} z ${side} remap units box`
        ]
  const equilibrate =
    from?.leg === 1
      ? []
      : [
          restartLine(files.name, 0, constantVolume),
          `run ${constantVolume.steps}${from === undefined ? "" : " upto"}`,
          "velocity all zero linear",
          "",
          "reset_timestep 0"
        ]
  return [
    ...begin,
    ...thermoStyleLines(),
    ...constraintLines(terms, protocol),
    `fix move all nvt temp ${temperature} ${temperature} ${thermostatDamping}`,
    ...runSettings(protocol, from === undefined),
    ...equilibrate,
    `dump frames all custom ${stepsIn(protocol.frameInterval, protocol.timeStep)} ${files.trajectory} id x y z`,
    "dump_modify frames sort id format float %.3f flush yes",
    restartLine(files.name, 1, production),
    `run ${production.steps}${from?.leg === 1 ? " upto" : ""}`,
    `write_data ${files.final}`,
    ""
  ].join("\n")
}
