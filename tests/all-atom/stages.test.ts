// The all-atom stages in the engine, with the real LAMMPS: right liquids, the same bytes twice, rows that stay.
import { describe, expect, it } from "vitest"
import { gatherFrames, readTrajectory } from "../../formats/trajectory.ts"
import { AllAtomRun, Thermo } from "../../schemas/AllAtomRun.ts"
import { Diffusion } from "../../schemas/Diffusion.ts"
import { defaultRanges, knobsOf } from "../../schemas/ForceFieldSampling.ts"
import { molarMass } from "../../schemas/Molecule.ts"
import { Parameters } from "../../schemas/Parameters.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import { allAtomMd } from "../../stages/allAtomMd.ts"
import { buildLiquid } from "../../stages/buildLiquid.ts"
import { loadMolecule } from "../../stages/loadMolecule.ts"
import { sampleParameters } from "../../stages/sampleParameters.ts"
import { fixed } from "../engine/fixtures/pipelines.ts"
import { only, outputOf, temporaryFolder, useRig, valueOf } from "../engine/rig.ts"
import { bytesOf, moment, oneSample, rowsOf } from "./graph.ts"
import { hasLammps } from "./programs.ts"
import { hexane, oplsAa, trimethylpentane } from "./systems.ts"

const rig = useRig()

/** ms, on a machine whose cores others use as well. */
const patience = 240_000

describe("sample-parameters", () => {
  const draws = (indices: ReadonlyArray<number>, seed = 1) =>
    fixed("draws", () => {
      const reference = loadMolecule({ molecule: trimethylpentane, forceField: oplsAa }, {})
      const drawn = indices.map((index) => sampleParameters({ seed, index }, reference))
      return Object.fromEntries(
        drawn.flatMap(({ forceField, parameters }, i) => [
          [`forceField${indices[i]}`, forceField],
          [`parameters${indices[i]}`, parameters]
        ])
      )
    })

  it("leaves sample 0 as it is and draws every knob of the others from its range", async () => {
    const store = temporaryFolder()
    const did = await rig.run(draws([0, 1, 2]), { store })
    const knobs = knobsOf(trimethylpentane, oplsAa)
    expect(valueOf(store, did, "forceField0")).toEqual(oplsAa)
    for (const index of [0, 1, 2]) {
      const rows = await rowsOf(store, did, `parameters${index}`, Parameters)
      expect(rows.map(({ name }) => name)).toEqual(knobs.map(({ name }) => name))
      for (const [i, { factor, name, parameter_unit, reference, value }] of rows.entries()) {
        expect([reference, parameter_unit]).toEqual([knobs[i].reference, knobs[i].unit])
        expect(value).toBeCloseTo(reference * factor, 12)
        const [low, high] = defaultRanges[knobs[i].quantity]
        if (index === 0) expect(factor).toBe(1)
        else expect(factor > low && factor < high, `${name} times ${factor}`).toBe(true)
      }
    }
    const scaled = valueOf(store, did, "forceField1") as typeof oplsAa
    const [{ factor }] = await rowsOf(store, did, "parameters1", Parameters)
    expect(scaled.bonds[0].k).toBeCloseTo(oplsAa.bonds[0].k * factor, 9)
  })

  it("gives a row that depends on seed and index alone", async () => {
    const store = temporaryFolder()
    const other = temporaryFolder()
    const few = await rig.run(draws([1, 5]), { store })
    const many = await rig.run(draws([0, 1, 2, 3, 4, 5, 6]), { store: other })
    for (const index of [1, 5]) {
      const name = `parameters${index}`
      expect(many.summary.targets[name]).toBe(few.summary.targets[name])
    }
    const seeded = await rig.run(draws([0, 1], 2), { store })
    expect(seeded.summary.targets["parameters1"]).not.toBe(few.summary.targets["parameters1"])
    expect(seeded.summary.targets["parameters0"]).toBe(many.summary.targets["parameters0"])
  })

  it("refuses a force field that lacks a term, naming it", async () => {
    const bare = fixed("bare", () => {
      const forceField = { ...oplsAa, bonds: oplsAa.bonds.slice(1) }
      const reference = loadMolecule({ molecule: hexane, forceField }, {})
      return { parameters: sampleParameters({ seed: 1, index: 0 }, reference).parameters }
    })
    const [failure] = only(await rig.run(bare, { store: temporaryFolder() }), "Failed")
    expect(failure.outcome).toBe("BadInput")
    expect(failure.message).toMatch(/lacks the bond CT-CT of n-hexane/)
  })
})

