// What D of a trajectory would be more in an infinite box, by a viscosity that is given or measured in the same run.
import { readFile } from "node:fs/promises"
import { AveragesError, readAverages } from "../../formats/lammpsAverages.ts"
import { barPerAtmosphere } from "../../formats/lammpsUnits.ts"
import * as constants from "../../kernels/constants.ts"
import { boltzmann, finiteSizeCorrection } from "../../kernels/finiteSize.ts"
import { shearViscosity, ViscosityError } from "../../kernels/viscosity.ts"
import type { ViscosityOptions } from "../../kernels/viscosity.ts"
import { UsageError } from "../Usage.ts"
import type { Options } from "../Usage.ts"
import * as OptionValues from "./OptionValues.ts"
import type { Style } from "./units.ts"

export const options = {
  temperature: { help: "in K (lj: reduced), for the column of an infinite box", takes: "T" },
  viscosity: { help: "shear viscosity in mPa s (lj: reduced), for that column", takes: "ETA" },
  stress: {
    help: "file of fix ave/time with pxx pyy pzz pxy pxz pyz of the same run: the viscosity comes from it",
    takes: "FILE"
  },
  "stress-window": {
    help: "lags between which it is taken, in ps (lj: tau); default 3:9",
    takes: "TMIN:TMAX"
  }
} satisfies Options

export interface Request {
  /** K, or reduced. */
  readonly temperature: number
  /** mPa s, or reduced; or what to measure it from. */
  readonly viscosity: number | Stress
  readonly units: Style
}

interface Stress {
  readonly file: string
  /** ps, or reduced. */
  readonly dt: number
  readonly window: ViscosityOptions["window"]
}

type Given = { readonly [Option in keyof typeof options]?: string | undefined }

/** Undefined where no column of an infinite box is wanted. */
export const fromWords = (
  given: Given,
  { dt, units }: { readonly dt: number | undefined; readonly units: Style },
  values: OptionValues.OptionValues
): Request | undefined => {
  const temperature = OptionValues.positive(values, "temperature", given.temperature)
  const known = OptionValues.positive(values, "viscosity", given.viscosity)
  const range = { name: "stress-window", form: "two times, such as 3:9", separator: ":" }
  const [tmin, tmax] = OptionValues.pair(
    values,
    { ...range, text: given["stress-window"] ?? "3:9" },
    (first, last) => first >= 0 && last > first && Number.isFinite(last)
  ) ?? [3, 9]
  const sources = [given.viscosity, given.stress].filter((source) => source !== undefined).length
  if (sources === 2) values.problems.push("--viscosity and --stress: one of the two gives the viscosity")
  if (sources === 1 && given.temperature === undefined) {
    values.problems.push("--temperature: the correction for the size of the box needs it")
  }
  if (sources === 0 && given.temperature !== undefined) {
    values.problems.push("--temperature: goes with --viscosity or --stress")
  }
  if (given.stress !== undefined && dt === undefined) {
    values.problems.push("--dt: --stress needs it, since its rows are counted in steps")
  }
  const measured =
    given.stress === undefined || dt === undefined
      ? undefined
      : { file: given.stress, dt, window: { tmin, tmax } }
  const viscosity = known ?? measured
  return temperature === undefined || viscosity === undefined ? undefined : { temperature, viscosity, units }
}

/**
 * What is to be added to D, in the unit of the fit, and words about it. Throws UsageError for a box that is no cube or a file
 * that cannot be used.
 *
 * @param edges lx, ly, lz, xy, xz, yz in nm (lj: sigma)
 */
export const correct = async (
  { temperature, units, viscosity: source }: Request,
  [x, y, z, xy, xz, yz]: Float64Array
): Promise<{ readonly correction: number; readonly words: string }> => {
  const edge = Math.cbrt(x * y * z)
  if ([x, y, z].some((side) => Math.abs(side / edge - 1) > 0.01) || Math.hypot(xy, xz, yz) > 0.01 * edge) {
    const sides = [x, y, z].map((side) => side.toPrecision(4)).join(" x ")
    throw new UsageError([`the box ${sides} is no cube, and the correction for its size is for one`], "")
  }
  const measured =
    typeof source === "number"
      ? { viscosity: source, stderr: 0 }
      : await measure(source, { temperature, volume: edge ** 3 }, units)
  // In reduced units Boltzmann's constant is 1; the fit counts in 1e-3 of theirs.
  const scale = units === "lj" ? 1000 / boltzmann : 1
  const { stderr, viscosity } = measured
  const error = stderr > 0 ? ` +- ${stderr.toPrecision(2)}` : ""
  const unit = units === "lj" ? "" : " mPa s"
  return {
    correction: scale * finiteSizeCorrection(temperature, viscosity, edge),
    words: `infinite box: by a viscosity of ${viscosity.toPrecision(3)}${error}${unit}`
  }
}

/** Of the file's pressures in bar; reduced ones are left as they are. */
const pressureUnit: Readonly<Record<Style, number>> = { real: barPerAtmosphere, metal: 1, lj: 1 }

const measure = async (
  { dt, file, window }: Stress,
  system: Pick<ViscosityOptions, "temperature" | "volume">,
  units: Style
) => {
  try {
    const { steps, values, width } = readAverages(await readFile(file, "utf8"))
    if (width !== 6) throw new AveragesError(1, `${width} values a row, and pxx pyy pzz pxy pxz pyz are six`)
    const interval = ((steps[steps.length - 1] - steps[0]) / (steps.length - 1)) * dt
    const uneven = steps.findIndex(
      (step, row) => Math.abs((step - steps[0]) * dt - row * interval) > 1e-3 * interval
    )
    if (!(interval > 0) || uneven >= 0) throw new AveragesError(1, "its rows are not evenly spaced in time")
    const tensor = values.map((value) => value * pressureUnit[units])
    const { stderr, viscosity } = shearViscosity(tensor, { ...system, interval, window })
    // The kernel takes pressures for bar and has Boltzmann's constant in it.
    const scale = units === "lj" ? (1e4 * constants.boltzmann) / constants.bar : 1
    return { viscosity: scale * viscosity, stderr: scale * stderr }
  } catch (error) {
    if (error instanceof AveragesError || error instanceof ViscosityError) {
      throw new UsageError([`${file}: ${error.message}`], "")
    }
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new UsageError([`${file}: there is no such file`], "")
    }
    throw error
  }
}
