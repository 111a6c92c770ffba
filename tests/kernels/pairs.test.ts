// Mobility pairs, acceleration and friction: exact cases, and errors held against repeated noise.
import { expect, test } from "vitest"
import { fitFriction, mobilityAt } from "../../kernels/friction.ts"
import { acceleration, matchPairs } from "../../kernels/pairs.ts"
import { stream } from "../../kernels/random.ts"

const mobility = (D: number, stderr = 0.05 * D) => ({ D, stderr })

test("a pair lies within the tolerance and within two standard errors, nearest target first", () => {
  const { pairs, sources } = matchPairs(
    [mobility(1), mobility(4), mobility(6, 0.001)],
    [mobility(4.15), mobility(4.05), mobility(4.5), mobility(6.1, 0.001), mobility(6.0005, 0.001)],
    { tolerance: 0.05, minimumSources: 1 }
  )
  expect(pairs.map(({ source, target }) => [source, target])).toEqual([
    [1, 1],
    [1, 0],
    [2, 4]
  ])
  expect(pairs[0].ratio).toBeCloseTo(4.05 / 4, 12)
  expect(pairs[0].ratioStderr).toBeCloseTo((4.05 / 4) * Math.hypot(0.05, 0.05), 12)
  expect(sources).toBe(2)
})

test("ranges that do not meet are declined with their numbers", () => {
  const matching = matchPairs([mobility(1.1), mobility(2.3)], [mobility(3.9), mobility(5)], {
    tolerance: 0.05
  })
  expect(matching).toEqual({
    verdict: "declined",
    sources: 0,
    pairs: [],
    reason: "10 sources with a pair are needed, none found: D_AA 1.10 to 2.30, D_CG 3.90 to 5.00"
  })
})

test("too few sources are declined, and the reason says how many samples would do", () => {
  const some = Array.from({ length: 8 }, (_, i) => mobility(1 + i / 2))
  const matching = matchPairs(some, [mobility(4), mobility(4.5)], { tolerance: 0.02 })
  expect(matching.verdict).toBe("declined")
  expect(matching.sources).toBe(2)
  expect(matching.reason).toMatch(/10 sources .* needed, 2 found: .*about 40 samples needed/)
})

test("enough sources are matched, and unknown mobilities match nothing", () => {
  const all = Array.from({ length: 12 }, (_, i) => mobility(2 + i / 10))
  expect(matchPairs(all, all, { tolerance: 0.01 })).toMatchObject({
    verdict: "matched",
    sources: 12,
    reason: ""
  })
  const unknown = [mobility(NaN), mobility(-1), mobility(Infinity)]
  const matching = matchPairs(unknown, [...unknown, mobility(1)], { tolerance: 1 })
  expect(matching.pairs).toEqual([])
  expect(matching.reason).toMatch(/0 all-atom and 1 coarse-grained/)
})

test("the acceleration's error is that of the ratio of two noisy values", () => {
  const random = stream(2)
  const draws = Array.from(
    { length: 20_000 },
    () => (5.6 + 0.2 * random.normal()) / (1.1 + 0.05 * random.normal())
  )
  const { factor, stderr } = acceleration(mobility(1.1, 0.05), mobility(5.6, 0.2))
  expect(factor).toBeCloseTo(5.6 / 1.1, 12)
  expect(stderr / deviation(draws)).toBeCloseTo(1, 1)
})

test("two exact runs fix the friction, and a third confirms it", () => {
  const fit = fitFriction(
    [
      { tau: Infinity, ...mobility(slowed(Infinity)) },
      { tau: 0.3, ...mobility(slowed(0.3)) }
    ],
    mobility(1.05)
  )
  expect(fit.c).toBeCloseTo(0.14, 12)
  expect(fit.D0).toBeCloseTo(5.8, 12)
  expect(fit.tau).toBeCloseTo(0.14 / (1 / 1.05 - 1 / 5.8), 12)
  expect(mobilityAt(fit, fit.tau)).toBeCloseTo(1.05, 12)
  expect(fit.chiSquared).toBeCloseTo(0, 12)
})

test("the errors of c, D0 and tau are those seen over repeated noisy runs", () => {
  const random = stream(3)
  const truth = [Infinity, 0.4, 0.15].map((tau) => ({ tau, D: slowed(tau) }))
  const noisy = (D: number) => ({ D: D * (1 + 0.03 * random.normal()), stderr: 0.03 * D })
  const fits = Array.from({ length: 4000 }, () =>
    fitFriction(
      truth.map(({ tau, D }) => ({ tau, ...noisy(D) })),
      noisy(1.05)
    )
  )
  for (const [value, error] of [
    ["c", "cStderr"],
    ["D0", "D0Stderr"],
    ["tau", "stderr"]
  ] as const) {
    const ratio = mean(fits.map((fit) => fit[error])) / deviation(fits.map((fit) => fit[value]))
    expect(ratio, value).toBeGreaterThan(0.9)
    expect(ratio, value).toBeLessThan(1.1)
  }
  expect(mean(fits.map((fit) => fit.chiSquared))).toBeCloseTo(1, 0)
})

test("a target faster than no friction has no tau, and runs that fix no line are refused", () => {
  const runs = [
    { tau: Infinity, ...mobility(5) },
    { tau: 0.2, ...mobility(1) }
  ]
  expect(fitFriction(runs, mobility(6)).tau).toBeNaN()
  expect(() => fitFriction([runs[1], runs[1]], mobility(1))).toThrow(/two values of tau/)
  expect(() => fitFriction([runs[0], { ...runs[1], D: -1 }], mobility(1))).toThrow(/positive/)
})

const mean = (values: ReadonlyArray<number>) => values.reduce((a, b) => a + b, 0) / values.length

const deviation = (values: ReadonlyArray<number>) => {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1))
}

/** D of a model with D0 5.8 and c 0.14, 1e-9 m2/s. */
const slowed = (tau: number) => 1 / (1 / 5.8 + 0.14 / tau)
