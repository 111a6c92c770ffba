// Potential tables in LAMMPS: the forces that were meant, no complaint about them, and a temperature that stays.
import { describe, expect, it, onTestFinished } from "vitest"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import { readDistanceTables, settleExtrema, writePairTable } from "../../formats/lammpsTable.ts"
import { boltzmann } from "../../kernels/constants.ts"
import { extrapolateCore, tabulatePair } from "../../kernels/potential.ts"
import type { Knots } from "../../kernels/potential.ts"
import { stream } from "../../kernels/random.ts"
import { potentialRows, switchWidth, tablesOf } from "../../stages/coarse/potentialRows.ts"
import { tableStyle } from "../../stages/lammps/cgScript.ts"
import { noLammps, runLammps } from "../formats/runLammps.ts"

/** Argon: kJ/mol and nm; the unit of time is 2.156 ps. */
const [epsilon, sigma, mass] = [0.996, 0.34, 39.948]
const cutoff = 0.85
const lennardJones = (r: number) => 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)

/** At the centres of bins 0.01 nm wide, as an inversion has it. */
const knotsOf = (potential: (r: number) => number): Knots => {
  const x = Float64Array.from({ length: 85 }, (_, i) => (i + 0.5) * 0.01)
  return extrapolateCore({ x, U: x.map(potential) }, 30)
}

/** A potential as an inversion of few frames gives it: every bin with an error of its own. */
const noisy = (seed: number): Knots => {
  const random = stream(seed)
  return knotsOf((r) => lennardJones(r) + 0.05 * random.normal())
}

const fileOf = (knots: Knots): string => {
  const { F, U, r } = tablesOf(potentialRows("A-A", knots, cutoff)).get("A-A")!
  return writePairTable("A-A", { r, U, F: settleExtrema(r, U, F) })
}

/** One argon atom in a wide box, or a fluid of 256 at a reduced density of 0.8. */
const system = (atoms: string): string => `units real
atom_style atomic
lattice fcc ${10 * sigma * Math.cbrt(4 / 0.8)}
region box block 0 4 0 4 0 4
create_box 1 box
${atoms}
mass 1 ${mass}
pair_style ${tableStyle}
pair_coeff 1 1 a.table A-A ${10 * cutoff}
`

describe.skipIf(noLammps !== undefined)(
  `tables in LAMMPS${noLammps === undefined ? "" : ` (${noLammps})`}`,
  () => {
    it.each([
      ["Lennard-Jones", knotsOf(lennardJones)],
      ["a noisy potential", noisy(3)],
      ["another noisy potential", noisy(4)]
    ])("%s: LAMMPS makes the forces that were meant of it, without a warning", (_, knots) => {
      const [inner, outer, points] = [0.3, cutoff, 1999]
      const run = runLammps(
        `${system("create_atoms 1 single 1 1 1")}pair_write 1 1 ${points} r ${10 * inner} ${10 * outer} written PAIR\n`,
        { "a.table": fileOf(knots) }
      )
      onTestFinished(run.remove)
      const log = parseLammpsLog(run.read("log.lammps"))
      expect(run.status).toBe(0)
      expect(log.warnings).toEqual([])
      const written = readDistanceTables(new TextDecoder().decode(run.read("written"))).get("PAIR")!
      const meant = tabulatePair(knots, { start: inner, cutoff: outer, points, switchWidth })
      const thermal = meant.U.map((U) => U - Math.min(...meant.U)).findIndex((U) => U < 5 * epsilon)
      // The largest force that beads feel: where the energy is 5 kT above the bottom of the well.
      const scale = Math.max(...meant.F.subarray(thermal).map(Math.abs))
      for (let i = thermal; i < points; i++) {
        expect(Math.abs(written.F[i] - meant.F[i])).toBeLessThan(1e-3 * scale)
        expect(Math.abs(written.U[i] - meant.U[i])).toBeLessThan(1e-3 * epsilon)
      }
      expect(Math.abs(written.F[points - 1])).toBe(0)
    })

    it("a fluid without a thermostat keeps its temperature to 0.5 % over 200 units of time", () => {
      const temperature = epsilon / boltzmann
      const interval = 25
      const script = `${system("create_atoms 1 box")}
neighbor 1 bin
neigh_modify every 2 delay 4 check yes
velocity all create ${temperature} 4711 mom yes dist gaussian
timestep 10.78
fix move all nvt temp ${temperature} ${temperature} 1000
run 4000
unfix move
fix move all nve
reset_timestep 0
thermo_style custom step temp etotal
thermo ${interval}
run 40000
`
      const run = runLammps(script, { "a.table": fileOf(knotsOf(lennardJones)) }, 400_000)
      onTestFinished(run.remove)
      const [, { data }] = parseLammpsLog(run.read("log.lammps")).segments
      expect(data["Temp"]).toHaveLength(1601)
      const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0)
      const drift = (values: Float64Array) => mean(values.subarray(800)) - mean(values.subarray(0, 800))
      // Over the whole run twice as much as between its halves; the fluid takes 2.5 k per atom and kelvin.
      const gained = (2 * drift(data["TotEng"]) * 4.184) / (256 * 2.5 * boltzmann)
      expect(Math.abs(gained)).toBeLessThan(0.005 * temperature)
      // The temperature itself scatters by 0.4 % between halves of so few atoms.
      expect(Math.abs(drift(data["Temp"]))).toBeLessThan(0.015 * temperature)
    }, 420_000)
  }
)
