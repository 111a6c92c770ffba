// Coarse-grained runs: the input script, energy conservation of the tables, and what a run that goes wrong comes to.
import { describe, expect, it } from "vitest"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import { boltzmannInvert } from "../../stages/boltzmannInvert.ts"
import { cgMd } from "../../stages/cgMd.ts"
import { ibiStep } from "../../stages/ibiStep.ts"
import { cgScript } from "../../stages/lammps/cgScript.ts"
import type { CgProtocol } from "../../stages/lammps/cgScript.ts"
import { noLammps, runLammps } from "../formats/runLammps.ts"
import { edge, knownFluid, knownPotential } from "./fluid.ts"
import type { FakeLammps } from "./runStage.ts"
import { framesOf, latticeFrame, latticeMeta, runStage } from "./runStage.ts"

const protocol: CgProtocol = {
  temperature: 298.15,
  timeStep: 0.01,
  equilibration: 5,
  production: 40,
  frameInterval: 0.2,
  thermostat: { type: "nose-hoover", damp: 0.5 }
}
const params = { ...protocol, seed: 3 }
const pairs = [{ types: [1, 1], keyword: "A-A", cutoff: 1.2 }] as const
const tables = { pairs, bonds: [], angles: [], mass: 114 }
const seeds = { velocities: 11, langevin: 22 }
const files = { data: "a.data", table: "a.table", trajectory: "a.dump" }

const known = async () =>
  (await runStage(knownFluid, { quality: "ok" }, {})).outputs as { potential: ReadonlyArray<{ U: number }> }
const inputs = async () => ({
  ...(await known()),
  beads: { meta: latticeMeta(4), frames: framesOf([latticeFrame(4, edge)]) },
  inversion: undefined,
  friction: undefined
})

const thermo = (rows: string) =>
  `Per MPI rank memory allocation\n   Step Temp Press PotEng\n${rows}\nLoop time of 1 on 1 procs for 9 steps with 64 atoms\n`
const says =
  (output: string, code = 0): FakeLammps =>
  () => ({ output, code })

describe("the input script", () => {
  it("names the table, its cut-off and the thermostat in LAMMPS' units", () => {
    const script = cgScript(protocol, tables, seeds, files)
    expect(script).toContain("pair_coeff 1 1 a.table A-A 12\n")
    expect(script).toContain("fix move all nvt temp 298.15 298.15 500\n")
    expect(script).toContain("timestep 10\n")
    expect(script).toMatch(
      /run 500\nreset_timestep 0\ndump frames all custom 20 a.dump id xu yu zu\n[^\n]*\nrun 4000\n$/
    )
    expect(script).not.toContain("langevin")
  })

  it("lets friction conserve momentum", () => {
    const script = cgScript(
      { ...protocol, thermostat: { type: "langevin", tau: 0.185 } },
      tables,
      seeds,
      files
    )
    expect(script).toContain("fix friction all langevin 298.15 298.15 185 22 zero yes\n")
    expect(script).toContain("compute_modify thermo_temp extra/dof 3\n")
    expect(script).toContain("fix move all nve\n")
  })

  it("lays friction between pairs over the tables, in LAMMPS' units", () => {
    const script = cgScript({ ...protocol, thermostat: { type: "dpd", tau: 0.5 } }, tables, seeds, files)
    expect(script).toContain("pair_style hybrid/overlay table linear 4000 dpd/tstat 298.15 298.15 12 22\n")
    expect(script).toContain("pair_coeff 1 1 table a.table A-A 12\n")
    // 228 g/mol/ps is 228e-6 g/mol/fs over 4.184e-7 of them in a kcal/mol fs/A2
    expect(script).toContain("pair_coeff * * dpd/tstat 544.933078394\n")
    expect(script).toContain("comm_modify vel yes\n")
    expect(script).toContain("compute conservative all pressure thermo_temp ke pair/hybrid table\n")
    expect(script).toContain("thermo_modify norm no press conservative\n")
    expect(script).toContain("fix move all nve\n")
    expect(script).not.toContain("langevin")
  })
})

