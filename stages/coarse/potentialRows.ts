// Pair potentials as rows of a table: from knots, and to the tables of a simulation.
import type { DistanceTable } from "../../formats/lammpsTable.ts"
import type { Knots } from "../../kernels/potential.ts"
import { tabulatePair } from "../../kernels/potential.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Potential, PotentialKnots } from "../../schemas/Potential.ts"

export type PotentialRows = ValueOf<typeof Potential>
export type KnotRows = ValueOf<typeof PotentialKnots>

/** nm: where tables begin, and how far apart their rows are. */
const start = 0.02
const spacing = 0.001
/** nm over which a potential is led to 0 at its cut-off. */
export const switchWidth = 0.1

/** The table of one pair up to `cutoff` (nm), in rows 0.001 nm apart; the last is the cut-off. */
export const potentialRows = (pair: string, knots: Knots, cutoff: number): PotentialRows => {
  const points = Math.round((cutoff - start) / spacing) + 1
  const { F, U, x } = tabulatePair(knots, { start, cutoff, points, switchWidth })
  return Array.from(x, (r, i) => ({ pair, r: Number(r.toPrecision(10)), U: U[i], F: F[i] }))
}

/** The table of each pair. */
export const tablesOf = (rows: PotentialRows): Map<string, DistanceTable> =>
  byPair(rows, (own) => ({
    r: Float64Array.from(own, ({ r }) => r),
    U: Float64Array.from(own, ({ U }) => U),
    F: Float64Array.from(own, ({ F }) => F)
  }))

export const knotRows = (pair: string, { U, x }: Knots): KnotRows =>
  Array.from(x, (r, i) => ({ pair, r, U: U[i] }))

export const knotsOf = (rows: KnotRows): Map<string, Knots> =>
  byPair(rows, (own) => ({
    x: Float64Array.from(own, ({ r }) => r),
    U: Float64Array.from(own, ({ U }) => U)
  }))

const byPair = <R extends { readonly pair: string }, A>(
  rows: ReadonlyArray<R>,
  make: (rows: ReadonlyArray<R>) => A
): Map<string, A> =>
  new Map(
    Array.from(
      Map.groupBy(rows, ({ pair }) => pair),
      ([pair, own]) => [pair, make(own)]
    )
  )
