// Holds the stated error of D against its scatter over independent runs: node bench/diffusionErrors.ts
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Store from "../cache/Store.ts"
import * as Local from "../executors/Local.ts"
import { each, range } from "../pipeline/combinators.ts"
import * as launch from "../pipeline/launch.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import { Diffusion } from "../schemas/Diffusion.ts"
import { cgMd } from "../stages/cgMd.ts"
import { extractDiffusion } from "../stages/extractDiffusion.ts"
import { knownFluid } from "../tests/coarse-grained/fluid.ts"

const runs = 24
const free = { type: "nose-hoover", damp: 0.5 } as const
const cases = [
  { temperature: 125, production: 100, thermostat: free },
  { temperature: 125, production: 100, thermostat: { type: "langevin", tau: 0.2 } },
  { temperature: 298.15, production: 100, thermostat: free },
  { temperature: 298.15, production: 100, thermostat: { type: "langevin", tau: 0.2 } }
] as const

const scatter = Pipeline.make("scatter", { params: Schema.Struct({}) }, () => {
  const { beads, potential } = knownFluid({ quality: "ok" }, {})
  const times = { timeStep: 0.01, equilibration: 20, frameInterval: 0.2 }
  const rows = cases.flatMap((spec, k) =>
    each("run", range(runs), (run) => {
      const model = cgMd({ ...times, ...spec, seed: runs * k + run }, { beads, potential })
      return { diffusion: extractDiffusion({ maxRelativeError: 1 }, { beads: model.beads }).diffusion }
    })
  )
  return Object.fromEntries(rows.map(({ diffusion }, k) => [String(k), diffusion]))
})

const file = fileURLToPath(import.meta.url)
const store = mkdtempSync(join(tmpdir(), "largo-bench-"))

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length

await Effect.runPromise(
  Effect.gen(function* () {
    const opened = yield* Effect.promise(() => launch.open({ pipeline: scatter, file, params: {}, store }))
    const { summary } = yield* launch.run(opened, { file, executor: Local.make(Local.machine()) })
    const { contents } = Store.open(store)
    for (const [k, spec] of cases.entries()) {
      const rows = yield* Effect.promise(() =>
        Promise.all(
          range(runs).map(async (run) => {
            const bytes = () => contents.read(summary.targets[String(runs * k + run)]!)
            const [row] = await Diffusion.decode({ path: "", bytes, chunks: async function* () {} })
            return { D: row?.D ?? NaN, stderr: row?.stderr ?? NaN }
          })
        )
      )
      const D = mean(rows.map((row) => row.D))
      const spread = Math.sqrt((mean(rows.map((row) => (row.D - D) ** 2)) * runs) / (runs - 1))
      const stated = mean(rows.map((row) => row.stderr))
      console.log(
        `${JSON.stringify(spec)}: D ${D.toFixed(3)}, scatter ${spread.toFixed(3)}, stated error ${stated.toFixed(3)}`
      )
    }
  }).pipe(Effect.ensuring(Effect.sync(() => rmSync(store, { recursive: true, force: true }))))
)
