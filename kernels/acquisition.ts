// Which samples to measure next: those about which an ensemble disagrees most.
import type { Dense } from "./Dense.ts"
import * as Tables from "./Dense.ts"

/**
 * Picks `count` candidates, one after another: each time that one whose members' predictions scatter most, as a variance summed
 * over the outputs, given what a measurement of those picked before would tell. The members are draws from a Gaussian whose
 * covariance they estimate, output by output; a measurement takes from every candidate the part of its deviations that is
 * along those of the measured one (the pivoted Cholesky factorisation of the covariance, R. Harbrecht, M. Peters, R. Schneider, Appl.
 * Numer. Math. 62, 428, 2012). M members span M - 1 directions; when these are used up, it begins anew
 * with the candidates that are left. `members`: predictions, candidates x outputs each. Of equal candidates the first
 * is picked. Throws RangeError for fewer than 2 members or more picks than candidates.
 */
export const pickUncertain = (members: ReadonlyArray<Dense>, count: number): ReadonlyArray<number> => {
  const [first] = members
  if (first === undefined || members.length < 2) {
    throw new RangeError(`${members.length} member of an ensemble disagrees with nobody`)
  }
  if (!(count <= first.rows)) throw new RangeError(`${count} of ${first.rows} candidates cannot be picked`)
  const picked: Array<number> = []
  let deviations = deviationsOf(members)
  const whole = variance(deviations, first.rows)
  const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)
  while (picked.length < count) {
    let variances = variance(deviations, first.rows)
    if (sumOf(variances) <= 1e-9 * sumOf(whole)) {
      deviations = deviationsOf(members)
      variances = whole
    }
    let best = -1
    for (let i = 0; i < first.rows; i++) {
      if (!picked.includes(i) && (best < 0 || variances[i] > variances[best])) best = i
    }
    picked.push(best)
    condition(deviations, best)
  }
  return picked
}

/** Predictions less their mean over the members: new tables. */
const deviationsOf = (members: ReadonlyArray<Dense>): ReadonlyArray<Dense> => {
  const mean = members[0].values.map(
    (_, k) => members.reduce((sum, { values }) => sum + values[k], 0) / members.length
  )
  return members.map((member) => ({ ...member, values: member.values.map((value, k) => value - mean[k]) }))
}

const variance = (deviations: ReadonlyArray<Dense>, rows: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) =>
    deviations.reduce((sum, table) => sum + Tables.row(table, i).reduce((s, d) => s + d * d, 0), 0)
  )

/** Takes from all candidates, output by output, what lies along the deviations of one of them. In place. */
const condition = (deviations: ReadonlyArray<Dense>, measured: number): void => {
  const { columns, rows } = deviations[0]
  for (let j = 0; j < columns; j++) {
    const along = deviations.map((table) => Tables.row(table, measured)[j])
    const square = along.reduce((sum, d) => sum + d * d, 0)
    if (!(square > 0)) continue
    for (let i = 0; i < rows; i++) {
      const share = along.reduce((sum, d, m) => sum + d * Tables.row(deviations[m], i)[j], 0) / square
      for (const [m, d] of along.entries()) Tables.row(deviations[m], i)[j] -= share * d
    }
  }
}