describe.skipIf(!hasLammps)("the all-atom stages", () => {
  it(
    "make liquid 2,3,4-trimethylpentane that moves as it should",
    async () => {
      const store = temporaryFolder()
      const protocol = allAtomProtocols.tiny
      const did = await rig.run(oneSample(trimethylpentane, protocol), { store })
      const [run] = await rowsOf(store, did, "run", AllAtomRun)
      expect([run.quality, run.reason]).toEqual(["ok", null])
      expect(run.density).toBeGreaterThan(0.66)
      expect(run.density).toBeLessThan(0.78)
      expect(run.temperature).toBeGreaterThan(285)
      expect(run.temperature).toBeLessThan(312)
      expect(run.density_stderr).toBeLessThan(0.02)
      expect(run.pressure_stderr).toBeGreaterThan(20)

      const [diffusion] = await rowsOf(store, did, "diffusion", Diffusion)
      expect(diffusion.D).toBeGreaterThan(0.3)
      expect(diffusion.D).toBeLessThan(2.5)

      const { frames, meta } = await readTrajectory(bytesOf(store, did, "trajectory"))
      const { boxes, count, positions, times } = await gatherFrames({ frames, meta })
      expect(count).toBe(101)
      expect(Array.from(times.subarray(0, 3))).toEqual([0, 0.2, 0.4])
      expect([meta.typeNames, meta.quality, meta.reason, meta.unwrapped]).toEqual([
        ["CT", "HC"],
        "ok",
        "",
        false
      ])
      expect(meta.masses.slice(0, 26)).toEqual(trimethylpentane.atoms.map((atom) => atom.mass))
      const mass = meta.masses.reduce((total, part) => total + part, 0)
      expect(mass / 27).toBeCloseTo(molarMass(trimethylpentane), 3)
      expect(mass / 602.214076 / boxes[0] ** 3).toBeCloseTo(run.density ?? 0, 4)
      expect(meta.molecule.at(-1)).toBe(26)
      const slack = 0.1 // atoms leave the box until LAMMPS makes its neighbour lists anew
      expect(positions.every((x) => x > -slack && x < boxes[0] + slack)).toBe(true)

      const thermo = await rowsOf(store, did, "thermo", Thermo)
      const last = thermo.filter(({ phase }) => phase === "production").at(-1)
      expect(last?.time).toBe(20)
      expect(last?.density).toBeCloseTo(run.density ?? 0, 4)
      const words = only(did, "Progress").map((event) => event.words)
      expect(words.some((text) => /^step \d+ of 9500$/.test(text))).toBe(true)
    },
    patience
  )

  it("give the same bytes on two empty stores, and others to another sample or seed", async () => {
    const digests = async (index: number, seed: number) => {
      const store = temporaryFolder()
      const did = await rig.run(oneSample(hexane, moment, index, seed), { store })
      expect(only(did, "Failed")).toEqual([])
      const { liquid, thermo, trajectory } = did.summary.targets
      return [liquid, outputOf(store, did, "all-atom-md", "run"), thermo, trajectory]
    }
    const first = await digests(0, 1)
    expect(await digests(0, 1)).toEqual(first)
    for (const [i, other] of [await digests(1, 1), await digests(0, 2)].entries()) {
      for (const [j, digest] of other.entries()) expect(digest, `${i} ${j}`).not.toBe(first[j])
    }
  })

  it("give a verdict on a time step that is too long, whatever LAMMPS then does", async () => {
    const store = temporaryFolder()
    const reckless = { ...moment, timeStep: 0.01 }
    const did = await rig.run(oneSample(trimethylpentane, reckless), { store })
    const [run] = await rowsOf(store, did, "run", AllAtomRun)
    expect([run.quality, run.temperature, run.density]).toEqual(["diverged", null, null])
    const [diffusion] = await rowsOf(store, did, "diffusion", Diffusion)
    expect([diffusion.D, diffusion.quality, diffusion.reason]).toEqual([null, "diverged", run.reason])
  })

  it("refuse a liquid that was built with other params, saying which", async () => {
    const store = temporaryFolder()
    const mixedUp = fixed("mixed-up", () => {
      const inputs = loadMolecule({ molecule: hexane, forceField: oplsAa }, {})
      const sample = { seed: 1, index: 0, ...moment }
      const { liquid } = buildLiquid(sample, inputs)
      return {
        more: allAtomMd({ ...sample, molecules: 9 }, { ...inputs, liquid }).run,
        lighter: allAtomMd({ ...sample, hydrogenMassFactor: 1 }, { ...inputs, liquid }).run
      }
    })
    const messages = only(await rig.run(mixedUp, { store }), "Failed").map(({ message }) => message)
    expect(messages.join("\n")).toMatch(/160 atoms, which is not 9 molecules of n-hexane with 20/)
    expect(messages.join("\n")).toMatch(/weighs \d+\.\d+ g\/mol, the CT of n-hexane in its place 12\.011/)
  })
})
