// `largo analyze msd`: the mean squared displacement in a dump, over all time origins.
import { meanSquaredDisplacement } from "../../kernels/msd.ts"
import * as Command from "../Command.ts"
import { count } from "../view/words.ts"
import { answerTable } from "./answerTable.ts"
import * as OptionValues from "./OptionValues.ts"
import { refusal } from "./refusal.ts"
import * as Trajectory from "./Trajectory.ts"
import { names } from "./units.ts"

export const command = Command.make(
  {
    name: "analyze msd",
    summary: "Prints the mean squared displacement in a LAMMPS dump, over all time origins, as CSV.",
    words: ["DUMP"],
    options: Trajectory.options,
    notes: `DUMP is a text dump, plain, .gz or .zst, with id and x, xs, xu or xsu; - is standard input.
Example: largo analyze msd run.dump.gz --units real --dt 0.002 --type 1 > msd.csv`
  },
  async (given, out) => {
    const values = OptionValues.make()
    const request = Trajectory.fromWords(given, values)
    OptionValues.check(values, "analyze msd")
    try {
      const trajectory = await Trajectory.read(request)
      const { beads, frames, interval, positions } = trajectory
      const { msd } = meanSquaredDisplacement(positions, { frames, beads }, { com: request.com })
      const { length, time } = names[request.units]
      out.say(describe(trajectory, request))
      answerTable(
        out,
        [`t_${time}`, `msd_${length}2`],
        Array.from(msd, (value, lag) => [lag * interval, value])
      )
      return 0
    } catch (error) {
      throw refusal(request.file, error)
    }
  }
)

/** What was read, in words, and what looks wrong about it. */
export const describe = (
  { beads, frames, interval, unwrapping }: Trajectory.Trajectory,
  { dt = 0, units }: Trajectory.Request
): string => {
  const apart = `${Number(interval.toPrecision(6))} ${names[units].time} apart`
  const read = `${count(frames)} frames of ${count(beads)} atoms, ${apart}; unwrapped by ${unwrapping}`
  // LAMMPS itself counts in fs where units are real.
  const long = units !== "lj" && dt > 0.1
  return long ? `${read}\ndoubtful: --dt ${dt} is in ps, which is long for a step: 1 fs is 0.001` : read
}
