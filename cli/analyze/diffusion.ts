// `largo analyze diffusion`: the self-diffusion coefficient of the atoms in a dump, with its error.
import { fitDiffusion } from "../../kernels/diffusion.ts"
import type { DiffusionFit, Window } from "../../kernels/diffusion.ts"
import { meanSquaredDisplacement } from "../../kernels/msd.ts"
import * as Command from "../Command.ts"
import { answerTable } from "./answerTable.ts"
import * as InfiniteBox from "./InfiniteBox.ts"
import { describe } from "./msd.ts"
import * as OptionValues from "./OptionValues.ts"
import { refusal } from "./refusal.ts"
import * as Trajectory from "./Trajectory.ts"
import { names } from "./units.ts"

export const command = Command.make(
  {
    name: "analyze diffusion",
    summary:
      "Prints the self-diffusion coefficient of the atoms in a LAMMPS dump, with its standard error, as CSV.",
    words: ["DUMP"],
    options: {
      ...Trajectory.options,
      window: { help: "lags that are fitted, in ps (lj: tau); default auto", takes: "TMIN:TMAX" },
      ...InfiniteBox.options
    },
    notes: `Q is the chance that a random walk fits its line worse: 1/2 where the motion is diffusive, towards 0 where not.
D belongs to the size of the box. With --temperature and --viscosity, or --stress, the last column is D in an infinite one, by
Yeh and Hummer, for a cube.
Example: largo analyze diffusion run.dump --dt 0.002 --window 5:20`
  },
  async (given, out) => {
    const values = OptionValues.make()
    const request = Trajectory.fromWords(given, values)
    const window = windowOf(given.options.window, values)
    const infiniteBox = InfiniteBox.fromWords(given.options, request, values)
    OptionValues.check(values, "analyze diffusion")
    try {
      const trajectory = await Trajectory.read(request)
      const { interval, positions } = trajectory
      const msd = meanSquaredDisplacement(positions, trajectory, { com: request.com })
      const fit = fitDiffusion(msd, interval, { window })
      const { diffusion, diffusionScale, time } = names[request.units]
      out.say(describe(trajectory, request))
      const infinite: Array<number> = []
      if (infiniteBox !== undefined) {
        const { correction, words } = await InfiniteBox.correct(infiniteBox, trajectory.edges)
        infinite.push(fit.D + correction)
        out.say(words)
      }
      const doubt = doubtOf(fit)
      if (doubt !== "") out.say(doubt)
      answerTable(
        out,
        [
          diffusion,
          "stderr",
          "Q",
          `tmin_${time}`,
          `tmax_${time}`,
          "N",
          ...infinite.map(() => `${diffusion}_infinite`)
        ],
        [
          [fit.D, fit.stderr]
            .map((value) => value * diffusionScale)
            .concat(
              [fit.Q, fit.tmin_ps, fit.tmax_ps, fit.N],
              infinite.map((value) => value * diffusionScale)
            )
        ]
      )
      return 0
    } catch (error) {
      throw refusal(request.file, error)
    }
  }
)

const windowOf = (text: string | undefined, values: OptionValues.OptionValues): Window => {
  if (text === undefined || text === "auto") return "auto"
  const form = "two times, such as 5:20, or auto"
  const bounds = OptionValues.pair(
    values,
    { name: "window", form, separator: ":", text },
    (tmin, tmax) => tmin >= 0 && tmax > tmin && Number.isFinite(tmax)
  )
  return bounds === undefined ? "auto" : { tmin: bounds[0], tmax: bounds[1] }
}

/** What speaks against the number, or "". */
const doubtOf = ({ flat, Q, Qerror }: DiffusionFit): string => {
  if (!flat) {
    return "doubtful: in no window is the motion plainly diffusive; look at largo analyze msd and give --window"
  }
  return Math.abs(Q - 0.5) > Math.max(0.1, 4 * Qerror)
    ? `doubtful: Q is ${Q.toFixed(3)}, far from 1/2: the motion is not diffusive in this window`
    : ""
}
