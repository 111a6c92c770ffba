// The tables that an all-atom run publishes: its thermo output, and one row with its means and its verdict.
import { blockAverage } from "../../kernels/blocks.ts"
import type { Row } from "../../formats/Table.ts"
import type { AllAtomRun, Thermo as ThermoTable } from "../../schemas/AllAtomRun.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { runMeans } from "./judgeRun.ts"
import type { Thermo } from "./judgeRun.ts"
import type { Simulated } from "./simulateLiquid.ts"

const phaseNames = {
  constantPressure: "constant pressure",
  constantVolume: "constant volume",
  production: "production"
} as const

/** The thermo output of all phases, one after the other; null where the program gave what is no number. */
export const thermoRows = ({ phases }: Simulated): Array<Row<(typeof ThermoTable)["columns"]>> => {
  const tables = [
    [phaseNames.constantPressure, phases.constantPressure],
    [phaseNames.constantVolume, phases.constantVolume],
    [phaseNames.production, phases.production]
  ] as const
  return tables.flatMap(([phase, table]) => (table === undefined ? [] : rowsOf(phase, table)))
}

const rowsOf = (phase: string, thermo: Thermo) =>
  Array.from(thermo.time, (time, row) => ({
    time: Number(time.toPrecision(12)),
    phase,
    temperature: finiteOrNull(thermo.temperature[row]),
    pressure: finiteOrNull(thermo.pressure[row]),
    density: finiteOrNull(thermo.density[row]),
    potential_energy: finiteOrNull(thermo.potentialEnergy[row])
  }))

/** The means of the production, null where it diverged. */
export const runRow = (
  { phases: { constantPressure, production }, verdict: { quality, reason } }: Simulated,
  { constantPressureDiscarded, molecules }: AllAtomProtocol
): Row<(typeof AllAtomRun)["columns"]> => {
  const means = production === undefined || quality === "diverged" ? undefined : runMeans(production)
  const densities =
    means !== undefined && constantPressure !== undefined
      ? constantPressure.density.filter((_, row) => constantPressure.time[row] > constantPressureDiscarded)
      : undefined
  return {
    molecules,
    temperature: finiteOrNull(means?.temperature.mean),
    temperature_stderr: finiteOrNull(means?.temperature.stderr),
    pressure: finiteOrNull(means?.pressure.mean),
    pressure_stderr: finiteOrNull(means?.pressure.stderr),
    density: finiteOrNull(means?.density.mean),
    density_stderr: finiteOrNull(densities === undefined ? undefined : blockAverage(densities).stderr),
    quality,
    reason
  }
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null
