// Pipelines of the report's tests: a made-up campaign that publishes what a real one does, and one that breaks.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each } from "../../pipeline/combinators.ts"
import { badInput } from "../../pipeline/outcome.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import * as Stage from "../../pipeline/Stage.ts"
import {
  Frictions,
  Mobilities,
  Pairs,
  Potentials,
  Predictions,
  Rdfs,
  Routes,
  SampleParameters,
  Samples,
  Scores,
  Validations
} from "../../schemas/campaign.ts"
import { AllAtomRun, Thermo } from "../../schemas/AllAtomRun.ts"
import { Diffusion, Msd } from "../../schemas/Diffusion.ts"
import { Matching } from "../../schemas/Matching.ts"
import { MoleculeFile } from "../../schemas/moleculeFiles.ts"
import { Inversion } from "../../schemas/Potential.ts"
import { AtomTrajectory, BeadTrajectory } from "../../schemas/Trajectory.ts"
import { exportDataset } from "../../stages/exportDataset.ts"
import * as synthetic from "./synthetic.ts"
import * as runs from "./syntheticRuns.ts"

const publish = Stage.make("publish-campaign", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: {
    samples: Samples,
    parameters: SampleParameters,
    potentials: Potentials,
    rdfs: Rdfs,
    mobilities: Mobilities,
    frictions: Frictions,
    pairs: Pairs,
    predictions: Predictions,
    scores: Scores,
    curves: Scores,
    validations: Validations,
    routes: Routes,
    matching: Matching
  },
  deterministic: true,
  run: () => Effect.succeed(synthetic)
})

const extractDiffusion = Stage.make("extract-diffusion", {
  module: import.meta.url,
  params: Schema.Struct({ sample: Schema.Int, resolution: Schema.Literals(["all-atom", "coarse-grained"]) }),
  inputs: {},
  outputs: { diffusion: Diffusion, msd: Msd },
  deterministic: true,
  run: ({ params: { resolution, sample } }) => Effect.succeed(synthetic.diffusionOf(sample, resolution))
})

const loadMolecule = Stage.make("load-molecule", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { molecule: MoleculeFile },
  deterministic: true,
  run: () => Effect.succeed({ molecule: runs.molecule })
})

const simulate = Stage.make("simulate", {
  module: import.meta.url,
  params: Schema.Struct({ sample: Schema.Int }),
  inputs: { molecule: MoleculeFile },
  outputs: { run: AllAtomRun, thermo: Thermo, trajectory: AtomTrajectory },
  deterministic: true,
  run: ({ params: { sample } }) =>
    Effect.succeed({ run: runs.runOf(sample), thermo: runs.thermoOf(sample), trajectory: runs.atoms() })
})

const map = Stage.make("map", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { trajectory: AtomTrajectory },
  outputs: { beads: BeadTrajectory },
  deterministic: true,
  run: () => Effect.succeed({ beads: runs.beads() })
})

const invert = Stage.make("invert", {
  module: import.meta.url,
  params: Schema.Struct({ sample: Schema.Int }),
  inputs: { beads: BeadTrajectory },
  outputs: { inversion: Inversion },
  deterministic: true,
  run: ({ params: { sample } }) => Effect.succeed({ inversion: runs.inversionOf(sample) })
})

export const campaign = Pipeline.make(
  "made-up-campaign",
  { params: Schema.Struct({ protocol: Schema.String, seed: Schema.Int }) },
  (params) => {
    const { matching, ...tables } = publish({}, {})
    const diffusions = each("sample", synthetic.indices, (sample) =>
      Object.fromEntries(
        each("resolution", ["all-atom", "coarse-grained"] as const, (resolution) =>
          extractDiffusion({ sample, resolution }, {})
        ).map(({ diffusion, label }) => [label, diffusion])
      )
    )
    const { molecule } = loadMolecule({}, {})
    const inversions = each("sample", synthetic.indices, (sample) => {
      const { trajectory } = simulate({ sample }, { molecule })
      const { beads } = map({}, { trajectory })
      return invert({ sample }, { beads })
    })
    const { dataset } = exportDataset(
      { name: "A made-up campaign", campaign: params },
      { ...tables, matching }
    )
    const fits = Object.fromEntries(
      diffusions.flatMap(({ label, ...rows }) =>
        Object.entries(rows).map(([resolution, row]) => [`${label} ${resolution}`, row])
      )
    )
    const inverted = Object.fromEntries(
      inversions.map(({ inversion, label }) => [`inverted ${label}`, inversion])
    )
    return { ...tables, matching, dataset, ...fits, ...inverted }
  }
)

const refuse = Stage.make("refuse", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { samples: Samples },
  run: () => Effect.fail(badInput("the <input> is not what it should be", "mend it & run again"))
})

/** One target that is reached, and one that is not. */
export const broken = Pipeline.make("broken", { params: Schema.Struct({}) }, () => {
  const { matching, samples } = publish({}, {})
  return { good: samples, verdict: matching, bad: refuse({}, {}).samples }
})
