// Mapping atoms to beads: broken molecules give the beads of whole ones.
import { describe, expect, test } from "vitest"
import { orthogonal, wrap } from "../../kernels/box.ts"
import * as Mapping from "../../kernels/mapping.ts"
import { stream } from "../../kernels/random.ts"
import * as Unwrap from "../../kernels/unwrap.ts"

/** A ring of four with a tail of two; two beads. */
const table: Mapping.MoleculeTable = {
  molecules: 25,
  atoms: 6,
  bonds: [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
    [3, 4],
    [5, 4]
  ],
  beads: [
    { atoms: [0, 1, 2, 3], weights: [12, 12, 1, 3] },
    { atoms: [4, 5], weights: [1, 15] }
  ]
}

const molecules = (seed: number, spread: number) => {
  const random = stream(seed, "molecules")
  const shape = [0, 0, 0, 0.15, 0, 0, 0.15, 0.15, 0, 0, 0.15, 0, 0, 0.15, 0.2, 0.1, 0.2, 0.4]
  const positions = new Float64Array(25 * 18)
  for (let m = 0; m < 25; m++) {
    const at = [0, 1, 2].map(() => spread * (random.uniform() - 0.5))
    for (let k = 0; k < 18; k++) positions[18 * m + k] = at[k % 3] + shape[k] + 0.02 * random.normal()
  }
  return positions
}

for (const [name, box] of [
  ["rectangular", orthogonal(1.2, 1.4, 1)],
  ["triclinic", Float64Array.of(1.2, 1.4, 1, 0.4, -0.3, 0.5)]
] as const) {
  describe(`in a ${name} box`, () => {
    test("atoms wrapped one by one give the beads of whole molecules", () => {
      const mapping = Mapping.make([table])
      const whole = molecules(1, 6)
      const expected = Mapping.mapUnwrapped(mapping, whole)
      for (let m = 0; m < 25; m++)
        for (let axis = 0; axis < 3; axis++) {
          const atom = (k: number) => whole[18 * m + 3 * k + axis]
          const first = (12 * atom(0) + 12 * atom(1) + atom(2) + 3 * atom(3)) / 28
          expect(expected[6 * m + axis]).toBeCloseTo(first, 12)
          expect(expected[6 * m + 3 + axis]).toBeCloseTo((atom(4) + 15 * atom(5)) / 16, 12)
        }
      const broken = new Float64Array(whole.length)
      wrap(whole, box, broken)
      wrap(expected, box, expected)
      const found = Mapping.mapWrapped(mapping, broken, box)
      wrap(found, box, found)
      found.forEach((value, k) => expect(value).toBeCloseTo(expected[k], 10))
    })

    test("mapped, then unwrapped, a moving system follows its whole molecules", () => {
      const mapping = Mapping.make([table])
      const unwrapper = Unwrap.make(mapping.beads)
      const random = stream(4, "moves")
      const atoms = molecules(2, 3)
      const broken = new Float32Array(atoms.length)
      let start = new Float64Array(0)
      let origin = new Float64Array(0)
      for (let frame = 0; frame < 200; frame++) {
        wrap(atoms, box, broken)
        const mapped = Mapping.mapWrapped(mapping, broken, box)
        wrap(mapped, box, mapped)
        const beads = Unwrap.next(unwrapper, mapped, box)
        const truth = Float64Array.from(Mapping.mapUnwrapped(mapping, atoms))
        if (frame === 0) {
          start = beads.slice()
          origin = truth
        }
        beads.forEach((value, k) => expect(value - start[k]).toBeCloseTo(truth[k] - origin[k], 5))
        for (let m = 0; m < 25; m++) {
          const step = [0, 1, 2].map(() => 0.05 * random.normal())
          for (let k = 0; k < 18; k++) atoms[18 * m + k] += step[k % 3]
        }
      }
    })
  })
}

test("two kinds of molecule follow one another", () => {
  const water = { molecules: 2, atoms: 1, bonds: [], beads: [{ atoms: [0], weights: [18] }] }
  const mapping = Mapping.make([{ ...table, molecules: 1 }, water])
  expect(mapping).toMatchObject({ atoms: 8, beads: 4 })
  expect(Array.from(mapping.molecule)).toEqual([0, 0, 1, 2])
  const positions = Float64Array.from({ length: 24 }, (_, k) => k)
  expect(Array.from(Mapping.mapUnwrapped(mapping, positions).subarray(6))).toEqual([18, 19, 20, 21, 22, 23])
})

test("tables that make no mapping are refused by name", () => {
  const bad = (change: Partial<Mapping.MoleculeTable>) => () => Mapping.make([{ ...table, ...change }])
  expect(bad({ beads: [{ atoms: [], weights: [] }] })).toThrow("bead 0 has no atoms")
  expect(bad({ beads: [{ atoms: [0, 6], weights: [1, 1] }] })).toThrow("names atom 6")
  expect(bad({ beads: [{ atoms: [0, 1], weights: [1] }] })).toThrow("1 weights")
  expect(bad({ beads: [{ atoms: [0, 1], weights: [0, 0] }] })).toThrow("sum above 0")
  expect(bad({ bonds: [[0, 1]] })).toThrow("no bonds join its atoms 0 and 2")
  expect(bad({ bonds: [[0, 9]] })).toThrow("there is no atom 9")
  expect(bad({ beads: [] })).toThrow("no bead")
  const mapping = Mapping.make([table])
  expect(() => Mapping.mapUnwrapped(mapping, new Float32Array(30))).toThrow("10 atoms does not fit")
  const broken = new Float32Array(450).fill(0)
  broken[4] = NaN
  expect(() => Mapping.mapWrapped(mapping, broken, orthogonal(2))).toThrow(Mapping.MappingError)
})
