// Distributions and potentials of bonds and angles as rows of tables, and back; angles are in rad outside the tables.
import type { Distribution } from "../../kernels/Distribution.ts"
import { totalVariation, variationFloor } from "../../kernels/Distribution.ts"
import { elements } from "../../kernels/bonded.ts"
import type { Knots, PotentialTable } from "../../kernels/potential.ts"
import { tabulateBonded } from "../../kernels/potential.ts"
import type { BondedDistribution, BondedKnots, BondedPotential } from "../../schemas/Bonded.ts"
import type { ValueOf } from "../../schemas/Kind.ts"

export type DistributionRows = ValueOf<typeof BondedDistribution>
export type BondedKnotRows = ValueOf<typeof BondedKnots>
export type BondedRows = ValueOf<typeof BondedPotential>

/** A bond or an angle by the types of its beads. */
export interface TermName {
  readonly kind: "bond" | "angle"
  readonly beads: string
}

/** Something of each bond and angle of a table. */
export type ByTerm<A> = ReadonlyArray<TermName & { readonly of: A }>

export const termOf = <A>(terms: ByTerm<A>, { beads, kind }: TermName): A => {
  const found = terms.find((term) => term.kind === kind && term.beads === beads)
  if (found === undefined) throw new RangeError(`there is nothing for the ${kind} ${beads}`)
  return found.of
}

/** Points of a potential table: nm, deg. */
const spacing = { bond: 0.0005, angle: 0.5 }
/** nm: LAMMPS needs no bond of length 0. */
const shortest = 0.001

const degree = Math.PI / 180

/** The columns r and theta of a row; decimal fractions, since the rows of two tables are compared by them. */
export const coordinateOf = ({ beads, kind }: TermName, x: number) => ({
  kind,
  beads,
  r: kind === "bond" ? Number(x.toPrecision(10)) : null,
  theta: kind === "angle" ? Number((x / degree).toPrecision(10)) : null
})

/** Shares of the bins of each bond and angle, with their errors. */
export const distributionsOf = (rows: DistributionRows): ByTerm<Distribution> =>
  byTerm(rows, (x, own) => ({
    x,
    value: Float64Array.from(own, ({ share }) => share),
    sem: Float64Array.from(own, ({ sem }) => sem)
  }))

/** A distribution on bins of another reach; what lies beyond them is outside. Throws RangeError for bins of another width. */
export const onGrid = ({ sem, value, x }: Distribution, bins: Float64Array): Distribution => {
  const shared = Math.min(x.length, bins.length)
  if (x.subarray(0, shared).some((at, i) => Math.abs(at - bins[i]) > 1e-9)) {
    throw new RangeError(`bins at ${x[0]}, ${x[1]}, ... are not those at ${bins[0]}, ${bins[1]}, ...`)
  }
  return {
    x: bins,
    value: bins.map((_, i) => (i < shared ? value[i] : 0)),
    sem: bins.map((_, i) => (i < shared ? sem[i] : 0))
  }
}

/** The distribution that a potential acts on: shares without the volume element of the coordinate. */
export const withoutElement = (kind: TermName["kind"], { sem, value, x }: Distribution): Distribution => {
  const element = elements(kind, x)
  return {
    x,
    value: value.map((share, i) => share / element[i]),
    sem: sem.map((error, i) => error / element[i])
  }
}

export const knotsOf = (rows: BondedKnotRows): ByTerm<Knots> =>
  byTerm(rows, (x, own) => ({ x, U: Float64Array.from(own, ({ U }) => U) }))

export const knotRows = (term: TermName, { U, x }: Knots): BondedKnotRows =>
  Array.from(x, (at, i) => ({ ...coordinateOf(term, at), U: U[i] }))

/** The table of one bond over the range of its knots, or of one angle from 0 to 180 degrees. */
export const potentialRows = (term: TermName, knots: Knots): BondedRows => {
  const { x } = knots
  const end = term.kind === "bond" ? x[x.length - 1] + (x[1] - x[0]) / 2 : Math.PI
  const start = term.kind === "bond" ? shortest : 0
  const unit = term.kind === "bond" ? 1 : degree
  const points = Math.round((end - start) / unit / spacing[term.kind]) + 1
  return tableRows(term, tabulateBonded(knots, { start, end, points }))
}

/** The rows of a table: x in nm or rad, F in kJ/mol per unit of x. */
export const tableRows = (term: TermName, { F, U, x }: PotentialTable): BondedRows =>
  Array.from(x, (at, i) => ({
    ...coordinateOf(term, at),
    U: U[i],
    F: term.kind === "bond" ? F[i] : null,
    torque: term.kind === "angle" ? F[i] * degree : null
  }))

/** The table of each bond and angle: x in nm or rad, F in kJ/mol per unit of x. */
export const tablesOf = (rows: BondedRows): ByTerm<PotentialTable> =>
  byTerm(rows, (x, own) => ({
    x,
    U: Float64Array.from(own, ({ U }) => U),
    F: Float64Array.from(own, ({ F, torque }) => F ?? (torque ?? NaN) / degree)
  }))

/** Total variation between each bond and angle and its target, and what the errors alone would give: the largest of both. */
export const variationOf = (
  model: DistributionRows,
  target: DistributionRows
): { readonly variation: number; readonly floor: number } | null => {
  const models = distributionsOf(model)
  const compared = distributionsOf(target).map((wanted) => {
    const is = onGrid(termOf(models, wanted), wanted.of.x)
    return { variation: totalVariation(is, wanted.of), floor: variationFloor(is, wanted.of) }
  })
  if (compared.length === 0) return null
  return {
    variation: Math.max(...compared.map(({ variation }) => variation)),
    floor: Math.max(...compared.map(({ floor }) => floor))
  }
}

const byTerm = <
  R extends {
    readonly kind: string
    readonly beads: string
    readonly r: number | null
    readonly theta: number | null
  },
  A
>(
  rows: ReadonlyArray<R>,
  make: (x: Float64Array, rows: ReadonlyArray<R>) => A
): ByTerm<A> =>
  Array.from(Map.groupBy(rows, ({ beads, kind }) => `${kind} ${beads}`).values(), (own) => {
    const { beads, kind } = own[0]
    if (kind !== "bond" && kind !== "angle") throw new RangeError(`"${kind}" is no bond and no angle`)
    const x = Float64Array.from(own, ({ r, theta }) => r ?? (theta ?? NaN) * degree)
    return { kind, beads, of: make(x, own) }
  })
