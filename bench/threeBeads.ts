// Inverts 2,3,4-trimethylpentane in three beads as the campaign does by default: node bench/threeBeads.ts [STORE]
import { readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Store from "../cache/Store.ts"
import * as Local from "../executors/Local.ts"
import { markdownTable } from "../formats/markdownTable.ts"
import { deriveSeed } from "../kernels/random.ts"
import * as launch from "../pipeline/launch.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import { CampaignParams, settingsOf } from "../recipes/campaignSettings.ts"
import { readJson } from "../recipes/readJson.ts"
import { BondedDistribution } from "../schemas/Bonded.ts"
import { CoarseRun } from "../schemas/CoarseRun.ts"
import { ForceField } from "../schemas/ForceField.ts"
import type { Kind } from "../schemas/Kind.ts"
import { MappingFile } from "../schemas/MappingFile.ts"
import { Molecule } from "../schemas/Molecule.ts"
import { Inversion } from "../schemas/Potential.ts"
import { allAtomMd } from "../stages/allAtomMd.ts"
import { buildLiquid } from "../stages/buildLiquid.ts"
import { cgMd } from "../stages/cgMd.ts"
import { distributionsOf, onGrid, termOf } from "../stages/coarse/bondedRows.ts"
import { totalVariation, variationFloor } from "../kernels/Distribution.ts"
import { invertBoltzmann } from "../stages/invertBoltzmann.ts"
import { loadMapping } from "../stages/loadMapping.ts"
import { loadMolecule } from "../stages/loadMolecule.ts"
import { mapToCg } from "../stages/mapToCg.ts"
import { measureStructure } from "../stages/measureStructure.ts"
import { machine, writeSection } from "./results.ts"

const { seed, ...params } = Schema.decodeSync(CampaignParams)({ mapping: "three-bead" })
const { allAtom, coarse, ibi, structure: grid } = settingsOf({ ...params, seed })

/** Sample 0 of the campaign, the unchanged force field, and a run of its own with what the inversion found. */
const threeBeads = Pipeline.make("three-beads", { params: Schema.Struct({}) }, () => {
  const reference = loadMolecule(
    {
      molecule: readJson("molecule", params.molecule, Molecule),
      forceField: readJson("forceField", params.forceField, ForceField)
    },
    {}
  )
  const { forceField, molecule } = reference
  const file = readJson("mapping", params.mapping, MappingFile, { folder: "mappings" })
  const { mapping } = loadMapping({ mapping: file }, { molecule })
  const { liquid } = buildLiquid({ ...allAtom, seed, index: 0 }, { molecule, forceField })
  const { trajectory } = allAtomMd({ ...allAtom, seed, index: 0 }, { molecule, forceField, liquid })
  const { beads } = mapToCg({}, { trajectory, mapping })
  const { distributions: bondedTarget, rdf: target, structure } = measureStructure(grid, { beads })
  const { bonded, inversion, potential } = invertBoltzmann(
    { ...ibi, seed: deriveSeed(seed, "ibi", 0) },
    { target, structure, bondedTarget, beads }
  )
  const simulation = { ...coarse, production: 200, seed: deriveSeed(seed, "cg-md", 0) }
  const { beads: moved, run } = cgMd(simulation, { potential, bonded, beads, inversion })
  const { distributions } = measureStructure(grid, { beads: moved })
  return { inversion, bondedTarget, distributions, run }
})

const file = fileURLToPath(import.meta.url)
const store = process.argv[2] ?? join(tmpdir(), "largo-three-beads")
const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? "-"

await Effect.runPromise(
  Effect.gen(function* () {
    const opened = yield* Effect.promise(() => launch.open({ pipeline: threeBeads, file, params: {}, store }))
    const { summary } = yield* launch.run(opened, { file, executor: Local.make(Local.machine()) })
    const { contents } = Store.open(store)
    const read = <A>(kind: Kind<A>, target: string) =>
      Effect.promise(() => {
        const digest = summary.targets[target]
        if (typeof digest !== "string") throw new Error(`${target} was not reached: see ${store}`)
        const path = contents.pathOf(digest)
        return kind.decode({ path, bytes: () => readFileSync(path), chunks: async function* () {} })
      })
    const inversion = yield* read(Inversion, "inversion")
    const targets = distributionsOf(yield* read(BondedDistribution, "bondedTarget"))
    const found = distributionsOf(yield* read(BondedDistribution, "distributions"))
    const [run] = yield* read(CoarseRun, "run")
    const iterations = inversion.history.map((row, i) => [
      String(i + 1),
      fixed(row.timeStep === null ? null : 1000 * row.timeStep, 2),
      fixed(row.temperature, 1),
      `${fixed(row.residual, 3)} (${fixed(row.noiseFloor, 3)})`,
      `${fixed(row.variation, 3)} (${fixed(row.variationFloor, 3)})`,
      fixed(row.pressure, 0)
    ])
    const terms = targets.map(({ of: wanted, ...term }) => {
      const is = onGrid(termOf(found, term), wanted.x)
      return [
        `${term.kind} ${term.beads}`,
        fixed(totalVariation(is, wanted), 3),
        fixed(variationFloor(is, wanted), 3)
      ]
    })
    writeSection(
      "Bonds and angles",
      [
        `\`node bench/threeBeads.ts\`: ${machine()}. ${allAtom.molecules} molecules of 2,3,4-trimethylpentane in three beads,` +
          ` protocol \`demo\` with its defaults, ${ibi.production} ps an iteration; in brackets what noise alone would give.`,
        markdownTable(
          ["iteration", "step, fs", "T, K", "RDF residual", "total variation, worst", "P, bar"],
          iterations
        ),
        `A run of its own with the best of these potentials, 200 ps at ${fixed(1000 * (run?.time_step ?? NaN), 2)} fs:` +
          ` ${fixed(run?.temperature ?? null, 1)} +- ${fixed(run?.temperature_stderr ?? null, 1)} K under a thermostat at 298.15 K.`,
        markdownTable(["distribution", "total variation to the all-atom run", "noise alone"], terms)
      ].join("\n\n")
    )
  })
)
