// Inverse Monte Carlo finds the potential of a Lennard-Jones fluid from its RDF alone: the short form of bench/lennardJones.ts.
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import type { CoarseRun } from "../../schemas/CoarseRun.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Inversion, Potential } from "../../schemas/Potential.ts"
import { useRig } from "../engine/rig.ts"
import { noLammps } from "../formats/runLammps.ts"
import { control, errorOf, reduced } from "./lennardJones.ts"

const params = {
  side: 5,
  frames: 2000,
  inversions: [
    { method: "imc", frames: 1000, max: 10 },
    { method: "ibi", frames: 400, max: 5 }
  ]
} as const

describe.skipIf(noLammps !== undefined)("the RDF of a Lennard-Jones fluid", () => {
  const rig = useRig()
  const store = fs.mkdtempSync(path.join(os.tmpdir(), "largo-control-"))
  let values: Record<string, unknown>
  beforeAll(async () => {
    const { summary } = await rig.run(control, { params, store })
    expect(summary.failed).toBe(0)
    const { contents } = Store.open(store)
    const entries = Object.entries(control.build(params).targets).map(async ([name, { kind }]) => {
      const digest = summary.targets[name]!
      const bytes = () => contents.read(digest)
      const chunks = () => fs.createReadStream(contents.pathOf(digest))
      return [name, await kind.decode({ path: contents.pathOf(digest), bytes, chunks })] as const
    })
    values = Object.fromEntries(await Promise.all(entries))
    return () => fs.rmSync(store, { recursive: true, force: true })
  }, 900_000)

  it("gives the potential and the pressure back by inverse Monte Carlo, and not by iterated Boltzmann inversion", () => {
    const [exact] = values["exact"] as ValueOf<typeof CoarseRun>
    const found = (method: string) => {
      const inversion = values[`${method}-inversion`] as ValueOf<typeof Inversion>
      const error = errorOf(values[`${method}-potential`] as ValueOf<typeof Potential>)
      return { inversion, error, pressure: Math.abs(reduced(inversion.pressure! - exact.pressure!)) }
    }
    const [imc, ibi] = [found("imc"), found("ibi")]
    // Two standard errors and more for so few particles; the bench has the eightfold, and the goal.
    expect(imc.error).toBeLessThan(0.1)
    expect(imc.pressure).toBeLessThan(0.7)
    expect(imc.inversion).toMatchObject({ quality: "ok", converged: true })
    expect(ibi.error).toBeGreaterThan(2 * imc.error)
    expect(ibi.pressure).toBeGreaterThan(2 * imc.pressure)
  })
})
