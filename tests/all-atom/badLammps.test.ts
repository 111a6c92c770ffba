// What a LAMMPS that is missing, unfit or ends in its own way comes to: a clear failure, or a verdict.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, it, vi } from "vitest"
import { AllAtomRun, Thermo } from "../../schemas/AllAtomRun.ts"
import { Diffusion } from "../../schemas/Diffusion.ts"
import { readTrajectory } from "../../formats/trajectory.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import { walltimeOf } from "../../stages/allAtom/walltime.ts"
import { only, temporaryFolder, useRig } from "../engine/rig.ts"
import { byScript, fakeLammps, say, table } from "./fakeLammps.ts"
import { bytesOf, moment, oneSample, rowsOf } from "./graph.ts"
import { trimethylpentane } from "./systems.ts"

const rig = useRig()
afterEach(() => vi.unstubAllEnvs())

const runWith = async (body: string, packages?: string) => {
  const store = temporaryFolder()
  vi.stubEnv("LARGO_LMP", fakeLammps(store, body, packages))
  const did = await rig.run(oneSample(trimethylpentane, moment), { store })
  return { store, did, failures: only(did, "Failed") }
}

/** The row of a run and what came after it, for runs whose verdict is bad. */
const verdictWith = async (body: string) => {
  const { did, store } = await runWith(body)
  expect(only(did, "Failed")).toEqual([])
  const [run] = await rowsOf(store, did, "run", AllAtomRun)
  const [diffusion] = await rowsOf(store, did, "diffusion", Diffusion)
  const thermo = await rowsOf(store, did, "thermo", Thermo)
  const { frames, meta } = await readTrajectory(bytesOf(store, did, "trajectory"))
  let count = 0
  for await (const _ of frames) count++
  expect(count).toBe(0)
  expect([meta.quality, meta.reason]).toEqual([run.quality, run.reason])
  expect([diffusion.D, diffusion.quality, diffusion.reason]).toEqual([null, run.quality, run.reason])
  return { run, thermo, store }
}

const minimised = table(50)
const good = byScript(say(minimised + table(1000) + table(500)), say(table(100) + table(500)))

describe("a LAMMPS that is at fault fails the stage", () => {
  it("with its ERROR line and the log to look at", async () => {
    const { failures } = await runWith(
      `${say("LAMMPS (29 Sep 2021)\nERROR: Unrecognized pair style 'lj/cut' (src/force.cpp:275)")}\nexit 1`
    )
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({ node: "all-atom-md", outcome: "ToolFailed" })
    expect(failures[0].message).toMatch(/prepare\.in with status 1: ERROR: Unrecognized pair style 'lj\/cut'/)
    expect(failures[0].fix).toMatch(/prepare\.out among the logs/)
  })

  it("when it says nothing and exits 0", async () => {
    const { failures } = await runWith("exit 0")
    expect(failures[0].outcome).toBe("ToolFailed")
    expect(failures[0].message).toMatch(/status 0: it left 0 complete thermo tables/)
  })

  it("when it prints a good table and leaves no trajectory", async () => {
    const { failures } = await runWith(good)
    expect(failures[0].outcome).toBe("ToolFailed")
    expect(failures[0].message).toMatch(/left no production\.dump/)
  })

  it("when its trajectory is cut or short of frames, as on a full disk", async () => {
    const atoms = Array.from({ length: 208 }, (_, i) => `${i + 1} 1.0 2.0 3.0`).join("\n")
    const bounds = "ITEM: BOX BOUNDS pp pp pp\n0 25\n0 25\n0 25\nITEM: ATOMS id x y z"
    const frame = `ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n208\n${bounds}\n${atoms}`
    const short = await runWith(`${good}\n${say(frame, "production.dump")}`)
    expect(short.failures[0].message).toMatch(/has 1 of 11 frames/)
    expect(short.failures[0].fix).toMatch(/disk has room/)
    const cut = await runWith(`${good}\n${say(frame.slice(0, frame.lastIndexOf("\n")), "production.dump")}`)
    expect(cut.failures[0].message).toMatch(/was cut/)
    expect(cut.failures[0].outcome).toBe("ToolFailed")
  })

  it("before anything runs when it lacks a package, naming the package", async () => {
    const { failures, store } = await runWith("touch ../../started; exit 1", "KSPACE MOLECULE")
    expect(failures[0].outcome).toBe("BadInput")
    expect(failures[0].message).toMatch(/29 Sep 2021 - Update 2 was built without the package RIGID/)
    expect(failures[0].fix).toMatch(/LARGO_LMP/)
    expect(existsSync(join(store, "started"))).toBe(false)
  })

  it("with TimeLimit when it hangs, and leaves no process behind", async () => {
    const { failures, store } = await runWith('echo $$ > "$(dirname "$0")/pid"; exec sleep 1000')
    expect(failures[0].outcome).toBe("TimeLimit")
    expect(existsSync(join("/proc", readFileSync(join(store, "pid"), "utf8").trim()))).toBe(false)
  })

  it("at once when LARGO_LMP names nothing, saying so", async () => {
    vi.stubEnv("LARGO_LMP", "/nowhere/lmp")
    const asked = rig.run(oneSample(trimethylpentane, moment), { store: temporaryFolder() })
    const error: unknown = await asked.then(
      () => undefined,
      (problem: unknown) => problem
    )
    expect(String(error)).toMatch(/LARGO_LMP is \/nowhere\/lmp, which is no executable file/)
  })
})

