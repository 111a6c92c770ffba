// The all-atom stage with engine=gromacs: the liquids of LAMMPS, its verdicts, and nothing of it for who does not choose it.
import { join } from "node:path"
import { afterEach, describe, expect, it, vi } from "vitest"
import * as Store from "../../cache/Store.ts"
import { gatherFrames, readTrajectory } from "../../formats/trajectory.ts"
import { MissingTool } from "../../pipeline/Tool.ts"
import { AllAtomRun, Thermo } from "../../schemas/AllAtomRun.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import { Diffusion } from "../../schemas/Diffusion.ts"
import { knobsOf, scaleForceField } from "../../schemas/ForceFieldSampling.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { allAtomMd } from "../../stages/allAtomMd.ts"
import { buildLiquid } from "../../stages/buildLiquid.ts"
import { loadMolecule } from "../../stages/loadMolecule.ts"
import { identityOf } from "../../tools/gromacs.ts"
import { fixed } from "../engine/fixtures/pipelines.ts"
import { counts, only, outputOf, planned, temporaryFolder, useRig } from "../engine/rig.ts"
import { byScript, fakeLammps, say, table } from "./fakeLammps.ts"
import { complain, fakeGromacs, fatal } from "./fakeGromacs.ts"
import { bytesOf, moment as momentInLammps, oneSample, rowsOf } from "./graph.ts"
import { hasProgram } from "./programs.ts"
import { hexane, oplsAa, trimethylpentane } from "./systems.ts"

const rig = useRig()
afterEach(() => vi.unstubAllEnvs())

/** ms, on a machine whose cores others use as well. */
const patience = 240_000

/** GROMACS wants lists of neighbours that end before half the box. */
const moment: AllAtomProtocol = { ...momentInLammps, molecules: 27, cutoff: 0.5 }

const inGromacs = (molecule = trimethylpentane, protocol = moment, index = 0, seed = 1) =>
  oneSample(molecule, protocol, index, seed, "gromacs")

