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
import { AllAtomEngine, AllAtomProtocol, protocolProblems } from "../schemas/Protocol.ts"
import { AtomTrajectory, noFrames, withVerdict } from "../schemas/Trajectory.ts"
import { gromacs } from "../tools/gromacs.ts"
import { lammps } from "../tools/lammps.ts"
import { metaOf } from "./allAtom/liquidMeta.ts"
import { simulateLiquid } from "./allAtom/simulateLiquid.ts"
import { runRow, thermoRows } from "./allAtom/summariseRun.ts"
import { walltimeOf } from "./allAtom/walltime.ts"
import { gromacsLiquid } from "./gromacs/gromacsLiquid.ts"
import { lammpsLiquid } from "./lammps/lammpsLiquid.ts"

/** The liquid brought to temperature and pressure, then simulated at constant volume. */
export const allAtomMd = Stage.make("all-atom-md", {
  module: import.meta.url,
  params: Schema.Struct({
    seed: Schema.Int,
    index: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    /** The program that simulates. */
    engine: AllAtomEngine.pipe(Schema.withDecodingDefaultKey(Effect.succeed("lammps" as const))),
    ...AllAtomProtocol.fields
  }).check(Schema.makeFilter((params) => protocolProblems(params))),
  inputs: { liquid: LiquidFile, molecule: MoleculeFile, forceField: ForceFieldFile },
  outputs: { trajectory: AtomTrajectory, thermo: Thermo, run: AllAtomRun },
  tools: [lammps, gromacs],
  uses: ({ engine }) => [engine === "gromacs" ? gromacs : lammps],
  deterministic: true,
  resources: (protocol) => ({ cores: 1, memory: 512, walltime: walltimeOf(protocol) }),
  run: Effect.fnUntraced(function* ({ params, inputs: { forceField, liquid, molecule } }) {
    const ws = yield* Workspace
    const text = yield* ws.readText(liquid.path)
    const { data, meta, terms } = yield* Effect.try({
      try: () => {
        const heavy = repartitionHydrogenMass(molecule, params.hydrogenMassFactor)
        const data = readLammpsData(text)
        const meta = metaOf(data, molecule, heavy, params.molecules)
        return { data, meta, terms: assignTerms(heavy, forceField) }
      },
      catch: (problem) =>
        badInput(
          problem instanceof Error ? problem.message : String(problem),
          "build the liquid from the same molecule and force field, with the same params"
        )
    })
    const seedFor = (purpose: string) => deriveSeed(params.seed, params.index, "all-atom-md", purpose)
    const engine =
      params.engine === "gromacs"
        ? yield* gromacsLiquid(terms, data, params, seedFor)
        : yield* lammpsLiquid(terms, text, params, seedFor)
    const simulated = yield* simulateLiquid(engine, params)
    const { verdict } = simulated
    return {
      trajectory: {
        meta: withVerdict(meta, verdict),
        frames: verdict.quality === "ok" ? engine.frames() : noFrames
      },
      thermo: thermoRows(simulated),
      run: [runRow(simulated, params)]
    }
  })
})
