// A packed liquid in LAMMPS: one script to prepare it, one to produce.
import * as Effect from "effect/Effect"
import { Workspace } from "../../pipeline/Workspace.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { progressOver } from "../allAtom/progressOver.ts"
import type { Engine } from "../allAtom/simulateLiquid.ts"
import { allAtomFrames } from "./allAtomFrames.ts"
import { neededPackages } from "./interactionLines.ts"
import type { Part } from "./legs.ts"
import { prepareLegs, prepareScript } from "./prepareScript.ts"
import { productionLegs, productionScript } from "./productionScript.ts"
import type { LegScript } from "./runLegs.ts"
import { requirePackages, runScript } from "./runScript.ts"

const prepared = "prepared.data"

/**
 * Fails with `BadInput` where the binary lacks packages.
 *
 * @param data the liquid, as a LAMMPS data file
 * @param seedFor a seed for each purpose, 1 to 900000000
 */
export const lammpsLiquid = Effect.fnUntraced(function* (
  terms: MoleculeTerms,
  data: string,
  protocol: AllAtomProtocol,
  seedFor: (purpose: string) => number
) {
  const ws = yield* Workspace
  yield* requirePackages(neededPackages(protocol))
  yield* ws.write("liquid.data", data)

  const expected = [...prepareLegs(protocol), ...productionLegs(protocol)].map(({ steps }) => steps)
  const progress = progressOver(sum(expected), protocol.timeStep, ws.progress)
  const run = (script: LegScript) => {
    const counts = script.legs.map(({ steps }) => steps)
    const report = progress(sum(counts))
    return runScript(script, protocol.timeStep, ({ firstStep, segment, step }) =>
      report(sum(counts.slice(0, segment)) + Math.min(step - firstStep, counts[segment] ?? 0))
    )
  }

  // A second production goes on from where the first one ended, under a name of its own.
  const productions = ["production", "corrected"]
  let start = prepared
  let written: ReadonlyArray<Part> = []
  return {
    prepare: Effect.gen(function* () {
      const seeds = { velocities: seedFor("velocities"), langevin: seedFor("langevin") }
      const files = { data: "liquid.data", prepared }
      const { crash, tables } = yield* run({
        name: "prepare",
        legs: prepareLegs(protocol),
        text: (_, from) => prepareScript(terms, protocol, seeds, files, from),
        dumps: undefined,
        leaves: prepared
      })
      return { crash, constantPressure: tables[2] }
    }),
    produce: (edge) =>
      Effect.gen(function* () {
        const name = productions.shift() ?? "production"
        const files = { name, data: start, final: `${name}.final.data` }
        start = files.final
        const { crash, parts, tables } = yield* run({
          name,
          legs: productionLegs(protocol),
          text: (part, from) =>
            productionScript(terms, protocol, edge, { ...files, trajectory: `${part}.dump` }, from),
          dumps: 1,
          leaves: files.final
        })
        written = parts
        return { crash, constantVolume: tables[0], production: tables[1] }
      }),
    frames: () => allAtomFrames(ws, written, protocol)
  } satisfies Engine
})

const sum = (counts: ReadonlyArray<number>): number => counts.reduce((total, count) => total + count, 0)
