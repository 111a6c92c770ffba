// The parameters that are varied and the force fields that come of it.
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import {
  defaultRanges,
  factorsAt,
  knobsOf,
  SamplingRanges,
  scaleForceField
} from "../../schemas/ForceFieldSampling.ts"
import { ForceField } from "../../schemas/ForceField.ts"
import { assignTerms } from "../../schemas/MoleculeTerms.ts"
import { hexane, oplsAa, trimethylpentane } from "./systems.ts"

const knobs = knobsOf(trimethylpentane, oplsAa)

describe("the varied parameters", () => {
  it("are every bonded parameter that the molecule uses and that a factor changes", () => {
    expect(knobs.map(({ name }) => name)).toEqual([
      "bond CT-CT k",
      "bond CT-CT r0",
      "bond CT-HC k",
      "bond CT-HC r0",
      "angle CT-CT-CT k",
      "angle CT-CT-CT theta0",
      "angle CT-CT-HC k",
      "angle CT-CT-HC theta0",
      "angle HC-CT-HC k",
      "angle HC-CT-HC theta0",
      "dihedral CT-CT-CT-CT v1",
      "dihedral CT-CT-CT-CT v2",
      "dihedral CT-CT-CT-CT v3",
      "dihedral CT-CT-CT-HC v3",
      "dihedral HC-CT-CT-HC v3"
    ])
    expect(new Set(knobs.map(({ name }) => name)).size).toBe(knobs.length)
  })

  it("leave out terms that the molecule does not have", () => {
    const more = {
      ...oplsAa,
      bonds: [...oplsAa.bonds, { types: ["CT", "OH"] as const, k: 1, r0: 0.14 }]
    }
    expect(knobsOf(hexane, more)).toEqual(knobsOf(hexane, oplsAa))
  })

  it("keep the force field when every factor is 1", () => {
    expect(scaleForceField(oplsAa, knobs, new Float64Array(knobs.length).fill(1))).toEqual(oplsAa)
  })

  it("change one number each", () => {
    for (const [index, knob] of knobs.entries()) {
      const factors = knobs.map((_, other) => (other === index ? 1.1 : 1))
      const scaled = knobsOf(trimethylpentane, scaleForceField(oplsAa, knobs, factors))
      for (const [other, { reference }] of scaled.entries()) {
        expect(reference).toBeCloseTo(knobs[other].reference * (other === index ? 1.1 : 1), 8)
      }
      expect(scaled[index].name).toBe(knob.name)
    }
  })

  it("give force fields that are valid all over the default ranges", () => {
    for (const corner of [0, 1]) {
      const factors = factorsAt(
        knobs.map(() => corner),
        knobs,
        defaultRanges
      )
      const scaled = Schema.decodeUnknownSync(ForceField)(scaleForceField(oplsAa, knobs, factors))
      expect(assignTerms(trimethylpentane, scaled).dihedralTerms).toHaveLength(3)
    }
  })
})

describe("ranges", () => {
  const decode = Schema.decodeUnknownSync(SamplingRanges)

  it("are refused upside down, by name", () => {
    expect(() => decode({ ...defaultRanges, bondLength: [1.2, 0.85] })).toThrow(/lower end.*\n.*bondLength/)
  })

  it("are refused where a length or a stiffness would vanish or an angle open too far", () => {
    expect(() => decode({ ...defaultRanges, bondLength: [0, 1] })).toThrow(/bondLength/)
    expect(() => decode({ ...defaultRanges, angleStiffness: [-1, 1] })).toThrow(/angleStiffness/)
    expect(() =>
      scaleForceField(
        { ...oplsAa, angles: [{ types: ["CT", "CT", "CT"], k: 1, theta0: 170 }] },
        [{ name: "angle CT-CT-CT theta0", quantity: "angle", unit: "degrees", reference: 170 }],
        [1.1]
      )
    ).toThrow(/CT-CT-CT would come to 187.0 degrees/)
  })

  it("may hold a parameter fixed", () => {
    const fixed = decode({ ...defaultRanges, dihedral: [1, 1] })
    const factors = factorsAt(
      knobs.map(() => 0.3),
      knobs,
      fixed
    )
    expect(Array.from(factors.subarray(10))).toEqual([1, 1, 1, 1, 1])
    expect(factors[1]).toBeCloseTo(0.85 + 0.3 * 0.35, 12)
    expect(() => factorsAt([0.5], knobs, fixed)).toThrow(/a point of 1 coordinates for 15 parameters/)
  })
})
