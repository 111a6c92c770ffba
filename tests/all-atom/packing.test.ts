// Molecules out of nothing, and liquids of them without overlaps.
import { describe, expect, it } from "vitest"
import { embedMolecule, distanceGeometry } from "../../kernels/embedMolecule.ts"
import { fireMinimise } from "../../kernels/fireMinimise.ts"
import { cubeEdge, densityOf, packLiquid } from "../../kernels/packLiquid.ts"
import { stream } from "../../kernels/random.ts"
import { bondedTopology } from "../../kernels/topology.ts"
import { knobsOf, scaleForceField } from "../../schemas/ForceFieldSampling.ts"
import { packed } from "../../schemas/Liquid.ts"
import { molarMass } from "../../schemas/Molecule.ts"
import { assignTerms } from "../../schemas/MoleculeTerms.ts"
import { hexane, oplsAa, trimethylpentane } from "./systems.ts"

const distance = (x: ArrayLike<number>, i: number, j: number, edge = Infinity): number => {
  let square = 0
  for (let k = 0; k < 3; k++) {
    const d = x[3 * i + k] - x[3 * j + k]
    square += (edge === Infinity ? d : d - edge * Math.round(d / edge)) ** 2
  }
  return Math.sqrt(square)
}

describe("a molecule out of its bond lengths and angles", () => {
  for (const molecule of [trimethylpentane, hexane]) {
    it(`has them within 3 % for ${molecule.name}, and no two other atoms touch`, () => {
      const { topology, bondTerms, bondTermOf, angleTerms, angleTermOf } = assignTerms(molecule, oplsAa)
      const geometry = distanceGeometry(
        topology,
        Array.from(bondTermOf, (term) => bondTerms[term].r0),
        Array.from(angleTermOf, (term) => angleTerms[term].theta0),
        new Float64Array(topology.atoms).fill(0.1)
      )
      const random = stream(1, "embed")
      for (let repeat = 0; repeat < 10; repeat++) {
        const x = embedMolecule(geometry, random)
        const wanted = new Map<string, number>()
        for (const [pair, length] of geometry.distances.entries()) {
          const [a, b] = geometry.pairs.subarray(2 * pair, 2 * pair + 2)
          wanted.set(`${a} ${b}`, length)
          expect(Math.abs(distance(x, a, b) / length - 1)).toBeLessThan(0.03)
        }
        for (let a = 0; a < topology.atoms; a++) {
          for (let b = a + 1; b < topology.atoms; b++) {
            if (!wanted.has(`${a} ${b}`)) expect(distance(x, a, b)).toBeGreaterThan(0.16)
          }
        }
      }
    })
  }

  it("takes the length of the bond, not of the angle, in a three-membered ring", () => {
    const ring = bondedTopology(3, [
      [0, 1],
      [1, 2],
      [0, 2]
    ])
    const { distances } = distanceGeometry(ring, [0.15, 0.15, 0.15], [109, 109, 109], new Float64Array(3))
    expect([...distances]).toEqual([0.15, 0.15, 0.15])
  })

  it("says so when no shape can have the lengths", () => {
    const geometry = {
      atoms: 3,
      pairs: Int32Array.of(0, 1, 1, 2, 0, 2),
      distances: Float64Array.of(0.1, 0.1, 0.5),
      radii: new Float64Array(3)
    }
    expect(() => embedMolecule(geometry, stream(1))).toThrow(
      /no conformation meets the bond lengths and angles/
    )
  })
})

describe("a packed liquid", () => {
  it("has whole molecules, the wanted density and no overlap between molecules", () => {
    const terms = assignTerms(trimethylpentane, oplsAa)
    const { positions, edge } = packed(terms, 27, 0.62, stream(3, "pack"))
    expect(densityOf(27, molarMass(trimethylpentane), edge ** 3)).toBeCloseTo(0.62, 10)
    const atoms = 26
    let nearest = Infinity
    for (let i = 0; i < positions.length / 3; i++) {
      for (let j = i + 1; j < positions.length / 3; j++) {
        if (Math.floor(i / atoms) !== Math.floor(j / atoms)) {
          nearest = Math.min(nearest, distance(positions, i, j, edge))
        }
      }
    }
    expect(nearest).toBeGreaterThan(0.18)
    for (let bond = 0; bond < 25; bond++) {
      const [a, b] = terms.topology.bonds.subarray(2 * bond, 2 * bond + 2)
      for (let copy = 0; copy < 27; copy++) {
        expect(distance(positions, copy * atoms + a, copy * atoms + b)).toBeLessThan(0.17)
      }
    }
  })

  it("is the same for the same seed and another for another", () => {
    const terms = assignTerms(hexane, oplsAa)
    const [once, again, other] = [4, 4, 5].map((seed) => packed(terms, 5, 0.6, stream(seed)).positions)
    expect(again).toEqual(once)
    expect(other).not.toEqual(once)
  })

  it("packs at every corner of wide ranges", () => {
    const knobs = knobsOf(trimethylpentane, oplsAa)
    for (const length of [0.85, 1.3]) {
      for (const angle of [0.9, 1.1]) {
        const factors = knobs.map(({ quantity }) =>
          quantity === "bondLength" ? length : quantity === "angle" ? angle : 1
        )
        const terms = assignTerms(trimethylpentane, scaleForceField(oplsAa, knobs, factors))
        expect(packed(terms, 8, 0.62, stream(1)).positions.every(Number.isFinite)).toBe(true)
      }
    }
  })

  it("says so when the molecules do not fit", () => {
    const hard = {
      atoms: 1,
      pairs: new Int32Array(),
      distances: new Float64Array(),
      radii: Float64Array.of(0.2)
    }
    expect(() => packLiquid(hard, 27, 0.8, stream(1))).toThrow(
      /27 molecules in a cube of 0.800 nm still overlap/
    )
    expect(cubeEdge(1, 602.214076, 1)).toBeCloseTo(1, 12)
  })
})

const rosenbrock = (at: Float64Array, gradient: Float64Array) => {
  const [u, v] = at
  gradient[0] = 0.2 * (u - 1) - 4 * u * (v - u * u)
  gradient[1] = 2 * (v - u * u)
  return 0.1 * (u - 1) ** 2 + (v - u * u) ** 2
}

describe("minimisation", () => {
  it("finds the minimum of a narrow valley", () => {
    const x = Float64Array.of(-1.2, 1)
    expect(fireMinimise(x, rosenbrock, { steps: 2000, tolerance: 1e-8, maxMove: 0.1 })).toBeLessThan(1e-12)
    expect(x[0]).toBeCloseTo(1, 6)
  })
})
