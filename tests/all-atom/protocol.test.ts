// The scripts of the all-atom protocol in LAMMPS, for several systems, and runs that blow up recognised.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import { writeLammpsData } from "../../formats/writeLammpsData.ts"
import { deriveSeed, stream } from "../../kernels/random.ts"
import { knobsOf, scaleForceField } from "../../schemas/ForceFieldSampling.ts"
import { packed } from "../../schemas/Liquid.ts"
import { repartitionHydrogenMass } from "../../schemas/Molecule.ts"
import type { Molecule } from "../../schemas/Molecule.ts"
import { assignTerms } from "../../schemas/MoleculeTerms.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { finiteVerdict, meanEdge, runMeans } from "../../stages/allAtom/judgeRun.ts"
import { crashVerdict, thermoOf } from "../../stages/lammps/readThermo.ts"
import { liquidData } from "../../stages/lammps/liquidData.ts"
import { prepareScript } from "../../stages/lammps/prepareScript.ts"
import { productionScript } from "../../stages/lammps/productionScript.ts"
import { hasLammps, lammps } from "./programs.ts"
import { hexane, oplsAa, trimethylpentane } from "./systems.ts"

const folders: Array<string> = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

function prepare(molecule: Molecule, protocol: AllAtomProtocol, forceField = oplsAa) {
  const folder = mkdtempSync(join(tmpdir(), "protocol-"))
  folders.push(folder)
  const run = (name: string, script: string) => {
    writeFileSync(join(folder, `in.${name}`), script)
    const status = lammps(folder, ["-in", `in.${name}`, "-log", `log.${name}`, "-screen", "none"])
    return { status, log: parseLammpsLog(readFileSync(join(folder, `log.${name}`), "utf8")) }
  }
  const terms = assignTerms(repartitionHydrogenMass(molecule, protocol.hydrogenMassFactor), forceField)
  const liquid = packed(terms, protocol.molecules, protocol.packingDensity, stream(1, "pack"))
  writeFileSync(join(folder, "liquid.data"), writeLammpsData(liquidData(liquid)))
  const seeds = { velocities: deriveSeed(1, "velocities"), langevin: deriveSeed(1, "langevin") }
  const prepared = run(
    "prepare",
    prepareScript(terms, protocol, seeds, { data: "liquid.data", prepared: "prepared.data" })
  )
  const produce = (edge: number, settings = protocol) =>
    run(
      "production",
      productionScript(terms, settings, edge, {
        name: "production",
        data: "prepared.data",
        trajectory: "production.dump",
        final: "final.data"
      })
    )
  return { folder, liquid, prepared, produce }
}

const last = <Item>(items: ReadonlyArray<Item>): Item => items[items.length - 1]

describe.skipIf(!hasLammps)("the scripts of a protocol", () => {
  const short = {
    ...allAtomProtocols.tiny,
    molecules: 8,
    cutoff: 0.6,
    constantPressure: 2,
    constantPressureDiscarded: 0.4
  }

  it("sets the box to its mean volume and writes a frame every interval", () => {
    const settings = { ...short, production: 4 }
    const { folder, liquid, prepared, produce } = prepare(trimethylpentane, settings)
    expect([prepared.status, prepared.log.warnings]).toEqual([0, []])
    const edge = meanEdge(thermoOf(last(prepared.log.segments), settings.timeStep), settings)
    const production = produce(edge, settings)
    expect([production.status, production.log.warnings]).toEqual([0, []])
    const thermo = thermoOf(last(production.log.segments), settings.timeStep)
    expect(finiteVerdict(thermo).quality).toBe("ok")
    expect(Math.abs(runMeans(thermo).temperature.mean - settings.temperature)).toBeLessThan(40)
    expect(thermo.time.at(-1)).toBeCloseTo(settings.production, 9)
    expect(thermo.volume[0]).toBeCloseTo(edge ** 3, 4)
    const frames = readFileSync(join(folder, "production.dump"), "utf8").split("ITEM: TIMESTEP\n").slice(1)
    expect(frames).toHaveLength(settings.production / settings.frameInterval + 1)
    expect(frames[1].split("\n")[0]).toBe("50")
    expect(last(frames).split("\n").slice(8, -1)).toHaveLength(liquid.positions.length / 3)
  })

  it("runs n-hexane, with charges and 2 fs as well, without a word about alkanes", () => {
    const charged = { ...short, charges: true, timeStep: 0.002 }
    for (const settings of [short, charged]) {
      const { prepared } = prepare(hexane, settings)
      expect([prepared.status, prepared.log.errors]).toEqual([0, []])
      const thermo = thermoOf(last(prepared.log.segments), settings.timeStep)
      expect(finiteVerdict(thermo).quality).toBe("ok")
      expect(thermo.density.at(-1)).toBeGreaterThan(0.45)
    }
  })

  it("runs the ends of the ranges and beyond", () => {
    const knobs = knobsOf(trimethylpentane, oplsAa)
    for (const [stiffness, length] of [
      [0.2, 1.3],
      [1.5, 0.85]
    ]) {
      const factors = knobs.map(({ quantity }) =>
        quantity === "bondLength" ? length : quantity.endsWith("Stiffness") ? stiffness : 1
      )
      const { prepared } = prepare(trimethylpentane, short, scaleForceField(oplsAa, knobs, factors))
      expect([prepared.status, prepared.log.errors]).toEqual([0, []])
      expect(finiteVerdict(thermoOf(last(prepared.log.segments), short.timeStep)).quality).toBe("ok")
    }
  })

  it("is recognised as diverged when the time step is too long, whether LAMMPS stops or prints nan", () => {
    const { prepared, produce } = prepare(trimethylpentane, short)
    const edge = meanEdge(thermoOf(last(prepared.log.segments), short.timeStep), short)
    const { log } = produce(edge, { ...short, timeStep: 0.01, frameInterval: 0.1, production: 5 })
    const verdict = crashVerdict(log) ?? finiteVerdict(thermoOf(last(log.segments), 0.01))
    expect(verdict.quality).toBe("diverged")
    expect(verdict.reason).not.toBeNull()
  })
})
