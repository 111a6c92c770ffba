// Compares LAMMPS and GROMACS on the same liquids: node bench/allAtomEngines.ts STORE [PROTOCOL [SAMPLES [SEEDS]]]
//
// Each engine simulates each sample from each seed; core-seconds, density and D with their means over all runs and the
// scatter between seeds. Resumable: what the store has is not run again.
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Store from "../cache/Store.ts"
import * as Local from "../executors/Local.ts"
import { labelled, range } from "../pipeline/combinators.ts"
import * as launch from "../pipeline/launch.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import { protocols } from "../recipes/campaignSettings.ts"
import { AllAtomRun } from "../schemas/AllAtomRun.ts"
import { Diffusion } from "../schemas/Diffusion.ts"
import { ForceField } from "../schemas/ForceField.ts"
import type { Kind } from "../schemas/Kind.ts"
import { Molecule } from "../schemas/Molecule.ts"
import { readJson } from "../recipes/readJson.ts"
import { allAtomMd } from "../stages/allAtomMd.ts"
import { buildLiquid } from "../stages/buildLiquid.ts"
import { extractDiffusion } from "../stages/extractDiffusion.ts"
import { loadMolecule } from "../stages/loadMolecule.ts"
import { mapToCg } from "../stages/mapToCg.ts"
import { sampleParameters } from "../stages/sampleParameters.ts"
import { machine, writeSection } from "./results.ts"

const [store, name = "demo", samples = "1", seeds = "4"] = process.argv.slice(2)
if (store === undefined) throw new Error("name a store: node bench/allAtomEngines.ts STORE")
const protocol = protocols[Schema.decodeUnknownSync(Schema.Literals(["tiny", "demo", "paper"]))(name)]
const engines = ["lammps", "gromacs"] as const
const runs = range(Number(samples)).flatMap((index) =>
  range(Number(seeds)).flatMap((i) => engines.map((engine) => ({ engine, index, seed: i + 1 })))
)
type Run = (typeof runs)[number]
const labelOf = ({ engine, index, seed }: Run) => `${engine} ${index} ${seed}`

const pipeline = Pipeline.make("all-atom-engines", { params: Schema.Struct({}) }, () => {
  const reference = loadMolecule(
    {
      molecule: readJson("molecule", "234-trimethylpentane", Molecule),
      forceField: readJson("forceField", "opls-aa", ForceField)
    },
    {}
  )
  const { molecule } = reference
  const outputs = runs.map((run) =>
    labelled(`run=${labelOf(run)}`, () => {
      const { index, seed } = run
      // The force fields of one campaign, packed and moved by another seed each.
      const { forceField } = sampleParameters({ seed: 1, index }, reference)
      const sample = { ...protocol.allAtom, seed, index }
      const { liquid } = buildLiquid(sample, { molecule, forceField })
      const simulated = allAtomMd({ ...sample, engine: run.engine }, { molecule, forceField, liquid })
      const { beads } = mapToCg({}, { trajectory: simulated.trajectory })
      const { diffusion } = extractDiffusion({ ...protocol.fit, maxRelativeError: 1 }, { beads })
      return { [`${labelOf(run)} run`]: simulated.run, [`${labelOf(run)} D`]: diffusion }
    })
  )
  return Object.assign({}, ...outputs) as (typeof outputs)[number]
})

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
const scatter = (values: ReadonlyArray<number>) => {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

const file = fileURLToPath(import.meta.url)
await Effect.runPromise(
  Effect.gen(function* () {
    const opened = yield* Effect.promise(() => launch.open({ pipeline, file, params: {}, store }))
    const executor = Local.make({ ...Local.machine(), cores: 1 })
    const { nodes, summary } = yield* launch.run(opened, { file, executor })
    const { actions, contents } = Store.open(store)
    const rowOf = async <Row>(kind: Kind<ReadonlyArray<Row>>, target: string): Promise<Row> => {
      const bytes = () => contents.read(summary.targets[target]!)
      const [row] = await kind.decode({ path: "", bytes, chunks: async function* () {} })
      return row
    }
    const measured = yield* Effect.promise(() =>
      Promise.all(
        runs.map(async (run) => {
          const label = labelOf(run)
          const node = nodes.find((line) => line.node === `all-atom-md@run=${label}`)
          const { density, quality } = await rowOf(AllAtomRun, `${label} run`)
          const { D, stderr } = await rowOf(Diffusion, `${label} D`)
          const cost = actions.lookup(node?.key ?? "")?.record.cpuSeconds
          return {
            ...run,
            quality,
            density: density ?? NaN,
            D: D ?? NaN,
            stderr: stderr ?? NaN,
            cost: cost ?? NaN
          }
        })
      )
    )
    const lines = measured.map(
      ({ D, cost, density, engine, index, quality, seed, stderr }) =>
        `| ${index} | ${seed} | ${engine} | ${cost.toFixed(0)} | ${density.toFixed(3)} | ${D.toFixed(2)} +- ${stderr.toFixed(2)} | ${quality} |`
    )
    const fair = measured.filter((one) =>
      engines.every((engine) =>
        measured.some(
          (other) =>
            other.engine === engine &&
            other.index === one.index &&
            other.seed === one.seed &&
            other.quality === "ok"
        )
      )
    )
    const of = (field: "cost" | "density" | "D", index: number, engine: string) =>
      fair.filter((one) => one.index === index && one.engine === engine).map((one) => one[field])
    const means = range(Number(samples)).map((index) => {
      const pairs = (["density", "D"] as const).map((field) => {
        const values = engines.map((engine) => of(field, index, engine))
        const shown = values.map((each) => {
          const digits = field === "D" ? 2 : 4
          return `${mean(each).toFixed(digits)} +- ${(scatter(each) / Math.sqrt(each.length)).toFixed(digits)}`
        })
        return `${field} ${shown.join(" and ")}`
      })
      const [lammps, gromacs] = engines.map((engine) => mean(of("cost", index, engine)))
      return `- sample ${index}: ${pairs.join("; ")}; cost ${lammps.toFixed(0)} and ${gromacs.toFixed(0)} core-s, ratio ${(lammps / gromacs).toFixed(2)}`
    })
    writeSection(
      `LAMMPS and GROMACS, protocol ${name}`,
      [
        `\`node bench/allAtomEngines.ts STORE ${name} ${samples} ${seeds}\`: ${machine()}; core-seconds of the stage \`all-atom-md\`, one core each.`,
        "",
        "| sample | seed | engine | core-s | density, g/cm3 | D, 1e-9 m2/s | quality |",
        "|---|---|---|---|---|---|---|",
        ...lines,
        "",
        "Means over seeds that are ok in both, LAMMPS first, with the error from the scatter between seeds:",
        "",
        ...means
      ].join("\n")
    )
    console.log(means.join("\n"))
  })
)
