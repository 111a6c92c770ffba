// Judges a simulated model by the structure and mobility of the all-atom sample that it stands for.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { bar, boltzmann } from "../kernels/constants.ts"
import type { Mobility } from "../kernels/pairs.ts"
import { acceleration } from "../kernels/pairs.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Validations } from "../schemas/campaign.ts"
import { CoarseRun } from "../schemas/CoarseRun.ts"
import { Diffusion } from "../schemas/Diffusion.ts"
import { Prediction } from "../schemas/Model.ts"
import { Rdf, Structure } from "../schemas/Rdf.ts"
import * as Verdict from "../schemas/Verdict.ts"
import { noiseOf, residualOf } from "./coarse/rdfRows.ts"
import { mobilityOf } from "./mobilityOf.ts"
import { onlyRow } from "./onlyRow.ts"

/**
 * The route `rescaled` divides D of the simulation by the acceleration that `prediction` gives, its error included; on
 * the route `friction` that is the damping time with which the simulation ran. Numbers are null as far as the simulation,
 * or the sample itself, gave nothing to judge; the first verdict says why.
 */
export const validateModel = Stage.make("validate-model", {
  module: import.meta.url,
  params: Schema.Struct({
    sample: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    route: Schema.Literals(["ibi", "structure", "mobility", "rescaled", "friction"])
  }),
  inputs: {
    /** Of the mapped all-atom run. */
    target: Rdf,
    structure: Structure,
    allAtom: Diffusion,
    /** Of the simulated model. */
    rdf: Rdf,
    diffusion: Diffusion,
    run: CoarseRun,
    /** What the predicted potential is worth, where it was predicted. */
    potential: Stage.optional(Prediction),
    prediction: Stage.optional(Prediction)
  },
  outputs: { validation: Validations },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs, params: { route, sample } }) {
    const { potential, prediction, rdf, structure, target } = inputs
    if (route === "rescaled" && prediction?.predicts !== "acceleration") {
      return yield* Effect.fail(
        badInput("the route rescaled has no predicted acceleration", "pass it as the input prediction")
      )
    }
    const run = yield* onlyRow(inputs.run, "the coarse-grained run")
    const allAtom = yield* onlyRow(inputs.allAtom, "the all-atom diffusion")
    const simulated = yield* onlyRow(inputs.diffusion, "the diffusion of the model")
    const [residual, noiseFloor] = yield* Effect.try({
      try: () =>
        rdf.length > 0 && target.length > 0 ? [residualOf(rdf, target), noiseOf(rdf, target)] : [null, null],
      catch: (error) =>
        badInput(
          error instanceof Error ? error.message : String(error),
          "measure both RDFs with the same params"
        )
    })
    const wanted = mobilityOf(allAtom)
    const measured = mobilityOf(simulated)
    const reached = route === "rescaled" ? measured && rescaled(measured, prediction) : measured
    const gain = wanted && reached && acceleration(wanted, reached)
    const predicted = [potential ?? Verdict.ok, prediction ?? Verdict.ok]
    const { quality, reason } = Verdict.first([
      structure,
      ...predicted,
      ...[run, simulated, allAtom].map(Verdict.ofRow)
    ])
    const validation = {
      sample,
      route,
      method: (potential ?? prediction)?.method ?? "inversion",
      residual,
      noise_floor: noiseFloor,
      D: reached?.D ?? null,
      D_stderr: reached?.stderr ?? null,
      D_target: allAtom.D,
      D_target_stderr: allAtom.stderr,
      acceleration: gain?.factor ?? null,
      acceleration_stderr: gain?.stderr ?? null,
      pressure: run.pressure,
      pressure_stderr: run.pressure_stderr,
      ideal_pressure: idealPressure(run, simulated.box),
      tau: route === "friction" ? (prediction?.value ?? null) : null,
      quality,
      reason
    }
    return { validation: [validation] }
  })
})

/** rho kT, bar, of beads in a box of that edge, nm. */
const idealPressure = (
  { beads, temperature }: { readonly beads: number; readonly temperature: number | null },
  edge: number | null
): number | null =>
  temperature === null || edge === null ? null : (beads * boltzmann * temperature) / (edge ** 3 * bar)

/** D in the time that runs slower by the predicted factor; undefined without one. */
const rescaled = (
  { D, stderr }: Mobility,
  prediction: { readonly value: number | null; readonly stderr: number | null } | undefined
): Mobility | undefined => {
  if (prediction === undefined || prediction.value === null || prediction.stderr === null) return undefined
  const slowed = D / prediction.value
  return { D: slowed, stderr: slowed * Math.hypot(stderr / D, prediction.stderr / prediction.value) }
}
