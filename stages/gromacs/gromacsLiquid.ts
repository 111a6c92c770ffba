// A packed liquid in GROMACS: a call of mdrun for each phase.
import * as Effect from "effect/Effect"
import { gromacsTopology } from "../../formats/gromacs.ts"
import { readG96, writeG96 } from "../../formats/gromacsStructure.ts"
import type { Structure } from "../../formats/gromacsStructure.ts"
import type { LammpsData } from "../../formats/LammpsData.ts"
import { badInput, toolFailed } from "../../pipeline/outcome.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import { molarMass } from "../../schemas/Molecule.ts"
import type { MoleculeTerms } from "../../schemas/MoleculeTerms.ts"
import { stepsIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { releaseOf } from "../../tools/gromacs.ts"
import type { Thermo } from "../allAtom/judgeRun.ts"
import { progressOver } from "../allAtom/progressOver.ts"
import type { Engine } from "../allAtom/simulateLiquid.ts"
import { framesOf } from "./framesOf.ts"
import { phasesOf } from "./phases.ts"
import type { Phase } from "./phases.ts"
import { joined, thermoOf } from "./readThermo.ts"
import { runPhase, structureOf, topologyFile } from "./runPhase.ts"

/** The first release with the stochastic cell-rescaling barostat. */
const firstRelease = 2021

/** Fails with `BadInput` where GROMACS is too old. The liquid is a cube. */
export const gromacsLiquid = Effect.fnUntraced(function* (
  terms: MoleculeTerms,
  { box, positions }: Pick<LammpsData, "box" | "positions">,
  protocol: AllAtomProtocol,
  seedFor: (purpose: string) => number
) {
  const ws = yield* Workspace
  const identity = ws.identity("gromacs")
  if (releaseOf(identity) < firstRelease) {
    return yield* Effect.fail(
      badInput(
        `${identity.split("; ")[0]} has no barostat C-rescale: it needs ${firstRelease} or later`,
        "name another gmx in LARGO_GMX, or take engine=lammps"
      )
    )
  }
  const mass = protocol.molecules * molarMass(terms.molecule)
  const phases = phasesOf(protocol, seedFor)
  yield* ws.write(topologyFile, gromacsTopology(terms, protocol.molecules, protocol.charges))
  const write = (name: string, structure: Structure) =>
    ws.write(structureOf(name), writeG96(terms, structure))
  yield* write("packed", { positions, edge: box[0] })

  const progress = progressOver(
    Object.values(phases).reduce((sum, { steps }) => sum + steps, 0),
    protocol.timeStep,
    ws.progress
  )
  const run = (phase: Phase, from: string) => runPhase(phase, from, progress(phase.steps))

  const tableOf = Effect.fnUntraced(function* ({ name }: Phase, edge: number) {
    const bytes = yield* ws.read(`${name}.edr`)
    return yield* Effect.try({
      try: () => thermoOf(bytes, mass, edge),
      catch: (problem) => toolFailed(`${name}.edr: ${String(problem)}`, "name another GROMACS in LARGO_GMX")
    })
  })

  /** The thermo table of a phase that came to its end. */
  const thermo = Effect.fnUntraced(function* (phase: Phase, edge = NaN) {
    const table = yield* tableOf(phase, edge)
    const rows = Math.floor(phase.steps / stepsIn(protocol.thermoInterval, protocol.timeStep)) + 1
    const { length } = table.time
    return length === rows
      ? table
      : yield* Effect.fail(
          toolFailed(
            `${phase.name}.edr has ${length} of ${rows} rows`,
            "see that the disk has room, then run again"
          )
        )
  })

  /** What there is of it after a crash. */
  const thermoSoFar = (phase: Phase, edge = NaN) =>
    Effect.orElseSucceed(tableOf(phase, edge), () => undefined)

  const prepare = Effect.gen(function* () {
    const torn = (yield* run(phases.minimise, "packed")) ?? (yield* run(phases.pushOff, "minimise"))
    if (torn !== null) return { crash: torn }
    let before: Thermo | undefined
    let from = phases.pushOff.name
    if (phases.compress.steps > 0) {
      const crash = yield* run(phases.compress, from)
      if (crash !== null) return { crash, constantPressure: yield* thermoSoFar(phases.compress) }
      before = yield* thermo(phases.compress)
      from = phases.compress.name
    }
    const crash = yield* run(phases.constantPressure, from)
    if (crash !== null) return { crash, constantPressure: before }
    const after = yield* thermo(phases.constantPressure)
    return { crash, constantPressure: before === undefined ? after : joined(before, after) }
  })

  let start = phases.constantPressure.name
  const produce = (edge: number) =>
    Effect.gen(function* () {
      const file = structureOf(start)
      start = phases.production.name
      const text = yield* ws.readText(file)
      const scaled = yield* Effect.try({
        try: () => scaledTo(readG96(text), edge),
        catch: (problem) => toolFailed(`${file}: ${String(problem)}`, "see the logs of the attempt")
      })
      yield* write("sized", scaled)
      const torn = yield* run(phases.constantVolume, "sized")
      if (torn !== null)
        return { crash: torn, constantVolume: yield* thermoSoFar(phases.constantVolume, edge) }
      const constantVolume = yield* thermo(phases.constantVolume, edge)
      const crash = yield* run(phases.production, phases.constantVolume.name)
      if (crash !== null) {
        return { crash, constantVolume, production: yield* thermoSoFar(phases.production, edge) }
      }
      return { crash, constantVolume, production: yield* thermo(phases.production, edge) }
    })

  return { prepare, produce, frames: () => framesOf(ws, protocol, phases.production) } satisfies Engine
})

/** The structure with everything in it scaled to another edge (nm); velocities stay. */
const scaledTo = ({ edge: before, positions, velocities }: Structure, edge: number): Structure => ({
  positions: Float64Array.from(positions, (value) => (value * edge) / before),
  velocities,
  edge
})