describe("a liquid that is at fault gets a verdict, which what follows passes on", () => {
  it("diverged, when LAMMPS prints nan and exits 0", async () => {
    const { run, thermo } = await verdictWith(
      byScript(say(minimised + table(1000) + table(500, { temperature: "nan", pressure: "-nan" })), "exit 3")
    )
    expect(run).toMatchObject({ quality: "diverged", reason: "temperature is NaN at 0.00 ps" })
    expect([run.temperature, run.pressure, run.density, run.density_stderr]).toEqual([null, null, null, null])
    expect(new Set(thermo.map(({ phase }) => phase))).toEqual(new Set(["constant pressure"]))
    expect(thermo[3]).toMatchObject({ time: 0.3, temperature: null, pressure: null, density: 0.72 })
  })

  it("diverged, when atoms are lost on the way", async () => {
    const lost = "ERROR on proc 0: Bond atoms 3 17 missing on proc 0 at step 120 (src/ntopo_bond_all.cpp:61)"
    const { run, thermo } = await verdictWith(
      byScript(say(minimised + table(1000) + table(500)), `${say(`${table(100)}${lost}`)}\nexit 1`)
    )
    expect(run).toMatchObject({ quality: "diverged", temperature: null })
    expect(run.reason).toMatch(/Bond atoms 3 17 missing/)
    expect(new Set(thermo.map(({ phase }) => phase))).toEqual(
      new Set(["constant pressure", "constant volume"])
    )
  })

  it("unconverged pressure or cavitated, when a corrected box does not help, tried once", async () => {
    for (const [pressure, quality] of [
      ["400.0", "unconverged pressure"],
      ["-400.0", "cavitated"]
    ]) {
      const { run, store } = await verdictWith(
        `cp $script "$(dirname "$0")/$script.$$"\n${byScript(
          say(minimised + table(1000) + table(500)),
          say(table(100) + table(500, { pressure }))
        )}`
      )
      expect(run.quality).toBe(quality)
      expect(run.reason).toMatch(/mean pressure -?405 \+- 0 bar/)
      expect(run.pressure).toBeCloseTo(1.01325 * Number(pressure), 3)
      const scripts = readdirSync(store).filter((name) => /^(production|corrected)\.in/.test(name))
      const edges = scripts.map((name) => {
        const text = readFileSync(join(store, name), "utf8")
        const edge = Number(/change_box all x final 0 (\S+)/.exec(text)?.[1])
        return { data: /read_data (\S+)/.exec(text)?.[1], edge }
      })
      expect(new Set(edges.map(({ data }) => data))).toEqual(
        new Set(["prepared.data", "production.final.data"])
      )
      expect(edges).toHaveLength(2)
      const first = edges.find(({ data }) => data === "prepared.data")?.edge ?? Number.NaN
      const second = edges.find(({ data }) => data === "production.final.data")?.edge ?? Number.NaN
      expect(first).toBeCloseTo(Math.cbrt(15203), 2)
      expect(Math.sign(second - first)).toBe(Math.sign(Number(pressure)))
    }
  })

  it("vapour, when nothing holds the liquid together", async () => {
    const { run } = await verdictWith(
      byScript(
        say(minimised + table(1000) + table(500, { density: "0.02" })),
        say(table(100) + table(500, { density: "0.02" }))
      )
    )
    expect(run).toMatchObject({ quality: "vapour", density: 0.02 })
  })
})

describe("the wall time", () => {
  it("is many times what the shipped protocols take, and grows with charges and cut-off", () => {
    const { demo, paper, tiny } = allAtomProtocols
    expect(walltimeOf(tiny)).toBeGreaterThan(20 * 13)
    expect(walltimeOf(demo)).toBeGreaterThan(20 * 97)
    expect(walltimeOf(paper)).toBeLessThan(86_400)
    expect(walltimeOf({ ...demo, charges: true, cutoff: 1 })).toBeGreaterThan(3 * walltimeOf(demo))
    expect(walltimeOf(moment)).toBeLessThan(60)
  })
})