describe.skipIf(!hasProgram("gmx"))("the all-atom stage in GROMACS", () => {
  it(
    "makes liquid 2,3,4-trimethylpentane that moves as it should",
    async () => {
      const store = temporaryFolder()
      const did = await rig.run(inGromacs(trimethylpentane, allAtomProtocols.tiny), { store })
      expect(only(did, "Failed")).toEqual([])
      const [run] = await rowsOf(store, did, "run", AllAtomRun)
      expect([run.quality, run.reason]).toEqual(["ok", null])
      expect(run.density).toBeGreaterThan(0.66)
      expect(run.density).toBeLessThan(0.78)
      expect(run.temperature).toBeGreaterThan(285)
      expect(run.temperature).toBeLessThan(312)

      const [diffusion] = await rowsOf(store, did, "diffusion", Diffusion)
      expect(diffusion.D).toBeGreaterThan(0.3)
      expect(diffusion.D).toBeLessThan(2.5)

      const { frames, meta } = await readTrajectory(bytesOf(store, did, "trajectory"))
      const { boxes, count, times } = await gatherFrames({ frames, meta })
      expect(count).toBe(101)
      expect(Array.from(times.subarray(0, 3))).toEqual([0, 0.2, 0.4])
      expect([meta.typeNames, meta.unwrapped]).toEqual([["CT", "HC"], false])
      expect(meta.masses.slice(0, 26)).toEqual(trimethylpentane.atoms.map((atom) => atom.mass))
      const mass = meta.masses.reduce((total, part) => total + part, 0)
      expect(mass / 602.214076 / boxes[0] ** 3).toBeCloseTo(run.density ?? 0, 4)

      const thermo = await rowsOf(store, did, "thermo", Thermo)
      const phase = (name: string) => thermo.filter((row) => row.phase === name)
      expect(phase("constant pressure").map(({ time }) => time)).toEqual(
        Array.from({ length: 121 }, (_, row) => Number((row * 0.1).toPrecision(12)))
      )
      expect(phase("production").at(-1)?.time).toBe(20)
      expect(phase("production").at(-1)?.density).toBeCloseTo(run.density ?? 0, 4)
      const words = only(did, "Progress").map((event) => event.words)
      expect(words.some((text) => /^step \d+ of 9700$/.test(text))).toBe(true)
    },
    patience
  )

  it(
    "gives the same bytes on two empty stores, and others to another sample or seed",
    async () => {
      const digests = async (index: number, seed: number) => {
        const store = temporaryFolder()
        const did = await rig.run(inGromacs(hexane, moment, index, seed), { store })
        expect(only(did, "Failed")).toEqual([])
        const { thermo, trajectory } = did.summary.targets
        return [outputOf(store, did, "all-atom-md", "run"), thermo, trajectory]
      }
      const first = await digests(0, 1)
      expect(await digests(0, 1)).toEqual(first)
      for (const other of [await digests(1, 1), await digests(0, 2)]) {
        for (const [j, digest] of other.entries()) expect(digest).not.toBe(first[j])
      }
    },
    patience
  )

  it("runs with charges by particle-mesh Ewald, and without a first part of the NPT run", async () => {
    const store = temporaryFolder()
    const protocol = { ...moment, charges: true, timeStep: 0.002, constantPressureDiscarded: 0 }
    const did = await rig.run(inGromacs(hexane, protocol), { store })
    expect(only(did, "Failed")).toEqual([])
    const thermo = await rowsOf(store, did, "thermo", Thermo)
    expect(thermo.filter(({ phase }) => phase === "constant pressure")).toHaveLength(21)
  })

  it("gives a verdict on a time step that is too long", async () => {
    const store = temporaryFolder()
    const did = await rig.run(inGromacs(trimethylpentane, { ...moment, timeStep: 0.01 }), { store })
    expect(only(did, "Failed")).toEqual([])
    const [run] = await rowsOf(store, did, "run", AllAtomRun)
    expect([run.quality, run.temperature, run.density]).toEqual(["diverged", null, null])
    expect(run.reason).not.toBeNull()
    const [diffusion] = await rowsOf(store, did, "diffusion", Diffusion)
    expect([diffusion.D, diffusion.quality, diffusion.reason]).toEqual([null, "diverged", run.reason])
  })

  it("runs the ends of the ranges and beyond", async () => {
    const store = temporaryFolder()
    const knobs = knobsOf(trimethylpentane, oplsAa)
    const ends = [
      [0.2, 1.3],
      [1.5, 0.85]
    ].map(([stiffness, length]) => {
      const factors = knobs.map(({ quantity }) =>
        quantity === "bondLength" ? length : quantity.endsWith("Stiffness") ? stiffness : 1
      )
      return scaleForceField(oplsAa, knobs, factors)
    })
    const pipeline = fixed("ends", () =>
      Object.fromEntries(
        ends.map((forceField, index) => {
          const inputs = loadMolecule({ molecule: trimethylpentane, forceField }, {})
          const sample = { seed: 1, index, ...moment }
          const { liquid } = buildLiquid(sample, inputs)
          const { thermo } = allAtomMd({ ...sample, engine: "gromacs" }, { ...inputs, liquid })
          return [`thermo${index}`, thermo]
        })
      )
    )
    const did = await rig.run(pipeline, { store })
    expect(only(did, "Failed")).toEqual([])
    for (const index of [0, 1]) {
      // 2 ps are too short for a verdict: what counts is that it came to its end.
      const thermo = await rowsOf(store, did, `thermo${index}`, Thermo)
      expect(thermo.at(-1)).toMatchObject({ phase: "production", time: 2 })
      expect(thermo.every(({ temperature }) => temperature !== null)).toBe(true)
    }
  })

  it("refuses a box that is too small for the cut-off, with what to do", async () => {
    const did = await rig.run(inGromacs(trimethylpentane, { ...moment, cutoff: 1.2 }), {
      store: temporaryFolder()
    })
    const [failure] = only(did, "Failed")
    expect(failure).toMatchObject({ node: "all-atom-md", outcome: "BadInput" })
    expect(failure.message).toMatch(/box is too small for the cut-off/)
    expect(failure.fix).toMatch(/more molecules or a shorter cutoff, or engine=lammps/)
  })
})

describe("a GROMACS that is at fault", () => {
  const runWith = async (programs: Parameters<typeof fakeGromacs>[1]) => {
    const store = temporaryFolder()
    vi.stubEnv("LARGO_GMX", fakeGromacs(store, programs))
    const did = await rig.run(inGromacs(), { store })
    return { store, did, failure: only(did, "Failed")[0] }
  }

  it("fails the stage with its error and the log to look at", async () => {
    const listed = "ERROR 1 [file minimise.mdp]:\n  Unknown left-hand\n  'foo' in parameter file\n\n"
    const grompp = `${complain(listed + fatal("There was 1 error in input file(s)"))}\nexit 1`
    const { failure } = await runWith({ grompp })
    expect(failure.outcome).toBe("ToolFailed")
    expect(failure.message).toMatch(/grompp of minimise ended with status 1: Unknown left-hand 'foo' in para/)
    expect(failure.fix).toMatch(/minimise-grompp\.err among the logs/)
  })

  it("fails the stage when it says nothing, leaves nothing, or is too old", async () => {
    const silent = await runWith({ mdrun: "exit 3" })
    expect(silent.failure.message).toMatch(/mdrun of minimise ended with status 3: it printed nothing/)
    const lazy = await runWith({})
    expect(lazy.failure.outcome).toBe("ToolFailed")
    expect(lazy.failure.message).toMatch(/compress\.edr/)
    const old = await runWith({ version: "2019.6" })
    expect(old.failure.outcome).toBe("BadInput")
    expect(old.failure.message).toMatch(/GROMACS 2019\.6 has no barostat C-rescale/)
  })

  it("gives a verdict when it crashed over the liquid, and fails when it was killed or crashed without a word", async () => {
    const warned = complain("Step 7, time 0.028 (ps)  LINCS WARNING")
    const crashed = await runWith({ mdrun: `${warned}\nkill -SEGV $$` })
    expect(crashed.failure).toBeUndefined()
    const [run] = await rowsOf(crashed.store, crashed.did, "run", AllAtomRun)
    expect([run.quality, run.reason]).toEqual([
      "diverged",
      "GROMACS crashed after warnings of its constraints"
    ])
    const killed = await runWith({ mdrun: `${warned}\nkill -KILL $$` })
    expect(killed.failure.message).toMatch(/did not end by itself: it got the signal SIGKILL/)
    const silent = await runWith({ mdrun: "kill -SEGV $$" })
    expect(silent.failure.message).toMatch(/did not end by itself: it got the signal SIGSEGV/)
  })

  it("gives a verdict when the liquid was at fault", async () => {
    const { did, failure, store } = await runWith({
      mdrun: `[ $name = push-off ] || exit 0\n${complain(fatal("Too many LINCS warnings (1001)"))}\nexit 1`
    })
    expect(failure).toBeUndefined()
    const [run] = await rowsOf(store, did, "run", AllAtomRun)
    expect(run).toMatchObject({ quality: "diverged", density: null })
    expect(run.reason).toMatch(/GROMACS stopped: Fatal error: Too many LINCS warnings \(1001\)/)
  })
})

