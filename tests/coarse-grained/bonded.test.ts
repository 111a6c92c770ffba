// From trimers of known bonds and angles back to their potentials, in LAMMPS, through the graph; and how such runs are set up.
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import { boltzmann } from "../../kernels/constants.ts"
import { cgMd } from "../../stages/cgMd.ts"
import { tablesOf, termOf, variationOf } from "../../stages/coarse/bondedRows.ts"
import type { BondedRows, DistributionRows } from "../../stages/coarse/bondedRows.ts"
import { useRig } from "../engine/rig.ts"
import { noLammps, runLammps } from "../formats/runLammps.ts"
import { runStage } from "./runStage.ts"
import { knownAngle, knownBond, knownTrimers, temperature, trimerRoundTrip } from "./trimers.ts"

interface Numbers {
  readonly temperature: number | null
  readonly variation: number | null
  readonly timeStep: number | null
}
interface Results {
  readonly bonded: BondedRows
  readonly inversion: Numbers & { readonly history: ReadonlyArray<Numbers>; readonly quality: string }
  readonly bondedTarget: DistributionRows
  readonly distributions: DistributionRows
  readonly hidden: ReadonlyArray<{ readonly temperature: number; readonly time_step: number }>
  readonly run: ReadonlyArray<{
    readonly temperature: number
    readonly time_step: number
    readonly quality: string
  }>
}

const rig = useRig()
const kT = boltzmann * temperature

describe.skipIf(noLammps !== undefined)("trimers of known bonds and angles", () => {
  let results: Results
  beforeAll(async () => {
    const store = fs.mkdtempSync(path.join(os.tmpdir(), "largo-trimers-"))
    const did = await rig.run(trimerRoundTrip, { params: {}, store })
    const { contents } = Store.open(store)
    const { targets } = trimerRoundTrip.build({})
    const entries = Object.entries(targets).map(async ([name, { kind }]) => {
      const digest = did.summary.targets[name]
      if (typeof digest !== "string") throw new Error(`no ${name}: ${JSON.stringify(did.summary)}`)
      const source = { path: contents.pathOf(digest), bytes: () => contents.read(digest) }
      return [name, await kind.decode({ ...source, chunks: async function* () {} })] as const
    })
    results = Object.fromEntries(await Promise.all(entries)) as unknown as Results
    return () => fs.rmSync(store, { recursive: true, force: true })
  }, 600_000)

  it("keep their temperature to 2 % in every iteration, at a step that their bonds chose", () => {
    const { history, quality } = results.inversion
    expect(quality).toBe("ok")
    for (const { temperature: found, timeStep } of [...history, ...results.run.map(asNumbers)]) {
      expect(Math.abs(found! - temperature)).toBeLessThan(0.02 * temperature)
      expect(timeStep!).toBeLessThan(0.004)
      expect(timeStep!).toBeGreaterThan(0.001)
    }
  })

  it("have the distributions of their target within 0.05 total variation, in a run of its own", () => {
    const { bondedTarget, distributions } = results
    expect(variationOf(distributions, bondedTarget)!.variation).toBeLessThan(0.05)
  })

  it("give their bond and angle potentials back, within half a kT where beads go", () => {
    const tables = tablesOf(results.bonded)
    for (const [kind, beads, known] of [
      ["bond", "A-B", knownBond],
      ["angle", "A-B-A", knownAngle]
    ] as const) {
      const { U, x } = termOf(tables, { kind, beads })
      const exact = x.map(known)
      const lowest = exact.reduce((low, value) => Math.min(low, value), Infinity)
      // Weighted by how often beads are there, so that the constant is that of the wells.
      const weights = exact.map((value) => Math.exp((lowest - value) / kT))
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const shift = U.reduce((sum, value, i) => sum + (weights[i] / total) * (value - exact[i]), 0)
      const square = U.reduce(
        (sum, value, i) => sum + (weights[i] / total) * (value - exact[i] - shift) ** 2,
        0
      )
      expect(Math.sqrt(square)).toBeLessThan(0.15 * kT)
      for (const [i, value] of U.entries()) {
        if (exact[i] - lowest < 2 * kT) expect(Math.abs(value - exact[i] - shift)).toBeLessThan(0.5 * kT)
      }
    }
  })

  it("conserve energy without a thermostat at the step that was chosen", async () => {
    const given = (await runStage(knownTrimers, {}, {})).outputs as { beads: object; potential: object }
    const { written } = await runStage(
      cgMd,
      { temperature, timeStep: 0.01, equilibration: 10, production: 40, frameInterval: 0.2, seed: 5 },
      { ...given, bonded: results.bonded, inversion: undefined, friction: undefined },
      () => ({ output: "", code: 1 })
    )
    const file = (name: string) => written.get(`production.${name}`)!
    const script = file("in")
      .replace(/^reset_timestep 0$/m, "unfix move\nfix free all nve\nreset_timestep 0")
      .replaceAll(/^dump.*$/gm, "")
      .replace("press pe", "press etotal")
    const { read, remove, status } = runLammps(`${script}\nlog none\n`, {
      "production.data": file("data"),
      "production.table": file("table")
    })
    expect(status).toBe(0)
    const text = String(read("log.lammps"))
    remove()
    // LAMMPS holds forces against the slope of the energy, and is wrong at inflection points: two or so a well.
    const flagged = [...text.matchAll(/WARNING: (\d+) of (\d+) force values in table are/g)]
    for (const [, found, all] of flagged) expect(Number(found)).toBeLessThan(0.02 * Number(all))
    const [, { data }] = parseLammpsLog(text).segments
    const total = data["TotEng"]
    const kinetic = 80 * 1.5 * 0.0019872 * temperature // kcal/mol
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0)
    const drift = mean(total.subarray(-50)) - mean(total.subarray(0, 50))
    expect(Math.abs(drift)).toBeLessThan(0.005 * kinetic)
  })
})

const asNumbers = ({ temperature: found, time_step }: Results["run"][number]): Numbers => ({
  temperature: found,
  timeStep: time_step,
  variation: null
})

describe("the input of a run with bonds", () => {
  it("leaves out pairs that a bond or an angle joins, and writes molecules whole", async () => {
    const given = (await runStage(knownTrimers, {}, {})).outputs as Record<string, unknown>
    const params = {
      temperature,
      timeStep: 0.01,
      equilibration: 1,
      production: 5,
      frameInterval: 0.2,
      seed: 5
    }
    const inputs = { ...given, inversion: undefined, friction: undefined }
    const { written } = await runStage(cgMd, params, inputs, () => ({ output: "", code: 1 }))
    const script = written.get("production.in")!
    expect(script).toContain("special_bonds lj/coul 0 0 1\n")
    expect(script).toContain("bond_coeff 1 production.table bond-A-B\n")
    expect(script).toContain("angle_coeff 1 production.table angle-A-B-A\n")
    const step = Number(/^timestep (.*)$/m.exec(script)?.[1])
    expect(200 / step).toBeCloseTo(Math.round(200 / step), 6)
    expect(step).toBeLessThan(4)
    const data = written.get("production.data")!
    expect(data).toContain("54 bonds\n1 bond types\n27 angles\n1 angle types\n")
    const lacking = {
      ...inputs,
      bonded: (given["bonded"] as BondedRows).filter(({ kind }) => kind === "bond")
    }
    const fresh = (await runStage(knownTrimers, {}, {})).outputs as Record<string, unknown>
    const refused = await runStage(cgMd, params, { ...lacking, beads: fresh["beads"] })
    expect(refused.failure).toMatchObject({ name: "BadInput", message: /nothing for the angle A-B-A/ })
  })
})
