// The thermo table of a phase in GROMACS, from its energy file.
import { readEdr } from "../../formats/gromacsEdr.ts"
import type { Thermo } from "../allAtom/judgeRun.ts"

/** g/cm3 of one g/mol in a nm3. */
const perCubicNanometre = 1 / 602.214076

/**
 * In our units. The volume of a run at constant volume is not in its file.
 *
 * @param mass g/mol, of all molecules
 * @param edge nm, of the cube where it does not change
 * @throws RangeError when a term is not there, `EdrError` when the file is none
 */
export const thermoOf = (bytes: Uint8Array, mass: number, edge: number): Thermo => {
  const { terms, time } = readEdr(bytes)
  const term = (name: string): Float64Array => {
    const values = terms.get(name)
    if (values === undefined) throw new RangeError(`the energy file has no ${name}`)
    return values
  }
  const volume = terms.get("Volume") ?? time.map(() => edge ** 3)
  return {
    time,
    temperature: term("Temperature"),
    pressure: term("Pressure"),
    density: volume.map((value) => (mass / value) * perCubicNanometre),
    volume,
    potentialEnergy: term("Potential")
  }
}

/** One table after another, as one: the first row of the second is the last of the first. */
export const joined = (before: Thermo, after: Thermo): Thermo => {
  const end = before.time.at(-1) ?? 0
  const both = (name: keyof Thermo, shift = 0) =>
    Float64Array.from([...before[name], ...after[name].subarray(1).map((value) => value + shift)])
  return {
    time: both("time", end),
    temperature: both("temperature"),
    pressure: both("pressure"),
    density: both("density"),
    volume: both("volume"),
    potentialEnergy: both("potentialEnergy")
  }
}
