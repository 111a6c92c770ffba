// What the log of an all-atom run in LAMMPS tells: its thermo tables, and a system that blew up.
import type { LammpsLog, LogSegment } from "../../formats/lammpsLog.ts"
import { barPerAtmosphere, fromAngstrom, kiloJoulePerKiloCalorie } from "../../formats/lammpsUnits.ts"
import { bad } from "../../schemas/Verdict.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import type { Thermo } from "../allAtom/judgeRun.ts"

const blownUp =
  /lost atoms|atoms?\b.*\bmissing|out of range atoms|non-numeric|not finite|shake determinant|dihedral problem/i

/**
 * The verdict on a run that LAMMPS ended itself, from its log; null when the log tells of no blown-up system, so
 * that something is wrong with the program or its input instead.
 */
export function crashVerdict(log: Pick<LammpsLog, "errors">): Verdict | null {
  const error = log.errors.find((message) => blownUp.test(message))
  return error === undefined ? null : bad("diverged", `LAMMPS stopped: ${error}`)
}

/**
 * The thermo table of one run in our units.
 *
 * @param timeStep ps
 * @throws RangeError when a column is not there
 */
export function thermoOf(segment: Pick<LogSegment, "data">, timeStep: number): Thermo {
  const column = (name: string, factor: number) => {
    const values = segment.data[name]
    if (values === undefined) throw new RangeError(`the thermo table has no column ${name}`)
    return values.map((value) => value * factor)
  }
  return {
    time: column("Step", timeStep),
    temperature: column("Temp", 1),
    pressure: column("Press", barPerAtmosphere),
    density: column("Density", 1),
    volume: column("Volume", fromAngstrom(1) ** 3),
    potentialEnergy: column("PotEng", kiloJoulePerKiloCalorie)
  }
}
