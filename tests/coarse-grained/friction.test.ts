// The calibration of friction, with a LAMMPS whose walkers diffuse as the law of the test says.
import { describe, expect, it } from "vitest"
import type { ValueOf } from "../../schemas/Kind.ts"
import { stream } from "../../kernels/random.ts"
import type { Friction } from "../../schemas/Friction.ts"
import { calibrateFriction } from "../../stages/calibrateFriction.ts"
import { edge, knownFluid } from "./fluid.ts"
import type { FakeLammps } from "./runStage.ts"
import { framesOf, latticeFrame, latticeMeta, runStage } from "./runStage.ts"

const beads = 64
const params = {
  temperature: 298.15,
  timeStep: 0.01,
  equilibration: 5,
  production: 400,
  frameInterval: 0.5,
  fit: { window: { tmin: 1, tmax: 20 }, maxRelativeError: 0.35 },
  seed: 5
}

/** Walkers at D(tau), 1e-9 m2/s, and the relaxation times (ps) that were asked for. */
const walkers = (D: (tau: number) => number) => {
  const asked: Array<number> = []
  const lammps: FakeLammps = (_, script) => {
    const tau = Number(/langevin 298.15 298.15 (\S+)/.exec(script)?.[1]) / 1000
    asked.push(tau)
    const random = stream(asked.length, "walkers")
    const frames = params.production / params.frameInterval + 1
    const step = Math.sqrt(2 * D(tau) * 1e-3 * params.frameInterval)
    const positions = Float64Array.from({ length: 3 * beads }, () => edge * random.uniform())
    const dump = Array.from({ length: frames }, (_, frame) => {
      for (const [k, x] of positions.entries()) positions[k] = frame === 0 ? x : x + step * random.normal()
      const rows = Array.from({ length: beads }, (_, i) =>
        [i + 1, ...[0, 1, 2].map((k) => (10 * positions[3 * i + k]).toFixed(4))].join(" ")
      )
      const bounds = `ITEM: BOX BOUNDS pp pp pp\n${`0 ${10 * edge}\n`.repeat(3)}ITEM: ATOMS id xu yu zu`
      return `ITEM: TIMESTEP\n${50 * frame}\nITEM: NUMBER OF ATOMS\n${beads}\n${bounds}\n${rows.join("\n")}\n`
    })
    const thermo = Array.from(
      { length: 50 },
      (_, row) => `${20 * row} ${297 + 2 * random.uniform()} ${500 + (row % 5)} 1`
    )
    const run = `Per MPI rank memory allocation\n   Step Temp Press PotEng\n${thermo.join("\n")}\nLoop time of 1 on 1 procs for 9 steps with 64 atoms\n`
    const file = /^dump frames all custom \d+ (\S+)/m.exec(script)?.[1] ?? ""
    return { output: run + run, code: 0, files: { [file]: dump.join("") } }
  }
  return { lammps, asked }
}

/** 1/D = 1/D0 + c/tau. */
const law = (D0: number, c: number) => (tau: number) => 1 / (1 / D0 + c / tau)

const calibrate = async (lammps: FakeLammps, wanted: number, free: number, more = {}, error = 0.1) => {
  const { potential } = (await runStage(knownFluid, { quality: "ok" }, {})).outputs as { potential: unknown }
  const verdict = { quality: "ok", reason: null }
  const model = {
    meta: latticeMeta(4),
    frames: framesOf(Array.from({ length: 20 }, () => latticeFrame(4, edge)))
  }
  const { failure, outputs } = await runStage(
    calibrateFriction,
    { ...params, ...more },
    {
      potential,
      beads: { meta: latticeMeta(4), frames: framesOf([latticeFrame(4, edge)]) },
      inversion: { ...verdict, residual: 0.02, history: [] },
      target: Array.from({ length: 120 }, (_, k) => ({
        pair: "A-A",
        r: Number((0.005 + 0.01 * k).toPrecision(10)),
        g: k < 50 ? 0 : 1,
        sem: 0.01
      })),
      structure: { ...verdict, noiseFloor: 0.01, normalization: "N(N-1)", frames: 10 },
      allAtom: [{ ...verdict, D: wanted, stderr: error * wanted }],
      coarse: [{ ...verdict, D: free, stderr: 0.02 * free }],
      run: [{ ...verdict, beads, temperature: 298, pressure: 480, pressure_stderr: 3 }],
      model
    },
    lammps
  )
  const [row] = (outputs?.["friction"] ?? []) as ValueOf<typeof Friction>
  return { row, failure, outputs }
}

