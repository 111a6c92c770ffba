// `largo analyze diffusion`: the self-diffusion coefficient of the atoms in a dump, with its error.
import { fitDiffusion } from "../../kernels/diffusion.ts"
import type { DiffusionFit, Window } from "../../kernels/diffusion.ts"
import { meanSquaredDisplacement } from "../../kernels/msd.ts"
import { boltzmann, finiteSizeCorrection } from "../../kernels/finiteSize.ts"
import * as Command from "../Command.ts"
import { UsageError } from "../Usage.ts"
import { answerTable } from "./answerTable.ts"
import { describe } from "./msd.ts"
import * as OptionValues from "./OptionValues.ts"
import { refusal } from "./refusal.ts"
import * as Trajectory from "./Trajectory.ts"
import { names } from "./units.ts"
import type { Style } from "./units.ts"

export const command = Command.make(
  {
    name: "analyze diffusion",
    summary:
      "Prints the self-diffusion coefficient of the atoms in a LAMMPS dump, with its standard error, as CSV.",
    words: ["DUMP"],
    options: {
      ...Trajectory.options,
      window: { help: "lags that are fitted, in ps (lj: tau); default auto", takes: "TMIN:TMAX" },
      viscosity: {
        help: "shear viscosity in mPa s (lj: reduced): adds the column of an infinite box",
        takes: "ETA"
      },
      temperature: { help: "in K (lj: reduced), for that column", takes: "T" }
    },
    notes: `Q is the chance that a random walk fits its line worse: 1/2 where the motion is diffusive, towards 0 where not.
D belongs to the size of the box. With --viscosity and --temperature the last column is D in an infinite one, by Yeh and Hummer,
for a cube.
Example: largo analyze diffusion run.dump --dt 0.002 --window 5:20`
  },
  async (given, out) => {
    const values = OptionValues.make()
    const request = Trajectory.fromWords(given, values)
    const window = windowOf(given.options.window, values)
    const solvent = solventOf(given.options, values)
    OptionValues.check(values, "analyze diffusion")
    try {
      const trajectory = await Trajectory.read(request)
      const { interval, positions } = trajectory
      const msd = meanSquaredDisplacement(positions, trajectory, { com: request.com })
      const fit = fitDiffusion(msd, interval, { window })
      const { diffusion, diffusionScale, time } = names[request.units]
      const infinite =
        solvent === undefined ? [] : [fit.D + correction(solvent, trajectory.edges, request.units)]
      out.say(describe(trajectory, request))
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

interface Solvent {
  /** mPa s, or reduced. */
  readonly viscosity: number
  /** K, or reduced. */
  readonly temperature: number
}

const solventOf = (
  given: { readonly viscosity?: string | undefined; readonly temperature?: string | undefined },
  values: OptionValues.OptionValues
): Solvent | undefined => {
  const viscosity = OptionValues.positive(values, "viscosity", given.viscosity)
  const temperature = OptionValues.positive(values, "temperature", given.temperature)
  if ((given.viscosity === undefined) !== (given.temperature === undefined)) {
    values.problems.push("--viscosity and --temperature: the correction for the size of the box needs both")
  }
  return viscosity === undefined || temperature === undefined ? undefined : { viscosity, temperature }
}

/** In the units of the fit. Throws UsageError for a box that is no cube. */
const correction = (
  { temperature, viscosity }: Solvent,
  [x, y, z, xy, xz, yz]: ArrayLike<number> & Iterable<number>,
  units: Style
): number => {
  const edge = Math.cbrt(x * y * z)
  if ([x, y, z].some((side) => Math.abs(side / edge - 1) > 0.01) || Math.hypot(xy, xz, yz) > 0.01 * edge) {
    throw new UsageError(
      [`--viscosity: the box ${[x, y, z].join(" x ")} is no cube, and the formula is for one`],
      ""
    )
  }
  // In reduced units Boltzmann's constant is 1; the fit counts in 1e-3 of theirs.
  const reduced = units === "lj" ? 1000 / boltzmann : 1
  return finiteSizeCorrection(temperature, viscosity, edge) * reduced
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
