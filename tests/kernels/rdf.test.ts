// Radial distribution functions against brute force over all images, ideal gases and lattices.
import { describe, expect, test } from "vitest"
import { orthogonal } from "../../kernels/box.ts"
import { stream } from "../../kernels/random.ts"
import * as Rdf from "../../kernels/rdf.ts"

const tilted = Float64Array.of(3, 2.8, 2.6, 0.6, -0.5, 0.8)

const gas = (beads: number, size: number, seed: number) => {
  const random = stream(seed, "gas")
  return Float64Array.from({ length: 3 * beads }, () => size * (random.uniform() - 0.3))
}

/** Counts every image of every pair within rMax, without any notion of the nearest one. */
const bruteForce = (
  positions: Float64Array,
  box: Float64Array,
  bins: number,
  rMin: number,
  rMax: number,
  wanted: (i: number, j: number) => boolean
) => {
  const [lx, ly, lz, xy, xz, yz] = box
  const counts = new Float64Array(bins)
  const n = positions.length / 3
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      if (i === j || !wanted(i, j)) continue
      for (let a = -4; a <= 4; a++)
        for (let b = -3; b <= 3; b++)
          for (let c = -3; c <= 3; c++) {
            const dx = positions[3 * i] - positions[3 * j] + a * lx + b * xy + c * xz
            const dy = positions[3 * i + 1] - positions[3 * j + 1] + b * ly + c * yz
            const dz = positions[3 * i + 2] - positions[3 * j + 2] + c * lz
            const bin = Math.floor(((Math.hypot(dx, dy, dz) - rMin) / (rMax - rMin)) * bins)
            if (bin >= 0 && bin < bins) counts[bin]++
          }
    }
  return counts
}

describe("counts equal brute force over images", () => {
  const types = Int32Array.from({ length: 40 }, (_, i) => 1 + (i % 3 === 0 ? 1 : 0))
  const molecule = Int32Array.from({ length: 40 }, (_, i) => Math.floor(i / 3))
  for (const [name, box] of [
    ["a rectangular box", orthogonal(3, 2.7, 2.4)],
    ["a triclinic box", tilted]
  ] as const) {
    test(`${name}, two types, a bin range that starts above 0`, () => {
      const positions = gas(40, 3, 2)
      const acc = Rdf.make({
        types,
        pairs: [
          [1, 1],
          [2, 1],
          [2, 2]
        ],
        bins: 23,
        rMin: 0.17,
        rMax: 1.05
      })
      Rdf.add(acc, positions, box)
      const found = Rdf.finish(acc)
      const of = (a: number, b: number) =>
        bruteForce(positions, box, 23, 0.17, 1.05, (i, j) => types[i] === a && types[j] === b)
      expect(found[0].counts).toEqual(of(1, 1).map((c) => c / 2))
      expect(found[1].counts).toEqual(of(2, 1))
      expect(found[2].counts).toEqual(of(2, 2).map((c) => c / 2))
    })

    test(`${name}, pairs within a molecule left out`, () => {
      const positions = gas(40, 3, 3)
      const acc = Rdf.make({
        types,
        pairs: [[1, 2]],
        bins: 20,
        rMax: 1.1,
        molecule,
        excludeSameMolecule: true
      })
      Rdf.add(acc, positions, box)
      const expected = bruteForce(
        positions,
        box,
        20,
        0,
        1.1,
        (i, j) => types[i] === 1 && types[j] === 2 && molecule[i] !== molecule[j]
      )
      expect(Rdf.finish(acc)[0].counts).toEqual(expected)
    })
  }

  for (const [name, box] of [
    ["rectangular", orthogonal(6, 5, 3)],
    ["triclinic", Float64Array.of(6, 5.5, 3, 1.5, -1, 0.7)]
  ] as const) {
    test(`cells find the same pairs as the full loop, ${name}`, () => {
      const positions = gas(500, 6, 4)
      const types = Int32Array.from({ length: 500 }, (_, i) => 1 + (i % 2))
      const wanted = { types, pairs: [[1, 2]] as Array<[number, number]>, bins: 30, rMax: 1 }
      const acc = Rdf.make(wanted)
      Rdf.add(acc, positions, box)
      const one = Rdf.make({ ...wanted, types: new Int32Array(500).fill(1), pairs: [[1, 1]] })
      Rdf.add(one, positions, box)
      // the same beads asked for with a reach that leaves no room for cells
      const far = { bins: 42, rMax: 1.4 }
      const accFar = Rdf.make({ ...wanted, ...far })
      Rdf.add(accFar, positions, box)
      const oneFar = Rdf.make({ ...wanted, ...far, types: new Int32Array(500).fill(1), pairs: [[1, 1]] })
      Rdf.add(oneFar, positions, box)
      expect(Rdf.finish(acc)[0].counts).toEqual(Rdf.finish(accFar)[0].counts.slice(0, 30))
      expect(Rdf.finish(one)[0].counts).toEqual(Rdf.finish(oneFar)[0].counts.slice(0, 30))
    })
  }
})

