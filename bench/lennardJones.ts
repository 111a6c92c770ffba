// Holds the inversion of a Lennard-Jones fluid against its exact potential and pressure: node bench/lennardJones.ts [STORE]
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Local from "../executors/Local.ts"
import * as launch from "../pipeline/launch.ts"
import type { CoarseRun } from "../schemas/CoarseRun.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Inversion, Potential } from "../schemas/Potential.ts"
import type { Structure } from "../schemas/Rdf.ts"
import { control, errorOf, reduced } from "../tests/coarse-grained/lennardJones.ts"
import { machine, writeSection } from "./results.ts"
import { targetsOf } from "./targets.ts"

const params = {
  side: 10,
  frames: 5000,
  inversions: [
    { method: "imc", frames: 2000, max: 8 },
    { method: "ibi", frames: 500, max: 14 }
  ]
} as const

// What is in the store is not simulated again: a run that was stopped goes on.
const store = process.argv[2] ?? join(tmpdir(), "largo-lennard-jones")
const file = fileURLToPath(import.meta.url)

const report = (values: Readonly<Record<string, unknown>>): string => {
  const [exact] = values["exact"] as ValueOf<typeof CoarseRun>
  const structure = values["structure"] as ValueOf<typeof Structure>
  const rows = params.inversions.map(({ frames, method }) => {
    const inversion = values[`${method}-inversion`] as ValueOf<typeof Inversion>
    const potential = values[`${method}-potential`] as ValueOf<typeof Potential>
    return [
      method,
      inversion.iteration,
      inversion.converged ? "yes" : "no",
      frames,
      errorOf(potential).toFixed(3),
      (reduced(inversion.pressure!) - reduced(exact.pressure!)).toFixed(2),
      inversion.residual!.toFixed(4),
      inversion.noiseFloor!.toFixed(4),
      inversion.chiSquare!.toFixed(1)
    ]
  })
  const names =
    "method|iterations|stopped by itself|frames of a full run|max abs dU / eps|dP|relL1|its noise|chi2".split(
      "|"
    )
  const line = (cells: ReadonlyArray<unknown>) => `| ${cells.join(" | ")} |`
  const course = (values["imc-inversion"] as ValueOf<typeof Inversion>).history
    .map(({ chiSquare, pressure }) => `${chiSquare!.toFixed(1)} (${reduced(pressure!).toFixed(2)})`)
    .join(", ")
  return `\`node bench/lennardJones.ts\`: ${machine()}. ${params.side ** 3} Lennard-Jones particles, rho* 0.8, T* 1, r_c 2.5, cut and not
smoothed; target: the RDF of ${structure.frames} frames, nothing else. P* is ${reduced(exact.pressure!).toFixed(2)} +- ${reduced(exact.pressure_stderr!).toFixed(2)}.
Wanted: max abs dU < 0.05 for 0.95 < r < 2.45 and abs dP < 0.17 within 20 iterations.

${[line(names), line(names.map(() => "---")), ...rows.map(line)].join("\n")}

Inverse Monte Carlo from iteration to iteration, chi2 and in brackets P*: ${course}.
`
}

await Effect.runPromise(
  Effect.gen(function* () {
    const opened = yield* Effect.promise(() => launch.open({ pipeline: control, file, params, store }))
    const { summary } = yield* launch.run(opened, { file, executor: Local.make(Local.machine()) })
    const text = report(yield* Effect.promise(() => targetsOf(control, params, summary, store)))
    process.stdout.write(text)
    writeSection("Inversion of a Lennard-Jones fluid", text)
  })
)
