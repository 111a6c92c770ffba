// A pipeline that finds the pair potentials of given radial distribution functions: what VOTCA's csg_inverse does.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { deriveSeed } from "../kernels/random.ts"
import { each } from "../pipeline/combinators.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import { BadParams } from "../pipeline/Stage.ts"
import { cgMd } from "../stages/cgMd.ts"
import { invertBoltzmann } from "../stages/invertBoltzmann.ts"
import { loadBeads } from "../stages/loadBeads.ts"
import { loadRdfs } from "../stages/loadRdfs.ts"
import { loadText } from "../stages/loadText.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const Name = Schema.NonEmptyString

/** Lengths in nm, times in ps; files by path. `largo import votca` writes these from VOTCA's settings. */
export const InversionParams = Schema.Struct({
  /** K */
  temperature: Positive,
  /** A LAMMPS data file in units real: box, masses and positions to start from. */
  beads: Name,
  /** Names of its atom types, from type 1 on. */
  types: Schema.NonEmptyArray(Name),
  /** The RDF of every pair of types, as a VOTCA table. */
  targets: Schema.NonEmptyArray(Schema.Struct({ types: Schema.Tuple([Name, Name]), file: Name })),
  /** Upper end of the RDFs, and cut-off of the potentials. */
  rMax: Positive,
  binWidth: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.01))),
  normalization: Schema.Literals(["N(N-1)", "N2"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("N2" as const))
  ),
  timeStep: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(0.01))),
  /** Length of the run of an iteration, and of the last one with the final potential. */
  production: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(100))),
  iterations: Schema.Int.check(Schema.isGreaterThan(0)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(20))
  ),
  seed: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1)))
})

export const inversion = Pipeline.make("inversion", { params: InversionParams }, (params) => {
  const { binWidth, iterations, normalization, production, rMax, seed, temperature, timeStep, types } = params
  const wanted = types.flatMap((a, i) => types.slice(i).map((b) => [a, b] as const))
  const targets = wanted.map(([a, b]) => {
    const target = params.targets.find(({ types: [c, d] }) => (a === c && b === d) || (a === d && b === c))
    if (target === undefined)
      throw new BadParams("pipeline inversion", [`targets: there is none for the pair ${a}-${b}`])
    return { pair: `${a}-${b}`, file: target.file }
  })
  const { file: data } = loadText({ text: readText("beads", params.beads) }, {})
  const { beads } = loadBeads({ types }, { data })
  const files = Object.fromEntries(targets.map(({ file, pair }) => [pair, file]))
  const tables = each("pair", Object.keys(files), (pair) => ({
    table: loadText({ text: readText("targets", files[pair]) }, {}).file
  }))
  const { rdf: target, structure } = loadRdfs({ rMax, binWidth, normalization }, { tables })
  const times = { timeStep, equilibration: production / 10, production, frameInterval: 20 * timeStep }
  const inverted = invertBoltzmann(
    { ...times, temperature, seed: deriveSeed(seed, "ibi"), max: iterations },
    { target, structure, beads }
  )
  const { potential, rdf } = inverted
  const model = cgMd(
    { ...times, temperature, seed: deriveSeed(seed, "cg-md") },
    { potential, beads, inversion: inverted.inversion }
  )
  return { potential, rdf, inversion: inverted.inversion, run: model.run }
})

const readText = (param: string, name: string): string => {
  try {
    return readFileSync(resolve(name), "utf8")
  } catch {
    throw new BadParams("pipeline inversion", [`${param}: ${resolve(name)} cannot be read`])
  }
}
