// How the all-atom liquid is simulated: sizes, times, cut-offs.
import * as Schema from "effect/Schema"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const NotNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Count = Schema.Int.check(Schema.isGreaterThan(0))

/**
 * One all-atom run: pack, minimise, push apart, NPT, set the box to its mean volume, NVT, production.
 * Times in ps, lengths in nm, temperature in K, pressure in bar, density in g/cm3.
 */
export const AllAtomProtocol = Schema.Struct({
  molecules: Count,
  /** Density of the packed start. */
  packingDensity: Positive,
  temperature: Positive,
  pressure: Schema.Finite,
  /** Partial charges with particle-mesh electrostatics. Off for alkanes: density -1 +- 3 kg/m3, a third of the cost. */
  charges: Schema.Boolean,
  /** Lennard-Jones cut-off (and the real-space part of the charges); the dispersion tail is always corrected for. */
  cutoff: Positive,
  timeStep: Positive,
  /** Hydrogens this many times as heavy, at the expense of the atoms that carry them. */
  hydrogenMassFactor: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1)),
  /** Bonds to hydrogen keep their length (SHAKE). */
  constrainHydrogens: Schema.Boolean,
  /** Langevin with limited moves, 1 fs a step, after the minimisation. */
  pushOff: NotNegative,
  /** NPT in all, and its first part, which the mean volume leaves out. */
  constantPressure: Positive,
  constantPressureDiscarded: NotNegative,
  /** NVT at the mean volume before the first frame. */
  constantVolume: NotNegative,
  production: Positive,
  /** Between frames of the trajectory, and between rows of the thermo table. */
  frameInterval: Positive,
  thermoInterval: Positive
}).check(Schema.makeFilter((protocol) => protocolProblems(protocol)))
export type AllAtomProtocol = typeof AllAtomProtocol.Type

/** The programs that can run it. */
export const AllAtomEngine = Schema.Literals(["lammps", "gromacs"])
export type AllAtomEngine = typeof AllAtomEngine.Type

const stepFields = [
  "constantPressure",
  "constantPressureDiscarded",
  "constantVolume",
  "production",
  "frameInterval",
  "thermoInterval"
] as const

type Draft = { readonly [Field in (typeof stepFields)[number] | "timeStep"]: number } & {
  readonly charges: boolean
}

/** What is wrong with a protocol whose fields are right one by one. */
export function protocolProblems(protocol: Draft): Array<{ path: Array<string>; issue: string }> {
  const found = stepFields
    .filter((field) => !isMultiple(protocol[field], protocol.timeStep))
    .map((field) => ({
      path: [field as string],
      issue: `${protocol[field]} ps is no whole number of time steps of ${protocol.timeStep} ps`
    }))
  if (protocol.constantPressureDiscarded >= protocol.constantPressure) {
    found.push({ path: ["constantPressureDiscarded"], issue: "leaves nothing of the NPT run to average" })
  }
  if (protocol.production < 10 * protocol.frameInterval) {
    found.push({ path: ["production"], issue: "holds fewer than 10 frames" })
  }
  return found
}

/** Times are decimal fractions of a ps: within rounding of a multiple is a multiple. */
function isMultiple(time: number, unit: number): boolean {
  const count = time / unit
  return Math.abs(count - Math.round(count)) < 1e-6
}

/** Number of time steps in a time, both in ps. */
export function stepsIn(time: number, timeStep: number): number {
  return Math.round(time / timeStep)
}

/** Number of frames of the production, the first one included. */
export function framesIn({ frameInterval, production, timeStep }: AllAtomProtocol): number {
  return Math.floor(stepsIn(production, timeStep) / stepsIn(frameInterval, timeStep)) + 1
}
