// The LAMMPS input that turns a packed start into a liquid at the wanted temperature and pressure.
import { barPerAtmosphere } from "../../formats/lammpsUnits.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import {
  constraintLines,
  femtosecond,
  number,
  resumeLines,
  styleLines,
  thermoStyleLines
} from "./interactionLines.ts"
import { legOf, restartLine } from "./legs.ts"
import type { From, Leg } from "./legs.ts"

/** fs, of the run that pushes atoms apart: short, whatever the time step of the rest. */
const pushOffStep = 1
/** Å that an atom may move in one such step. */
const pushOffLimit = 0.1
/** fs in which thermostat and barostat pull temperature and pressure back. */
const thermostatDamping = 100
const barostatDamping = 1000

/** Files the script reads and writes, by their names in the run's folder. */
export interface PrepareFiles {
  readonly data: string
  readonly prepared: string
}

/** The runs of the script: the minimisation, pushing apart, NPT. Only the last one is long. */
export const prepareLegs = (protocol: AllAtomProtocol): ReadonlyArray<Leg> => [
  { steps: 0, every: 0 },
  { steps: stepsIn(protocol.pushOff * femtosecond, pushOffStep), every: 0 },
  legOf(
    stepsIn(protocol.constantPressure, protocol.timeStep),
    stepsIn(protocol.thermoInterval, protocol.timeStep)
  )
]

/**
 * Minimise, push apart, then NPT. The thermo table of the last run holds the volumes to average; the last
 * configuration, with velocities, is written as a data file.
 *
 * @param seeds of the Langevin forces and of the first velocities, 1 to 900000000
 * @param from the restart file to go on from, in the last run
 */
export function prepareScript(
  terms: MoleculeTerms,
  protocol: AllAtomProtocol,
  seeds: { readonly velocities: number; readonly langevin: number },
  files: PrepareFiles,
  from?: From
): string {
  const temperature = number(protocol.temperature)
  const pressure = number(protocol.pressure / barPerAtmosphere)
  const thermostat = `temp ${temperature} ${temperature} ${thermostatDamping}`
  const barostat = `iso ${pressure} ${pressure} ${barostatDamping}`
  const legs = prepareLegs(protocol)
  const begin =
    from !== undefined
      ? [...resumeLines(protocol, from.file), ...thermoStyleLines()]
      : [
          ...styleLines(terms, protocol),
          `read_data ${files.data}`,
          "neigh_modify every 1 delay 0 check yes",
          ...thermoStyleLines(),
          "thermo 100",
          "min_style cg",
          "minimize 0 1.0 100 1000",
          "",
          `velocity all create ${temperature} ${seeds.velocities} mom yes rot no dist gaussian`,
          `fix move all nve/limit ${pushOffLimit}`,
          `fix heat all langevin ${temperature} ${temperature} ${thermostatDamping} ${seeds.langevin}`,
          `timestep ${pushOffStep}`,
          `run ${legs[1].steps}`,
          "unfix move",
          "unfix heat",
          "velocity all zero linear"
        ]
  return [
    ...begin,
    "",
    ...constraintLines(terms, protocol),
    `fix move all npt ${thermostat} ${barostat}`,
    ...runSettings(protocol, from === undefined),
    restartLine("prepare", 2, legs[2]),
    `run ${legs[2].steps}${from === undefined ? "" : " upto"}`,
    `write_data ${files.prepared}`,
    ""
  ].join("\n")
}

/** What a run at the protocol's own time step needs: from step 0 unless it goes on, the interval of its thermo table. */
export function runSettings(protocol: AllAtomProtocol, begins = true): Array<string> {
  return [
    `timestep ${number(protocol.timeStep * femtosecond)}`,
    "neigh_modify every 2 delay 4 check yes",
    ...(begins ? ["reset_timestep 0"] : []),
    `thermo ${stepsIn(protocol.thermoInterval, protocol.timeStep)}`
  ]
}
