// Acquisition: an ensemble asks for what it knows least, and does not ask the same thing twice.
import { describe, expect, test } from "vitest"
import { pickUncertain } from "../../kernels/acquisition.ts"
import * as Tables from "../../kernels/Dense.ts"
import { stream } from "../../kernels/random.ts"

/** Predictions of one output by each member, a row a member. */
const ensemble = (rows: ReadonlyArray<ReadonlyArray<number>>) =>
  rows.map((row) => Tables.fromRows(row.map((value) => [value])))

describe("an ensemble", () => {
  test("asks first for the candidate about which its members disagree most", () => {
    const members = ensemble([
      [1, 5, 2],
      [1, 1, 3]
    ])
    expect(pickUncertain(members, 1)).toEqual([1])
  })

  test("asks next for what the first answer does not tell, though others disagree more", () => {
    // Candidates 0 and 1 differ between members in the same way; candidate 2 in another, and less.
    const members = ensemble([
      [3, 2.9, 0],
      [-3, -2.9, 0],
      [0, 0, 1],
      [0, 0, -1]
    ])
    expect(pickUncertain(members, 3)).toEqual([0, 2, 1])
  })

  test("sums what it does not know over all outputs", () => {
    const members = [1, -1].map((sign) =>
      Tables.fromRows([
        [sign * 2, 0],
        [sign * 1.5, sign * 1.5]
      ])
    )
    expect(pickUncertain(members, 1)).toEqual([1])
  })

  test("picks as a Gaussian would whose covariance is the members': brute force", () => {
    const random = stream(4, "ensemble")
    const members = ensemble(
      Array.from({ length: 8 }, () => Array.from({ length: 12 }, () => random.normal()))
    )
    const mean = Array.from({ length: 12 }, (_, i) => members.reduce((sum, m) => sum + m.values[i] / 8, 0))
    const covariance = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 12 }, (_unused, j) =>
        members.reduce((sum, { values }) => sum + (values[i] - mean[i]) * (values[j] - mean[j]), 0)
      )
    )
    const expected: Array<number> = []
    for (let k = 0; k < 5; k++) {
      const best = covariance.reduce((a, row, i) => (row[i] > covariance[a][a] ? i : a), 0)
      expected.push(best)
      // Schur complement: the covariance once the best is known.
      const along = covariance.map((row) => row[best])
      for (let i = 0; i < 12; i++)
        for (let j = 0; j < 12; j++) covariance[i][j] -= (along[i] * along[j]) / along[best]
    }
    expect(pickUncertain(members, 5)).toEqual(expected)
  })

  test("picks each candidate once, in the same order however many are asked for, beyond its own rank too", () => {
    const random = stream(5, "ensemble")
    const members = ensemble(
      Array.from({ length: 3 }, () => Array.from({ length: 9 }, () => random.normal()))
    )
    const all = pickUncertain(members, 9)
    expect([...all].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    for (let count = 1; count < 9; count++) expect(pickUncertain(members, count)).toEqual(all.slice(0, count))
  })

  test("of one member, or asked for more than there is, is refused", () => {
    expect(() => pickUncertain(ensemble([[1, 2]]), 1)).toThrow(/disagrees with nobody/)
    expect(() => pickUncertain(ensemble([[1], [2]]), 2)).toThrow(/2 of 1 candidates/)
  })
})
