// The LAMMPS input of a coarse-grained run: beads under tabulated potentials at constant volume.
import { toAngstrom, toRealFriction } from "../../formats/lammpsUnits.ts"
import type { Thermostat } from "../../schemas/CgProtocol.ts"

/** Times in ps, temperature in K. */
export interface CgProtocol {
  readonly temperature: number
  readonly timeStep: number
  readonly equilibration: number
  readonly production: number
  readonly frameInterval: number
  readonly thermostat: Thermostat
}

/** A pair of bead types, numbered from 1, and the section of the table file that holds its potential. */
export interface PairLine {
  readonly types: readonly [number, number]
  readonly keyword: string
  /** nm */
  readonly cutoff: number
}

/** How the interactions of the beads are written down. */
export interface CgTables {
  readonly pairs: ReadonlyArray<PairLine>
  /** Sections of the table file, in the order of the types of bonds and of angles. */
  readonly bonds: ReadonlyArray<string>
  readonly angles: ReadonlyArray<string>
  /** Mean mass of the beads, g/mol. */
  readonly mass: number
}

export interface CgFiles {
  readonly data: string
  readonly table: string
  readonly trajectory: string
}

/** ps between rows of the thermo table. */
const thermoInterval = 0.2
/** Å that beads may move before the neighbour lists are made again. */
const skin = 2
/** Points of LAMMPS' own table, even in r squared: 0.0003 nm apart where two beads touch. */
const tablePoints = 4000
/** The same for bonds and angles, even in r and theta: 0.0002 nm and 0.06 degrees. */
const bondedPoints = 3000

/** How LAMMPS reads and interpolates the tables. */
export const tableStyle = `table linear ${tablePoints}`

/** How many time steps a time is, both in ps. */
export const stepsIn = (time: number, { timeStep }: CgProtocol): number => Math.round(time / timeStep)

/**
 * Equilibration, then production with unwrapped positions every `frameInterval`. The thermo table of the second run is
 * the production's.
 *
 * @param seeds of the first velocities and of the Langevin forces, 1 to 900000000
 */
export const cgScript = (
  protocol: CgProtocol,
  { angles, bonds, mass, pairs }: CgTables,
  seeds: { readonly velocities: number; readonly langevin: number },
  files: CgFiles
): string => {
  const temperature = number(protocol.temperature)
  const { thermostat } = protocol
  const reach = number(toAngstrom(Math.max(...pairs.map(({ cutoff }) => cutoff))))
  const pairFriction =
    thermostat.type === "dpd"
      ? `dpd/tstat ${temperature} ${temperature} ${reach} ${seeds.langevin}`
      : undefined
  return [
    "units real",
    `atom_style ${bonds.length > 0 ? "angle" : "atomic"}`,
    "boundary p p p",
    `read_data ${files.data}`,
    // Before the neighbour lists are made: beads joined by a bond or an angle are no pair.
    ...(bonds.length > 0 ? ["special_bonds lj/coul 0 0 1"] : []),
    ...pairLines(pairs, files.table, pairFriction),
    ...(thermostat.type === "dpd"
      ? [`pair_coeff * * dpd/tstat ${number(toRealFriction(mass / thermostat.tau))}`, "comm_modify vel yes"]
      : []),
    ...bondedLines("bond", bonds, files.table),
    ...bondedLines("angle", angles, files.table),
    `neighbor ${skin} bin`,
    "neigh_modify every 2 delay 4 check yes",
    `velocity all create ${temperature} ${seeds.velocities} mom yes rot no dist gaussian`,
    ...thermostatLines(thermostat, temperature, seeds.langevin),
    // Momentum is conserved: random forces add up to zero, and friction only takes from what is zero.
    "compute_modify thermo_temp extra/dof 3",
    `timestep ${number(1000 * protocol.timeStep)}`,
    "thermo_style custom step temp press pe",
    ...(thermostat.type === "dpd" ? pressureLines(bonds.length > 0) : []),
    `thermo_modify norm no${thermostat.type === "dpd" ? " press conservative" : ""}`,
    `thermo ${Math.max(1, stepsIn(thermoInterval, protocol))}`,
    `run ${stepsIn(protocol.equilibration, protocol)}`,
    "reset_timestep 0",
    `dump frames all custom ${stepsIn(protocol.frameInterval, protocol)} ${files.trajectory} id xu yu zu`,
    "dump_modify frames sort id format float %.4f",
    `run ${stepsIn(protocol.production, protocol)}`,
    ""
  ].join("\n")
}

/** @param friction a style laid over the tables */
const pairLines = (
  pairs: ReadonlyArray<PairLine>,
  file: string,
  friction: string | undefined
): ReadonlyArray<string> => {
  const substyle = friction === undefined ? "" : "table "
  return [
    `pair_style ${friction === undefined ? tableStyle : `hybrid/overlay ${tableStyle} ${friction}`}`,
    ...pairs.map(
      ({ cutoff, keyword, types: [a, b] }) =>
        `pair_coeff ${a} ${b} ${substyle}${file} ${keyword} ${number(toAngstrom(cutoff))}`
    )
  ]
}

/** Friction and random forces between pairs add nothing to the mean pressure and 25 times its noise: they are left out. */
const pressureLines = (isBonded: boolean): ReadonlyArray<string> => [
  `compute conservative all pressure thermo_temp ke pair/hybrid table${isBonded ? " bond angle" : ""}`
]

const bondedLines = (
  kind: "bond" | "angle",
  keywords: ReadonlyArray<string>,
  file: string
): ReadonlyArray<string> =>
  keywords.length === 0
    ? []
    : [
        `${kind}_style table linear ${bondedPoints}`,
        ...keywords.map((keyword, i) => `${kind}_coeff ${i + 1} ${file} ${keyword}`)
      ]

const thermostatLines = (thermostat: Thermostat, temperature: string, seed: number): Array<string> => {
  if (thermostat.type === "nose-hoover") {
    return [`fix move all nvt temp ${temperature} ${temperature} ${number(1000 * thermostat.damp)}`]
  }
  if (thermostat.type === "dpd") return ["fix move all nve"]
  const tau = number(1000 * thermostat.tau)
  return [
    "fix move all nve",
    `fix friction all langevin ${temperature} ${temperature} ${tau} ${seed} zero yes`
  ]
}

/** A number without the noise of binary fractions. */
const number = (value: number): string => String(Number(value.toPrecision(12)))
