// The stage that runs all-atom molecular dynamics.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readLammpsData } from "../formats/readLammpsData.ts"
import { deriveSeed } from "../kernels/random.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import { AllAtomRun, Thermo } from "../schemas/AllAtomRun.ts"
import { LiquidFile } from "../schemas/LiquidFile.ts"
import { repartitionHydrogenMass } from "../schemas/Molecule.ts"
import { ForceFieldFile, MoleculeFile } from "../schemas/moleculeFiles.ts"
import { assignTerms } from "../schemas/MoleculeTerms.ts"
import { AllAtomProtocol, protocolProblems } from "../schemas/Protocol.ts"
import { AtomTrajectory, noFrames, withVerdict } from "../schemas/Trajectory.ts"
import { lammps } from "../tools/lammps.ts"
import { allAtomFrames, metaOf } from "./lammps/allAtomFrames.ts"
import { neededPackages } from "./lammps/interactionLines.ts"
import { requirePackages } from "./lammps/runScript.ts"
import { simulateLiquid } from "./lammps/simulateLiquid.ts"
import { runRow, thermoRows } from "./lammps/summariseRun.ts"
import { walltimeOf } from "./lammps/walltime.ts"

/** The liquid brought to temperature and pressure, then simulated at constant volume. */
export const allAtomMd = Stage.make("all-atom-md", {
  module: import.meta.url,
  params: Schema.Struct({
    seed: Schema.Int,
    index: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    ...AllAtomProtocol.fields
  }).check(Schema.makeFilter((params) => protocolProblems(params))),
  inputs: { liquid: LiquidFile, molecule: MoleculeFile, forceField: ForceFieldFile },
  outputs: { trajectory: AtomTrajectory, thermo: Thermo, run: AllAtomRun },
  tools: [lammps],
  deterministic: true,
  resources: (protocol) => ({ cores: 1, memory: 512, walltime: walltimeOf(protocol) }),
  run: Effect.fnUntraced(function* ({ params, inputs: { forceField, liquid, molecule } }) {
    const ws = yield* Workspace
    yield* requirePackages(neededPackages(params))
    const text = yield* ws.readText(liquid.path)
    const { meta, terms } = yield* Effect.try({
      try: () => {
        const heavy = repartitionHydrogenMass(molecule, params.hydrogenMassFactor)
        const meta = metaOf(readLammpsData(text), molecule, heavy, params.molecules)
        return { terms: assignTerms(heavy, forceField), meta }
      },
      catch: (problem) =>
        badInput(
          problem instanceof Error ? problem.message : String(problem),
          "build the liquid from the same molecule and force field, with the same params"
        )
    })
    yield* ws.write("liquid.data", text)

    const seedFor = (what: string) => deriveSeed(params.seed, params.index, "all-atom-md", what)
    const seeds = { velocities: seedFor("velocities"), langevin: seedFor("langevin") }
    const simulated = yield* simulateLiquid(terms, params, seeds)
    const { verdict } = simulated
    return {
      trajectory: {
        meta: withVerdict(meta, verdict),
        frames: verdict.quality === "ok" ? allAtomFrames(ws, params) : noFrames
      },
      thermo: thermoRows(simulated),
      run: [runRow(simulated, params)]
    }
  })
})