describe("a calibration of friction", () => {
  it("finds the relaxation time of the law, with errors, and says what it did to structure and pressure", async () => {
    const { asked, lammps } = walkers(law(5.6, 0.145))
    const { row } = await calibrate(lammps, 1.05, 5.6)
    expect(row).toMatchObject({ quality: "ok", reason: null, runs: asked.length })
    expect(asked.length).toBeGreaterThanOrEqual(3)
    expect(Math.abs(row.tau! - 0.145 / (1 / 1.05 - 1 / 5.6))).toBeLessThan(3 * row.tau_stderr!)
    expect(Math.abs(row.acceleration! - 1)).toBeLessThan(2.5 * Math.hypot(row.acceleration_stderr!, 0.1))
    // both errors are in it: 10 % of the all-atom one
    expect(row.acceleration_stderr! / row.acceleration!).toBeGreaterThan(0.1)
    expect(row.rdf_change).toBeGreaterThan(0)
    expect(row.rdf_change_noise).toBeGreaterThan(0)
    expect(row.pressure_change).toBeCloseTo(row.pressure! - 480, 9)
    expect(row.pressure_change_stderr).toBeGreaterThan(3)
    const reduced = ((beads / edge ** 3) * 0.0083144626 * 298.15) / 0.0602214076
    expect(row.pressure_change_reduced! * reduced).toBeCloseTo(row.pressure_change!, 9)
  })

  it("needs no right guess: a liquid with five times the friction takes more runs", async () => {
    const { asked, lammps } = walkers(law(5.6, 0.7))
    const { row } = await calibrate(lammps, 1.05, 5.6, { maxRuns: 8 })
    expect(row.quality).toBe("ok")
    expect(Math.abs(row.c! - 0.7)).toBeLessThan(0.15)
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it("goes on with less friction where a run was too slow to be measured", async () => {
    const { asked, lammps } = walkers((tau) => (tau < 0.6 ? 1e-6 : law(5.6, 0.45)(tau)))
    const { row } = await calibrate(lammps, 2, 5.6, {
      maxRuns: 8,
      fit: { window: { tmin: 1, tmax: 20, msdMin: 0.005 }, maxRelativeError: 0.35 }
    })
    expect(asked[1]).toBeGreaterThan(asked[0])
    expect(row.quality).toBe("ok")
    expect(row.runs).toBeLessThan(asked.length)
  })

  it("keeps its head where friction hardly changes anything", async () => {
    const { lammps } = walkers(law(1.1, 0.145))
    const { row } = await calibrate(lammps, 1.05, 1.1)
    expect(row.quality).toBe("ok")
    expect(row.tau).toBeGreaterThan(0.5)
  })

  it("takes the nearest run where none is near, and says so", async () => {
    let count = 0
    const { asked, lammps } = walkers(() => [1.5, 0.7, 1.5, 0.75, 1.5][count++ % 5])
    const { row } = await calibrate(lammps, 1, 5.6, { maxRuns: 5 }, 0.001)
    expect(asked).toHaveLength(5)
    expect(row.quality).toBe("noisy")
    expect(row.D).toBeLessThan(1)
    expect(row.runs).toBe(5)
    expect(asked.slice(2)).toContainEqual(expect.closeTo(row.tau!, 6))
    expect(row.reason).toMatch(/in the nearest run, wanted 1\.00/)
  })

  it("declines where the model is too slow already, or the time step too long for the friction", async () => {
    const { row: slow } = await calibrate(() => ({ output: "", code: 1 }), 6, 5.6)
    expect(slow).toMatchObject({ quality: "declined", runs: 0, reason: /friction only slows down/ })
    const { row: strong } = await calibrate(() => ({ output: "", code: 1 }), 0.05, 5.6, { timeStep: 0.05 })
    expect(strong).toMatchObject({
      quality: "declined",
      reason: /relaxation time of \d.* fs.*the time step is too long/
    })
  })

  it("by pairs needs the package that has it, and nobody else does", async () => {
    const { failure } = await calibrate(() => ({ output: "", code: 1 }), 1, 5.6, { friction: "dpd" })
    expect(failure).toMatchObject({ name: "BadInput", message: /without the package DPD-BASIC/ })
  })
})
