// The all-atom recipe in LAMMPS: prepare at constant pressure, produce at constant volume, correct the box once.
import * as Effect from "effect/Effect"
import type { LogProgress } from "../../formats/lammpsLog.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import type { Tell } from "../../pipeline/Workspace.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import {
  compressibility,
  correctedEdge,
  finiteVerdict,
  meanEdge,
  productionVerdict,
  runMeans
} from "./judgeRun.ts"
import type { Thermo } from "./judgeRun.ts"
import { prepareScript } from "./prepareScript.ts"
import { productionScript } from "./productionScript.ts"
import { runScript } from "./runScript.ts"

/** What became of a liquid: the thermo tables of the phases that it came to, up to where it went wrong. */
export interface Simulated {
  readonly verdict: Verdict
  readonly phases: {
    readonly constantPressure: Thermo | undefined
    readonly constantVolume?: Thermo | undefined
    readonly production?: Thermo | undefined
  }
}

/** The file of the production's frames. */
export const trajectoryFile = "production.dump"

/**
 * Simulates the liquid in `liquid.data` by a protocol. What is wrong with the liquid is a verdict; fails with
 * `ToolFailed` for what is wrong with LAMMPS.
 *
 * @param seeds of the Langevin forces and of the first velocities, 1 to 900000000
 */
export const simulateLiquid = Effect.fnUntraced(function* (
  terms: MoleculeTerms,
  protocol: AllAtomProtocol,
  seeds: { readonly velocities: number; readonly langevin: number }
) {
  const ws = yield* Workspace
  const steps = stepCounts(protocol)
  const progress = progressOver(sum(steps.prepare) + sum(steps.produce), protocol.timeStep, ws.progress)
  const run = (name: string, script: string, counts: ReadonlyArray<number>) =>
    runScript(name, script, counts.length, protocol.timeStep, progress(counts))

  const prepared = yield* run(
    "prepare",
    prepareScript(terms, protocol, seeds, { data: "liquid.data", prepared: "prepared.data" }),
    steps.prepare
  )
  const [, , constantPressure] = prepared.tables
  const verdict = prepared.crash ?? finiteVerdict(constantPressure)
  if (verdict.quality !== "ok") return { verdict, phases: { constantPressure } } satisfies Simulated

  const produce = Effect.fnUntraced(function* (edge: number, data: string) {
    const files = { data, trajectory: trajectoryFile, final: "final.data" }
    const script = productionScript(terms, protocol, edge, files)
    const { crash, tables } = yield* run("production", script, steps.produce)
    const [constantVolume, production] = tables
    return {
      verdict: crash ?? productionVerdict(production, protocol),
      phases: { constantPressure, constantVolume, production }
    } satisfies Simulated
  })

  const edge = meanEdge(constantPressure, protocol)
  const produced = yield* produce(edge, "prepared.data")
  if (!hasWrongPressure(produced.verdict)) return produced
  const { pressure } = runMeans(produced.phases.production)
  const kappa = compressibility(constantPressure, protocol)
  return yield* produce(correctedEdge(edge, pressure.mean, protocol.pressure, kappa), "final.data")
})

const hasWrongPressure = ({ quality }: Verdict): boolean =>
  quality === "unconverged pressure" || quality === "cavitated"

/** Steps of each run of the two scripts; the minimisation counts none. */
const stepCounts = (protocol: AllAtomProtocol) => ({
  prepare: [0, stepsIn(protocol.pushOff, 0.001), stepsIn(protocol.constantPressure, protocol.timeStep)],
  produce: [
    stepsIn(protocol.constantVolume, protocol.timeStep),
    stepsIn(protocol.production, protocol.timeStep)
  ]
})

/** Turns the progress of each script into that of all; a script beyond the expected ones makes the whole longer. */
const progressOver = (expected: number, timeStep: number, report: Tell) => {
  let before = 0
  let whole = expected
  return (counts: ReadonlyArray<number>) => {
    const base = before
    before += sum(counts)
    whole = Math.max(whole, before)
    return ({ firstStep, segment, step }: LogProgress): void => {
      const done = base + sum(counts.slice(0, segment)) + Math.min(step - firstStep, counts[segment] ?? 0)
      report(done / whole, `step ${done} of ${whole}`, { done: (done * timeStep) / 1000, unit: "ns" })
    }
  }
}

const sum = (counts: ReadonlyArray<number>): number => counts.reduce((total, count) => total + count, 0)
