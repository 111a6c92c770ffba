// A packed liquid in LAMMPS: one script to prepare it, one to produce.
import * as Effect from "effect/Effect"
import { Workspace } from "../../pipeline/Workspace.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { progressOver } from "../allAtom/progressOver.ts"
import type { Engine } from "../allAtom/simulateLiquid.ts"
import { allAtomFrames, trajectoryFile } from "./allAtomFrames.ts"
import { neededPackages } from "./interactionLines.ts"
import { prepareScript } from "./prepareScript.ts"
import { productionScript } from "./productionScript.ts"
import { requirePackages, runScript } from "./runScript.ts"

const prepared = "prepared.data"
const final = "final.data"

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

  const steps = stepCounts(protocol)
  const progress = progressOver(sum(steps.prepare) + sum(steps.produce), protocol.timeStep, ws.progress)
  const run = (name: string, script: string, counts: ReadonlyArray<number>) => {
    const report = progress(sum(counts))
    return runScript(name, script, counts.length, protocol.timeStep, ({ firstStep, segment, step }) =>
      report(sum(counts.slice(0, segment)) + Math.min(step - firstStep, counts[segment] ?? 0))
    )
  }

  let start = prepared
  return {
    prepare: Effect.gen(function* () {
      const seeds = { velocities: seedFor("velocities"), langevin: seedFor("langevin") }
      const script = prepareScript(terms, protocol, seeds, { data: "liquid.data", prepared })
      const { crash, tables } = yield* run("prepare", script, steps.prepare)
      return { crash, constantPressure: tables[2] }
    }),
    produce: (edge) =>
      Effect.gen(function* () {
        const files = { data: start, trajectory: trajectoryFile, final }
        start = final
        const script = productionScript(terms, protocol, edge, files)
        const { crash, tables } = yield* run("production", script, steps.produce)
        return { crash, constantVolume: tables[0], production: tables[1] }
      }),
    frames: () => allAtomFrames(ws, protocol)
  } satisfies Engine
})

/** Steps of each run of the two scripts; the minimisation counts none. */
const stepCounts = (protocol: AllAtomProtocol) => ({
  prepare: [0, stepsIn(protocol.pushOff, 0.001), stepsIn(protocol.constantPressure, protocol.timeStep)],
  produce: [
    stepsIn(protocol.constantVolume, protocol.timeStep),
    stepsIn(protocol.production, protocol.timeStep)
  ]
})

const sum = (counts: ReadonlyArray<number>): number => counts.reduce((total, count) => total + count, 0)