describe("a coarse-grained run", () => {
  it("whose potential is not finite is refused before LAMMPS starts", async () => {
    const given = await inputs()
    const broken = given.potential.map((row, i) => (i === 300 ? { ...row, U: NaN } : row))
    const { failure } = await runStage(cgMd, params, { ...given, potential: broken })
    expect(failure).toMatchObject({ name: "BadInput", message: /A-A: point 301 is not finite/ })
  })

  it("without a potential of each pair, or with unbonded beads of one molecule, is refused", async () => {
    const given = await inputs()
    const named = { ...latticeMeta(4), typeNames: ["W"] }
    const other = await runStage(cgMd, params, { ...given, beads: { ...given.beads, meta: named } })
    expect(other.failure).toMatchObject({ name: "BadInput", message: /no potential for the pair W-W/ })
    const bonded = { meta: { ...latticeMeta(4), molecule: latticeMeta(4).molecule.map((m) => m >> 1) } }
    const beads = { ...bonded, frames: framesOf([latticeFrame(4, edge)]) }
    const chain = await runStage(cgMd, params, { ...given, beads })
    expect(chain.failure).toMatchObject({ name: "BadInput", message: /need bonds between them/ })
  })

  it("that prints nan, tears apart or heats up is diverged, with the numbers, and has no frames", async () => {
    const rows = Array.from({ length: 20 }, (_, k) => `${k} 340.0 1.0 -3.0`).join("\n")
    const cases: ReadonlyArray<readonly [FakeLammps, RegExp]> = [
      [says(thermo("0 298.0 1.0 -3.0\n20 nan nan nan")), /Temp is NaN at step 20/],
      [
        says("ERROR on proc 0: Pair distance < table inner cutoff: ijtype 1 1 dist 0.01 (x.h:74)\n", 1),
        /inner cutoff/
      ],
      [says(thermo(rows) + thermo(rows)), /340.0 \+- 0.0 K under a thermostat at 298.15 K/]
    ]
    for (const [lammps, reason] of cases) {
      const { outputs } = await runStage(cgMd, params, await inputs(), lammps)
      const { beads, run } = outputs as { beads: { meta: object }; run: ReadonlyArray<object> }
      expect(run[0]).toMatchObject({ beads: 64, quality: "diverged", reason })
      expect(beads.meta).toMatchObject({ quality: "diverged", reason })
    }
  })

  it("whose LAMMPS fails for another reason is a failure that says what LAMMPS said", async () => {
    const lammps = says("ERROR: Unknown pair style table (src/force.cpp:1)\n", 1)
    const { failure } = await runStage(cgMd, params, await inputs(), lammps)
    expect(failure).toMatchObject({ name: "ToolFailed", message: /Unknown pair style table/ })
    const killed = await runStage(cgMd, params, await inputs(), says("", 137))
    expect(killed.failure).toMatchObject({ name: "ToolFailed", message: /status 137/ })
  })

  it("takes the relaxation time of a predicted friction, and other seeds for another seed", async () => {
    const friction = { value: 0.25, quality: "ok", reason: null }
    const given = { ...(await inputs()), friction }
    const { written } = await runStage(cgMd, params, given, says("", 1))
    const script = written.get("production.in")!
    expect(script).toMatch(/langevin 298.15 298.15 250 /)
    const again = { ...(await inputs()), friction }
    const { written: other } = await runStage(cgMd, { ...params, seed: 4 }, again, says("", 1))
    expect(other.get("production.in")).not.toBe(script)
    expect(other.get("production.data")).toBe(written.get("production.data"))
  })
})

describe("an inversion", () => {
  const structure = { noiseFloor: 0.01, normalization: "N(N-1)", frames: 10, quality: "ok", reason: null }
  const target = Array.from({ length: 120 }, (_, k) => ({
    pair: "A-A",
    r: Number((0.005 + 0.01 * k).toPrecision(10)),
    g: Math.exp(-knownPotential(0.005 + 0.01 * k) / 2.479),
    sem: 0.01
  }))

  it("begins with the potential of mean force, and not at all from a target that is noise", async () => {
    const { outputs } = await runStage(boltzmannInvert, { temperature: 298.15 }, { target, structure })
    const { inversion, knots, potential } = outputs as Record<string, ReadonlyArray<object>>
    expect(inversion).toMatchObject({ iteration: 0, converged: false, residual: null, history: [] })
    expect(knots).toHaveLength(120)
    expect(potential.at(-1)).toMatchObject({ r: 1.2, U: 0, F: 0 })
    const noise = target.map((row) => ({ ...row, sem: 1 }))
    const declined = await runStage(boltzmannInvert, { temperature: 298.15 }, { target: noise, structure })
    expect(declined.outputs).toMatchObject({ knots: [], inversion: { converged: true, quality: "declined" } })
  })

  it("whose model tears apart ends, with what was best before or with the verdict", async () => {
    const { outputs: begun } = await runStage(boltzmannInvert, { temperature: 298.15 }, { target, structure })
    const state = { ...begun!, target, structure }
    const beads = () => ({ meta: latticeMeta(4), frames: framesOf([latticeFrame(4, edge)]) })
    const torn = says(thermo("0 nan nan nan"))
    const first = await runStage(ibiStep, params, { ...state, beads: beads() }, torn)
    expect(first.outputs?.inversion).toMatchObject({ iteration: 1, converged: true, quality: "diverged" })
    const inversion = { ...(begun!.inversion as object), iteration: 4, residual: 0.02, noiseFloor: 0.01 }
    const later = await runStage(ibiStep, params, { ...state, inversion, beads: beads() }, torn)
    expect(later.outputs?.inversion).toMatchObject({
      iteration: 5,
      converged: true,
      quality: "ok",
      residual: 0.02
    })
    expect(later.outputs?.potential).toBe(begun!.potential)
  })
})

describe.skipIf(noLammps !== undefined)("a table in LAMMPS", () => {
  it("conserves energy without a thermostat", async () => {
    const { written } = await runStage(cgMd, params, await inputs(), says("", 1))
    const file = (name: string) => written.get(`production.${name}`)!
    const script = file("in")
      .replace(/^fix move.*$/m, "fix move all nve")
      .replace(/^dump.*$/gm, "")
      .replace("press pe", "etotal pe")
      .replaceAll(/^run .*$/gm, "run 10000")
    const tables = { "production.data": file("data"), "production.table": file("table") }
    const { read, remove, status } = runLammps(`${script}\nlog none\n`, tables, 300_000)
    expect(status).toBe(0)
    const [, { data }] = parseLammpsLog(read("log.lammps")).segments
    remove()
    const total = data["TotEng"]
    const kinetic = 63 * 1.5 * 0.0019872 * 298.15 // kcal/mol
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0)
    const drift = mean(total.subarray(-50)) - mean(total.subarray(0, 50))
    expect(Math.abs(drift)).toBeLessThan(0.005 * kinetic)
  }, 320_000)
})