test("an ideal gas has g = 1 within its block errors, and 1 - 1/N by the other convention", () => {
  const types = new Int32Array(64).fill(1)
  const spec = { types, pairs: [[1, 1]] as Array<[number, number]>, bins: 25, rMax: 1.25 }
  const usual = Rdf.make(spec)
  const votca = Rdf.make({ ...spec, normalization: "N2" })
  for (let frame = 0; frame < 400; frame++) {
    const size = 2.6 + 0.1 * Math.sin(frame)
    const positions = Float32Array.from(gas(64, size, 100 + frame))
    Rdf.add(usual, positions, orthogonal(size))
    Rdf.add(votca, positions, orthogonal(size))
  }
  const { g, sem } = Rdf.finish(usual)[0]
  const other = Rdf.finish(votca)[0].g
  let chi2 = 0
  for (let k = 2; k < 25; k++) {
    chi2 += ((g[k] - 1) / sem[k]) ** 2 / 23
    expect(other[k] / g[k]).toBeCloseTo(63 / 64, 12)
  }
  expect(chi2).toBeGreaterThan(0.3)
  expect(chi2).toBeLessThan(2.5) // a t distribution with 5 degrees of freedom has variance 5/3
})

test("the error of a bin is the scatter of its block means over the root of their number", () => {
  // 12 frames make 6 blocks of 2; one pair at a distance that is in the bin for some frames only
  const acc = Rdf.make({
    types: Int32Array.of(1, 1),
    pairs: [[1, 1]],
    bins: 1,
    rMin: 0.4,
    rMax: 0.6,
    blocks: 5
  })
  const inside = [1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]
  for (const hit of inside) Rdf.add(acc, Float64Array.of(0, 0, 0, hit ? 0.5 : 0.9, 0, 0), orthogonal(2))
  const { g, sem, counts } = Rdf.finish(acc)[0]
  const perHit = 8 / ((4 / 3) * Math.PI * (0.6 ** 3 - 0.4 ** 3))
  expect(counts[0]).toBe(6)
  expect(g[0]).toBeCloseTo((perHit * 6) / 12, 10)
  const means = [1, 0.5, 0, 1, 0, 0.5].map((m) => m * perHit)
  const mean = means.reduce((a, b) => a + b) / 6
  const variance = means.reduce((sum, m) => sum + (m - mean) ** 2, 0) / (6 * 5)
  expect(sem[0]).toBeCloseTo(Math.sqrt(variance), 10)
})

test("a simple cubic lattice has its 6 and 12 neighbours", () => {
  const positions: Array<number> = []
  for (let i = 0; i < 6; i++)
    for (let j = 0; j < 6; j++) for (let k = 0; k < 6; k++) positions.push(0.5 * i, 0.5 * j, 0.5 * k)
  const acc = Rdf.make({ types: new Int32Array(216).fill(1), pairs: [[1, 1]], bins: 100, rMax: 1 })
  Rdf.add(acc, Float64Array.from(positions), orthogonal(3))
  const { counts } = Rdf.finish(acc)[0]
  expect((2 * (counts[49] + counts[50])) / 216).toBe(6)
  expect((2 * counts[70]) / 216).toBe(12)
})

test("what has no answer is refused with its numbers", () => {
  const types = Int32Array.of(1, 1, 2)
  const acc = Rdf.make({ types, pairs: [[1, 1]], bins: 10, rMax: 1.31 })
  const frame = gas(3, 1, 5)
  expect(() => Rdf.add(acc, frame, tilted)).toThrow(/rMax 1.31 nm is above half the smallest height.*1\.3/)
  expect(() => Rdf.add(acc, frame.slice(3), orthogonal(3))).toThrow("2 beads, not 3")
  expect(() =>
    Rdf.add(acc, Float64Array.of(...frame.slice(0, 4), NaN, ...frame.slice(5)), orthogonal(3))
  ).toThrow("bead 1 is not finite")
  expect(() => Rdf.finish(acc)).toThrow("no frame")
  expect(() => Rdf.make({ types, pairs: [[2, 2]], bins: 10, rMax: 1 })).toThrow("no pair to count")
  expect(() =>
    Rdf.make({
      types,
      pairs: [
        [1, 2],
        [2, 1]
      ],
      bins: 10,
      rMax: 1
    })
  ).toThrow("asked for twice")
  expect(() => Rdf.make({ types, pairs: [[1, 3]], bins: 10, rMax: 1 })).toThrow("no bead has type 3")
})