describe("a tool that a choice needs", () => {
  const liquid = byScript(say(table(50) + table(1000) + table(500)), say(table(100) + table(500)))
  const node = "all-atom-md"

  it("is neither demanded nor part of a key where it is not chosen", async () => {
    const store = temporaryFolder()
    vi.stubEnv("LARGO_LMP", fakeLammps(store, `${liquid}\necho > production.dump`))
    vi.stubEnv("LARGO_GMX", join(store, "nowhere/gmx"))
    const lammps = oneSample(trimethylpentane, moment)
    const did = await rig.run(lammps, { store, until: [node] })
    const [failed] = only(did, "Failed")
    expect(failed.message).toMatch(/production\.dump/) // it ran, and left no frames
    const asked = rig.plan(inGromacs(), { store })
    await expect(asked).rejects.toThrow(MissingTool)
    await expect(asked).rejects.toThrow(
      /gromacs: there is no program .*gmx; .*LARGO_GMX.*engine=lammps does without/
    )

    vi.stubEnv("LARGO_LMP", join(store, "nowhere/lmp"))
    vi.stubEnv("LARGO_GMX", fakeGromacs(store, {}))
    expect(planned(await rig.plan(inGromacs(), { store }), node).state).not.toBe("hit")
    await expect(rig.plan(lammps, { store })).rejects.toThrow(MissingTool)
  })

  it("changes keys where it is chosen, and there alone", async () => {
    const store = temporaryFolder()
    const crash = { mdrun: `${complain(fatal("Too many LINCS warnings (1001)"))}\nexit 1` }
    vi.stubEnv(
      "LARGO_LMP",
      fakeLammps(store, `${say("ERROR: Lost atoms: original 208 current 207")}\nexit 1`)
    )
    vi.stubEnv("LARGO_GMX", fakeGromacs(store, crash))
    for (const engine of ["gromacs", "lammps"] as const) {
      const did = await rig.run(oneSample(trimethylpentane, moment, 0, 1, engine), { store, until: [node] })
      expect(only(did, "Failed")).toEqual([])
      const { key } = did.nodes.find((line) => line.node === node)!
      expect(Object.keys(Store.open(store).actions.lookup(key)!.manifest.tools)).toEqual([engine])
    }
    vi.stubEnv("LARGO_GMX", fakeGromacs(store, { ...crash, version: "2023.1-Fake-version" }))
    const again = await rig.run(oneSample(trimethylpentane, moment), { store, until: [node] })
    expect(counts(again)).toMatchObject({ ran: 0, failed: 0 })
    const other = await rig.run(inGromacs(), { store, until: [node] })
    expect(other.ran).toEqual([node])
    expect(other.why[node]).toMatch(/2023\.1/)
  })
})

describe("the identity of a GROMACS", () => {
  it("has what decides its numbers, and not where it was asked", () => {
    const said = [
      "Executable:   /usr/bin/gmx",
      "Working dir:  /somewhere",
      "GROMACS version:    2022.5-Debian_2022.5_2",
      "Precision:          mixed",
      "SIMD instructions:  SSE4.1",
      "C++ compiler:       /usr/bin/c++ GNU 12.2.0",
      "C++ compiler flags: -msse4.1 -O3"
    ].join("\n")
    expect(identityOf(said)).toBe(
      "GROMACS 2022.5-Debian_2022.5_2; Precision mixed; MPI library unknown; SIMD instructions SSE4.1; " +
        "CPU FFT library unknown; C++ compiler /usr/bin/c++ GNU 12.2.0; C++ compiler flags -msse4.1 -O3"
    )
  })
})
