// Inverts molecular liquids by both methods with default settings: node bench/inversions.ts [STORE]
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Local from "../executors/Local.ts"
import { deriveSeed } from "../kernels/random.ts"
import type { Artifact } from "../pipeline/Artifact.ts"
import { labelled, range } from "../pipeline/combinators.ts"
import * as launch from "../pipeline/launch.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import { CampaignParams, settingsOf } from "../recipes/campaignSettings.ts"
import { readJson } from "../recipes/readJson.ts"
import { ForceField } from "../schemas/ForceField.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import { Molecule } from "../schemas/Molecule.ts"
import type { Inversion } from "../schemas/Potential.ts"
import type { BeadTrajectory } from "../schemas/Trajectory.ts"
import { allAtomMd } from "../stages/allAtomMd.ts"
import { buildLiquid } from "../stages/buildLiquid.ts"
import { invertBoltzmann } from "../stages/invertBoltzmann.ts"
import { loadMolecule } from "../stages/loadMolecule.ts"
import { mapToCg } from "../stages/mapToCg.ts"
import { measureStructure } from "../stages/measureStructure.ts"
import { sampleParameters } from "../stages/sampleParameters.ts"
import { machine, writeSection } from "./results.ts"
import { targetsOf } from "./targets.ts"

const variants = {
  ibi: { method: "ibi" },
  imc: { method: "imc" }
} as const
const samples = 4
const seed = 1
type Beads = Artifact<ValueOf<typeof BeadTrajectory>>

/** The first liquids of a demo campaign as its pipeline makes them. */
const inversions = Pipeline.make("inversions", { params: Schema.Struct({}) }, () => {
  const params = Schema.decodeUnknownSync(CampaignParams)({ protocol: "demo", engine: "gromacs", seed })
  const { allAtom, ibi, structure } = settingsOf(params)
  const reference = loadMolecule(
    {
      molecule: readJson("molecule", params.molecule, Molecule),
      forceField: readJson("forceField", params.forceField, ForceField)
    },
    {}
  )
  const { molecule } = reference
  const invert = (name: string, beads: Beads, grid: typeof structure, index: number) => {
    const { rdf: target, structure: known } = measureStructure(grid, { beads })
    return Object.entries(variants).map(([variant, settings]) => {
      const { inversion } = labelled(`by=${variant}`, () =>
        invertBoltzmann(
          { ...ibi, max: 20, ...settings, seed: deriveSeed(seed, "ibi", index) },
          { target, structure: known, beads }
        )
      )
      return [`${name} | ${variant}`, inversion] as const
    })
  }
  const liquids = range(samples).flatMap((index) => {
    const { forceField } = sampleParameters({ seed, index, ranges: params.ranges }, reference)
    const { liquid } = buildLiquid({ ...allAtom, seed, index }, { molecule, forceField })
    const { trajectory } = allAtomMd(
      { ...allAtom, engine: params.engine, seed, index },
      { molecule, forceField, liquid }
    )
    const { beads } = mapToCg({}, { trajectory })
    return invert(`234-trimethylpentane, sample ${index}`, beads, structure, index)
  })
  return Object.fromEntries<Artifact<unknown>>(liquids)
})

const report = (values: Readonly<Record<string, unknown>>): string => {
  const rows = Object.entries(values).map(([name, value]) => {
    const { converged, history, quality, ...best } = value as ValueOf<typeof Inversion>
    const pressures = history.slice(-4).map(({ pressure }) => pressure!.toFixed(0))
    const cells = [
      name,
      history.length,
      quality === "ok" ? (converged ? "yes" : "no") : quality,
      history[0].residual!.toFixed(3),
      `${best.residual!.toFixed(4)} (${best.noiseFloor!.toFixed(4)})`,
      best.chiSquare!.toFixed(1),
      pressures.join(" ")
    ]
    return `| ${cells.join(" | ")} |`
  })
  return `\`node bench/inversions.ts\`: ${machine()}. The first ${samples} liquids of a demo campaign (64 molecules, 40 ps, GROMACS); all settings at their
defaults, 20 iterations at most.

| target | method | iterations | stopped by itself | relL1 at first | relL1 of the best (noise) | its chi2 | last pressures, bar |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}
`
}

// What is in the store is not simulated again: a run that was stopped goes on.
const store = process.argv[2] ?? join(tmpdir(), "largo-inversions")
const file = fileURLToPath(import.meta.url)

if (import.meta.main) {
  await Effect.runPromise(
    Effect.gen(function* () {
      const opened = yield* Effect.promise(() =>
        launch.open({ pipeline: inversions, file, params: {}, store })
      )
      const { summary } = yield* launch.run(opened, { file, executor: Local.make(Local.machine()) })
      const text = report(yield* Effect.promise(() => targetsOf(inversions, {}, summary, store)))
      process.stdout.write(text)
      writeSection("Inversion of molecular liquids", text)
    })
  )
}
