// The phases of an all-atom run in GROMACS, each with its run parameters (`.mdp`).
import { number } from "../../formats/gromacs.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"

/** One call of mdrun. */
export interface Phase {
  readonly name: string
  readonly isMinimisation: boolean
  /** ps; 0 for the minimisation. */
  readonly timeStep: number
  readonly steps: number
  readonly parameters: string
}

/** ps, of the run that pushes atoms apart: short, whatever the time step of the rest. */
const pushOffStep = 0.001
/** ps in which temperature is pulled back: while preparing, and slow enough to leave the diffusion alone. */
const thermostatTimes = { preparing: 0.1, producing: 0.5 }
/**
 * ps in which pressure is pulled back: fast on the way to the liquid, slower where its volume is averaged. Bonds feel each
 * scaling of the box: every two steps they take it, every ten steps at 4 fs they resonate and the run blows up.
 */
const barostatTimes = { compressing: 0.5, averaging: 2 }
const barostatInterval = 2
/** 1/bar; what the barostat takes the liquid for. It sets the pace, not the mean. */
const compressibility = 1e-4
/** Steps between neighbour lists; longer lists reach further, beyond half of small boxes. */
export const neighbourInterval = 20
/** Steps of steepest descent at most, and the force (kJ/mol/nm) that is small enough. */
const minimisation = { steps: 200, force: 100 }

type Settings = Readonly<Record<string, string | number>>

/**
 * All phases by name. Preparing is `minimise`, `push-off`, `compress` (which the mean volume leaves out) and
 * `constant-pressure`; `constant-volume` and `production` follow in a box of another size.
 *
 * @param seedFor a seed for each purpose
 */
export const phasesOf = (protocol: AllAtomProtocol, seedFor: (purpose: string) => number) => {
  const { constantPressure, constantPressureDiscarded, frameInterval, pressure, production } = protocol
  const { constantVolume, pushOff, temperature, thermoInterval, timeStep } = protocol
  const thermo = stepsIn(thermoInterval, timeStep)
  const bath: Settings = { "tc-grps": "System", "ref-t": temperature }

  const phase = (name: string, step: number, steps: number, settings: Settings): Phase => ({
    name,
    isMinimisation: step === 0,
    timeStep: step,
    steps,
    parameters: textOf({ ...interactions(protocol), nsteps: steps, ...settings })
  })
  const dynamics = (name: string, time: number, thermostatTime: number, settings: Settings) =>
    phase(name, timeStep, stepsIn(time, timeStep), {
      integrator: "md",
      dt: timeStep,
      ...constraints(protocol),
      ...bath,
      tcoupl: "v-rescale",
      "tau-t": thermostatTime,
      "ld-seed": seedFor(name),
      nstcalcenergy: thermo,
      nstenergy: thermo,
      ...settings
    })
  const barostat = (time: number): Settings => ({
    pcoupl: "c-rescale",
    "tau-p": time,
    "ref-p": pressure,
    compressibility,
    nstpcouple: barostatInterval
  })
  const { averaging, compressing } = barostatTimes
  const { preparing, producing } = thermostatTimes
  return {
    minimise: phase("minimise", 0, minimisation.steps, {
      integrator: "steep",
      emtol: minimisation.force,
      emstep: 0.01
    }),
    pushOff: phase("push-off", pushOffStep, stepsIn(pushOff, pushOffStep), {
      integrator: "sd",
      dt: pushOffStep,
      ...bath,
      "tau-t": thermostatTimes.preparing,
      "ld-seed": seedFor("langevin"),
      "gen-vel": "yes",
      "gen-temp": temperature,
      "gen-seed": seedFor("velocities")
    }),
    compress: dynamics("compress", constantPressureDiscarded, preparing, barostat(compressing)),
    constantPressure: dynamics(
      "constant-pressure",
      constantPressure - constantPressureDiscarded,
      preparing,
      barostat(averaging)
    ),
    constantVolume: dynamics("constant-volume", constantVolume, producing, {}),
    production: dynamics("production", production, producing, {
      continuation: "yes",
      nstxout: stepsIn(frameInterval, timeStep)
    })
  }
}

/** A plain cut-off with tail correction, as in LAMMPS; charges, if any, by particle-mesh Ewald. */
const interactions = ({ charges, cutoff }: AllAtomProtocol): Settings => ({
  "cutoff-scheme": "Verlet",
  nstlist: neighbourInterval,
  vdwtype: "cut-off",
  "vdw-modifier": "none",
  rvdw: cutoff,
  DispCorr: "EnerPres",
  coulombtype: charges ? "PME" : "cut-off",
  "coulomb-modifier": "none",
  rcoulomb: cutoff,
  nstlog: 0
})

/** Two iterations: with one, 4 fs heat the rigid bonds. */
const constraints = ({ constrainHydrogens }: AllAtomProtocol): Settings =>
  constrainHydrogens
    ? { constraints: "h-bonds", "constraint-algorithm": "lincs", "lincs-order": 6, "lincs-iter": 2 }
    : { constraints: "none" }

const textOf = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === "number" ? number(value) : value}\n`)
    .join("")
