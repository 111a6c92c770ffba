// What the thermo table of an all-atom run says about its sample.
import { blockAverage } from "../../kernels/blocks.ts"
import { bar, boltzmann } from "../../kernels/constants.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { bad, first, ok } from "../../schemas/Verdict.ts"
import type { Verdict } from "../../schemas/Verdict.ts"

/** The thermo table of one run, in our units: ps, K, bar, g/cm3, nm3, kJ/mol. */
export interface Thermo {
  readonly time: Float64Array
  readonly temperature: Float64Array
  readonly pressure: Float64Array
  readonly density: Float64Array
  readonly volume: Float64Array
  readonly potentialEnergy: Float64Array
}

/** A mean over a run and its standard error, as block averages have them. */
export interface Mean {
  readonly mean: number
  readonly stderr: number
}

/** Mean pressures closer than this to the wanted one are good enough whatever their error, bar. */
const pressureTolerance = 120
/** Below this mean pressure a liquid at constant volume has torn, bar. */
const tension = -300
/** g/cm3; any liquid alkane at room temperature is above, any of their gases far below. */
const vapourDensity = 0.35
/** Fraction by which the mean temperature may miss the thermostat's. */
const temperatureTolerance = 0.05

/** Programs may go on from what is no number: `diverged` with the first step that is not finite. */
export function finiteVerdict(thermo: Thermo): Verdict {
  const columns = ["temperature", "pressure", "density", "volume", "potentialEnergy"] as const
  for (let row = 0; row < thermo.time.length; row++) {
    const column = columns.find((name) => !Number.isFinite(thermo[name][row]))
    if (column !== undefined) {
      return bad("diverged", `${column} is ${thermo[column][row]} at ${thermo.time[row].toFixed(2)} ps`)
    }
  }
  return ok
}

/** Means over a run at constant volume that is finite throughout. */
export interface RunMeans {
  readonly temperature: Mean
  readonly pressure: Mean
  readonly density: Mean
}

export function runMeans(thermo: Thermo): RunMeans {
  return {
    temperature: blockAverage(thermo.temperature),
    pressure: blockAverage(thermo.pressure),
    density: blockAverage(thermo.density)
  }
}

/**
 * Whether the mean pressure is the wanted one within 120 bar or three standard errors, whichever is more. If not,
 * the box should be corrected and the run repeated, once.
 */
export function pressureFits(pressure: Mean, wanted: number): boolean {
  return Math.abs(pressure.mean - wanted) < Math.max(pressureTolerance, 3 * pressure.stderr)
}

/** The verdict on a production run at constant volume. */
export function productionVerdict(thermo: Thermo, protocol: AllAtomProtocol): Verdict {
  const finite = finiteVerdict(thermo)
  if (finite.quality !== "ok") return finite
  const { temperature, pressure, density } = runMeans(thermo)
  return first([
    Math.abs(temperature.mean / protocol.temperature - 1) > temperatureTolerance
      ? bad("diverged", `${show(temperature, 1)} K under a thermostat at ${protocol.temperature} K`)
      : ok,
    density.mean < vapourDensity
      ? bad("vapour", `density ${density.mean.toFixed(3)} g/cm3, a liquid has more than ${vapourDensity}`)
      : ok,
    pressureFits(pressure, protocol.pressure)
      ? ok
      : bad(
          pressure.mean < tension ? "cavitated" : "unconverged pressure",
          `mean pressure ${show(pressure, 0)} bar at constant volume, wanted ${protocol.pressure}`
        )
  ])
}

/**
 * A liquid without a bubble has g(r) = 1 at half the box.
 *
 * @param g mean of g(r) over the last tenth before L/2, with its error
 */
export function bubbleVerdict(g: Mean): Verdict {
  return Math.abs(g.mean - 1) > 0.05 + 3 * g.stderr
    ? bad("cavitated", `g(r) is ${show(g, 3)} at half the box, a uniform liquid has 1`)
    : ok
}

const show = ({ mean, stderr }: Mean, digits: number): string =>
  `${mean.toFixed(digits)} +- ${stderr.toFixed(digits)}`

/** The edge in nm of the cube of mean volume over the NPT run, its first part left out. */
export function meanEdge(thermo: Thermo, protocol: AllAtomProtocol): number {
  return Math.cbrt(blockAverage(afterDiscarded(thermo, protocol)).mean)
}

/** Compressibilities of molecular liquids, 1/bar: what a short run says beyond these is noise or drift. */
const compressibilities = [3e-5, 3e-4] as const

/**
 * Isothermal compressibility in 1/bar from the fluctuations of the volume at constant pressure, var V / (V kT).
 */
export function compressibility(thermo: Thermo, protocol: AllAtomProtocol): number {
  const volumes = afterDiscarded(thermo, protocol)
  const mean = volumes.reduce((sum, volume) => sum + volume, 0) / volumes.length
  const variance = volumes.reduce((sum, volume) => sum + (volume - mean) ** 2, 0) / (volumes.length - 1)
  const estimate = (variance / (mean * boltzmann * protocol.temperature)) * bar
  return Math.min(compressibilities[1], Math.max(compressibilities[0], estimate))
}

/** No correction changes the volume by more than this fraction. */
const largestCorrection = 0.08

/**
 * The edge (nm) that should bring the mean pressure to the wanted one: dV/V = kappa (P - P_wanted).
 *
 * @param kappa compressibility, 1/bar
 */
export function correctedEdge(edge: number, pressure: number, wanted: number, kappa: number): number {
  const change = Math.max(-largestCorrection, Math.min(largestCorrection, kappa * (pressure - wanted)))
  return edge * Math.cbrt(1 + change)
}

function afterDiscarded({ time, volume }: Thermo, protocol: AllAtomProtocol): Float64Array {
  return volume.filter((_, row) => time[row] > protocol.constantPressureDiscarded)
}
