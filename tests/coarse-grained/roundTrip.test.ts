// From a fluid of known potential and friction back to both, in LAMMPS, through the graph.
import { createReadStream } from "node:fs"
import { beforeAll, describe, expect, it } from "vitest"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import * as Store from "../../cache/Store.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { CoarseRun } from "../../schemas/CoarseRun.ts"
import type { Diffusion } from "../../schemas/Diffusion.ts"
import type { Friction } from "../../schemas/Friction.ts"
import type { Inversion, Potential } from "../../schemas/Potential.ts"
import type { Rdf, Structure } from "../../schemas/Rdf.ts"
import { residualOf } from "../../stages/coarse/rdfRows.ts"
import { useRig } from "../engine/rig.ts"
import type { Did } from "../engine/rig.ts"
import { noLammps } from "../formats/runLammps.ts"
import { hiddenTau, knownPotential, roundTrip } from "./fluid.ts"

interface Results {
  readonly hidden: ValueOf<typeof CoarseRun>
  readonly target: ValueOf<typeof Rdf>
  readonly structure: ValueOf<typeof Structure>
  readonly potential: ValueOf<typeof Potential>
  readonly rdf: ValueOf<typeof Rdf>
  readonly inversion: ValueOf<typeof Inversion>
  readonly run: ValueOf<typeof CoarseRun>
  readonly allAtom: ValueOf<typeof Diffusion>
  readonly coarse: ValueOf<typeof Diffusion>
  readonly friction: ValueOf<typeof Friction>
  readonly frictionRdf: ValueOf<typeof Rdf>
  readonly frictionMsd: ReadonlyArray<unknown>
}

const store = fs.mkdtempSync(path.join(os.tmpdir(), "largo-coarse-"))
const rig = useRig()

const build = async (quality: string): Promise<{ did: Did; results: Results }> => {
  const did = await rig.run(roundTrip, { params: { quality }, store })
  const { contents } = Store.open(store)
  const { targets } = roundTrip.build({ quality })
  const results: Record<string, unknown> = {}
  for (const [name, { kind }] of Object.entries(targets)) {
    const digest = did.summary.targets[name]
    if (typeof digest !== "string") throw new Error(`no ${name}: ${JSON.stringify(did.summary)}`)
    results[name] = await kind.decode({
      path: contents.pathOf(digest),
      bytes: () => contents.read(digest),
      chunks: () => createReadStream(contents.pathOf(digest))
    })
  }
  return { did, results: results as unknown as Results }
}

describe.skipIf(noLammps !== undefined)("a fluid of known potential and friction", () => {
  let did: Did
  let results: Results
  beforeAll(async () => {
    ;({ did, results } = await build("ok"))
    return () => fs.rmSync(store, { recursive: true, force: true })
  })

  it("is inverted down to the noise of its RDF", () => {
    const { history, ...inversion } = results.inversion
    expect(inversion).toMatchObject({ converged: true, quality: "ok", iteration: history.length })
    expect(inversion.residual!).toBeLessThanOrEqual(1.2 * inversion.noiseFloor!)
    expect(history[0].residual!).toBeGreaterThan(2 * inversion.noiseFloor!)
  })

  it("returns the potential that the residual belongs to, with the force of the same curve", () => {
    const { inversion, potential, rdf, target } = results
    expect(residualOf(rdf, target)).toBe(inversion.residual)
    expect(inversion.residual).toBe(Math.min(...inversion.history.map(({ residual }) => residual!)))
    expect(potential.at(-1)).toMatchObject({ r: 1.2, U: 0, F: 0 })
    for (let i = 1; i + 1 < potential.length; i++) {
      const slope = (potential[i + 1].U - potential[i - 1].U) / (potential[i + 1].r - potential[i - 1].r)
      expect(Math.abs(potential[i].F + slope)).toBeLessThan(0.02 * Math.abs(slope) + 0.5)
    }
    const well = potential.filter(({ r }) => r > 0.58 && r < 1)
    const kT = 2.479
    expect(Math.max(...well.map(({ U, r }) => Math.abs(U - knownPotential(r))))).toBeLessThan(0.6 * kT)
  })

  it("runs at its temperature, faster than with friction", () => {
    const [hidden, run] = [results.hidden[0], results.run[0]]
    expect(Math.abs(run.temperature! - 298.15)).toBeLessThan(0.02 * 298.15)
    expect(hidden).toMatchObject({ beads: 64, quality: "ok" })
    expect(run.pressure_stderr!).toBeGreaterThan(0)
    expect(results.coarse[0].D!).toBeGreaterThan(1.5 * results.allAtom[0].D!)
  })

  it("gets its friction back, and with it mobility, structure and pressure at once", () => {
    const [friction] = results.friction
    expect(friction).toMatchObject({ quality: "ok", D_target: results.allAtom[0].D })
    expect(friction.runs).toBeGreaterThanOrEqual(3)
    expect(Math.abs(friction.tau! - hiddenTau)).toBeLessThan(3 * friction.tau_stderr!)
    expect(Math.abs(friction.acceleration! - 1)).toBeLessThan(2.5 * friction.acceleration_stderr!)
    expect(friction.residual!).toBeLessThan(2 * results.structure.noiseFloor!)
    expect(Math.abs(friction.residual! - friction.residual_without!)).toBeLessThan(
      results.structure.noiseFloor!
    )
    expect(Math.abs(friction.pressure! - friction.pressure_without!)).toBeLessThan(60)
    expect(results.frictionRdf).toHaveLength(results.target.length)
    expect(results.frictionMsd.length).toBeGreaterThan(100)
  })

  it("runs nothing the second time", async () => {
    expect(did.summary.failed).toBe(0)
    const { did: again } = await build("ok")
    expect(again.ran).toEqual([])
  })

  it("that was cavitated says so in every table, and iterates no further", async () => {
    const { did: short, results: none } = await build("cavitated")
    expect(short.ran.filter((node) => node.startsWith("ibi-step"))).toHaveLength(1)
    const verdict = { quality: "cavitated", reason: "as the test wants it" }
    for (const table of [none.hidden, none.run, none.allAtom, none.coarse, none.friction]) {
      expect(table).toHaveLength(1)
      expect(table[0]).toMatchObject(verdict)
    }
    for (const json of [none.structure, none.inversion]) expect(json).toMatchObject(verdict)
    for (const rows of [none.target, none.potential, none.rdf, none.frictionRdf]) expect(rows).toEqual([])
    expect(none.friction[0]).toMatchObject({ tau: null, D: null, runs: 0 })
  })
})
