// Calibration: intervals hold new samples as often as they claim, whatever the errors look like.
import { expect, test } from "vitest"
import { calibrate, coverage, standardErrors } from "../../kernels/calibration.ts"
import * as Tables from "../../kernels/Dense.ts"
import { stream } from "../../kernels/random.ts"

/** Errors of a model whose own deviations tell half of what they are, a row a sample; cubed noise has heavy tails. */
const draw = (repeat: number, samples: number, columns: number, tailed: boolean) => {
  const random = stream(21, repeat, samples, columns)
  const rows = Array.from({ length: samples }, () => {
    const own = 0.2 + random.uniform()
    const shared = random.normal()
    const errors = Array.from({ length: columns }, (_, j) => {
      const z = 0.8 * shared + 0.6 * random.normal()
      return (1 + j) * own * (tailed ? z ** 3 : z)
    })
    return { errors, own: errors.map((_, j) => 0.5 * (1 + j) * own) }
  })
  return {
    errors: Tables.fromRows(rows.map(({ errors }) => errors)),
    deviations: Tables.fromRows(rows.map(({ own }) => own))
  }
}

test.each([
  [9, 1, false],
  [20, 1, true],
  [20, 5, false],
  [60, 5, true]
])(
  "intervals from %i samples of %i outputs hold 85 to 95 of 100 new ones (heavy tails: %s)",
  (samples, columns, tailed) => {
    let inside = 0
    let count = 0
    let claimed = 0
    const repeats = 150
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { deviations, errors } = draw(repeat, samples, columns, tailed)
      const { factor, floor } = calibrate(errors, deviations, 0.9)
      const fresh = draw(1000 + repeat, 40, columns, tailed)
      for (let i = 0; i < 40; i++) {
        const half = standardErrors(floor, Tables.row(fresh.deviations, i)).map((error) => factor * error)
        for (const [j, error] of Tables.row(fresh.errors, i).entries()) {
          if (Math.abs(error) <= half[j]) inside++
          count++
        }
      }
      if (samples > 9) claimed += coverage(errors, deviations, 0.9) / repeats
    }
    expect(inside / count).toBeGreaterThan(0.85)
    expect(inside / count).toBeLessThan(0.95)
    if (samples > 9) expect(Math.abs(claimed - inside / count)).toBeLessThan(0.04)
  }
)

test("eight samples are too few for an interval of 90 %, and say so", () => {
  const { deviations, errors } = draw(1, 8, 1, false)
  expect(calibrate(errors, deviations, 0.9).factor).toBe(Infinity)
  expect(calibrate(errors, deviations, 0.8).factor).toBeLessThan(Infinity)
  const nine = draw(1, 9, 1, false)
  expect(coverage(nine.errors, nine.deviations, 0.9)).toBeNaN()
})

test("the standard error is that of the errors, where a model knows nothing and where it knows all", () => {
  const errors = Tables.fromRows([[3], [-4], [3], [-4]])
  const none = calibrate(errors, undefined, 0.5)
  expect(none.floor[0]).toBeCloseTo(Math.sqrt(12.5), 12)
  const known = calibrate(errors, { ...errors, values: errors.values.map(Math.abs) }, 0.5)
  expect(known.floor[0]).toBeCloseTo(0, 6)
  expect(standardErrors(known.floor, [2])[0]).toBeCloseTo(2, 6)
})

test("outputs that are never wrong, such as a potential at its cut-off, do not narrow the others' intervals", () => {
  const rows = Array.from({ length: 20 }, (_, i) => [i % 2 === 0 ? 1 : -1, 0, 0])
  const { factor } = calibrate(Tables.fromRows(rows), undefined, 0.9)
  expect(factor).toBeCloseTo(1, 12)
})
