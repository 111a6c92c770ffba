// A campaign whose answers are known: force-field factors decide smoothly on Lennard-Jones potentials and mobilities.
import { extrapolateCore, tabulatePair } from "../../kernels/potential.ts"
import { stream } from "../../kernels/random.ts"
import type { Mobilities, Potentials, SampleParameters } from "../../schemas/campaign.ts"
import type { ValueOf } from "../../schemas/Kind.ts"

export interface Campaign {
  readonly parameters: ValueOf<typeof SampleParameters>
  readonly potentials: ValueOf<typeof Potentials>
  readonly mobilities: ValueOf<typeof Mobilities>
}

const names = ["bond CT-CT r0", "angle CT-CT-CT theta0", "bond CT-CT k", "dihedral HC-CT-CT-HC k3"]

/** Well depth, kJ/mol, and width, nm, of the potential that belongs to the factors. */
export const wellOf = ([length, angle, stiffness]: ReadonlyArray<number>) => ({
  epsilon: 1.4 * (1 + 1.2 * (angle - 1) + 3 * (length - 1) ** 2 + 0.1 * (stiffness - 1)),
  sigma: 0.58 * (1 + 0.6 * (length - 1))
})

/** Rows of a 12-6 potential with the core and the end that an inversion gives its tables. */
export const potentialOf = (factors: ReadonlyArray<number>, cutoff = 1.4): Array<Curve> => {
  const { epsilon, sigma } = wellOf(factors)
  const x = Float64Array.from({ length: Math.round(cutoff / 0.01) + 1 }, (_, i) => 0.01 * (i + 0.5))
  const U = x.map((r) => 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6))
  const knots = extrapolateCore(
    { x, U },
    U.findIndex((value) => value < 14)
  )
  const points = Math.round((cutoff - 0.02) / 0.004) + 1
  const table = tabulatePair(knots, { start: 0.02, cutoff, points, switchWidth: 0.1 })
  return Array.from(table.x, (r, i) => ({ pair: "A-A", r, U: table.U[i], F: table.F[i] }))
}

interface Curve {
  readonly pair: string
  readonly r: number
  readonly U: number
  readonly F: number
}

/** The factors of a sample; sample 0 is unchanged, and the last parameter never varies. */
export const factorsOf = (sample: number): ReadonlyArray<number> => {
  const random = stream(11, "factors", sample)
  const vary = (width: number) => (sample === 0 ? 1 : 1 + width * (2 * random.uniform() - 1))
  return [vary(0.12), vary(0.25), vary(0.5), 1]
}

export const parametersOf = (factors: ReadonlyArray<number>) =>
  factors.map((factor, k) => ({
    name: names[k],
    value: 2 * factor,
    reference: 2,
    factor,
    parameter_unit: "nm"
  }))

/** Samples 0 to `count` - 1. The all-atom liquid slows down with the well, the coarse one does so less. */
export const campaign = (count: number): Campaign => {
  const samples = Array.from({ length: count }, (_, sample) => ({ sample, factors: factorsOf(sample) }))
  return {
    parameters: samples.flatMap(({ factors, sample }) =>
      parametersOf(factors).map((row) => ({ sample, ...row }))
    ),
    potentials: samples.flatMap(({ factors, sample }) =>
      potentialOf(factors).map((row) => ({ sample, ...row }))
    ),
    mobilities: samples.map(({ factors, sample }) => {
      const { D_AA, D_CG } = mobilityOf(factors)
      const acceleration = D_CG / D_AA
      return {
        sample,
        D_AA,
        D_AA_stderr: 0.05 * D_AA,
        Q_AA: 0.5,
        D_CG,
        D_CG_stderr: 0.03 * D_CG,
        Q_CG: 0.5,
        acceleration,
        acceleration_stderr: acceleration * Math.hypot(0.05, 0.03),
        quality: "ok",
        reason: null
      }
    })
  }
}

/** 1e-9 m2/s; the ranges of the two resolutions overlap, so that pairs exist. */
export const mobilityOf = (
  factors: ReadonlyArray<number>
): { readonly D_AA: number; readonly D_CG: number } => {
  const { epsilon } = wellOf(factors)
  return { D_AA: 4 * Math.exp(-2 * (epsilon / 1.4 - 1)), D_CG: 5 * Math.exp(-(epsilon / 1.4 - 1)) }
}
