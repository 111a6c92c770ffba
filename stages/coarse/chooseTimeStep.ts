// The time step of a coarse-grained run: as long as its stiffest vibration allows.
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import { boltzmann } from "../../kernels/constants.ts"
import type { PotentialTable } from "../../kernels/potential.ts"
import { stiffestMode } from "../../kernels/stiffestMode.ts"
import { bondedTerms } from "./bondedTerms.ts"
import { tablesOf, termOf } from "./bondedRows.ts"
import type { BondedRows } from "./bondedRows.ts"

/** Steps in the shortest period: velocity Verlet then keeps the energy of that mode to 1 part in 60, (2 pi / 25)^2 / 4. */
const stepsPerPeriod = 25
/** Bonds and angles climb this far in their wells, kT; what the potential does above is not felt. */
const reached = 4

/**
 * The longest step, ps, of which a whole number makes a frame interval, that is no longer than `timeStep` and than a 25th
 * of the period of the stiffest mode of bonds and angles, in the geometry of `start`. Without bonds it is `timeStep`.
 * Throws RangeError for a bond or angle without a potential.
 */
export const chooseTimeStep = (
  meta: TrajectoryMeta,
  start: Frame,
  bonded: BondedRows,
  limits: { readonly timeStep: number; readonly frameInterval: number; readonly temperature: number }
): number => {
  const tables = tablesOf(bonded)
  const terms = bondedTerms(meta).flatMap((term) => {
    const size = term.kind === "bond" ? 2 : 3
    const stiffness = stiffnessOf(termOf(tables, term), reached * boltzmann * limits.temperature)
    return Array.from({ length: term.rows.length / size }, (_, i) => ({
      row: term.rows.subarray(i * size, (i + 1) * size),
      stiffness
    }))
  })
  const frequency = stiffestMode(terms, start.positions, meta.masses)
  const longest = (2 * Math.PI) / frequency / stepsPerPeriod
  if (!(longest < limits.timeStep)) return limits.timeStep
  return limits.frameInterval / Math.ceil(limits.frameInterval / longest)
}

/** Largest second derivative of a potential where it is below an energy, kJ/mol per squared unit of x; at least 0. */
const stiffnessOf = ({ F, U, x }: PotentialTable, below: number): number => {
  let largest = 0
  for (let i = 1; i < x.length; i++) {
    if (Math.max(U[i - 1], U[i]) < below) largest = Math.max(largest, (F[i - 1] - F[i]) / (x[i] - x[i - 1]))
  }
  return largest
}
