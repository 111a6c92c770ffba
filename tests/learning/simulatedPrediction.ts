// A pipeline that simulates the potential of a held-out sample: its own, and the predicted one.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, labelled, pick, range } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { BeadTrajectory } from "../../schemas/Trajectory.ts"
import { cgMd } from "../../stages/cgMd.ts"
import { collectParameters } from "../../stages/collectParameters.ts"
import { collectPotentials } from "../../stages/collectPotentials.ts"
import { extractDiffusion } from "../../stages/extractDiffusion.ts"
import { measureStructure } from "../../stages/measureStructure.ts"
import { predictPotential } from "../../stages/predictPotential.ts"
import { trainStructure } from "../../stages/trainers.ts"
import { validateModel } from "../../stages/validateModel.ts"
import { drawSample } from "./learningPipeline.ts"

const side = 4
const edge = 2.8 // nm: 64 beads at 0.57 of the cube of their width

/** Beads on a simple cubic lattice. */
export const drawBeads = Stage.make("draw-beads", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { beads: BeadTrajectory },
  deterministic: true,
  run: () => {
    const count = side ** 3
    const positions = Float32Array.from({ length: 3 * count }, (_, k) => {
      const bead = Math.floor(k / 3)
      const place = [bead % side, Math.floor(bead / side) % side, Math.floor(bead / side ** 2)][k % 3]
      return ((place + 0.5) * edge) / side
    })
    const meta = {
      types: Array<number>(count).fill(0),
      typeNames: ["A"],
      masses: Array<number>(count).fill(114),
      molecule: Array.from({ length: count }, (_, bead) => bead),
      unwrapped: true,
      quality: "ok",
      reason: ""
    }
    const frame = { step: 0, time: 0, box: Float64Array.of(edge, edge, edge, 0, 0, 0), positions }
    const frames = (async function* () {
      yield frame
    })()
    return Effect.succeed({ beads: { meta, frames } })
  }
})

const held = 3

export const simulating = Pipeline.make("simulating", { params: Schema.Struct({}) }, () => {
  const systems = each("sample", range(14), (sample) => drawSample({ sample }, {}))
  const { parameters } = collectParameters({}, { systems: systems.map(pick("parameters")) })
  const { potentials } = collectPotentials({}, { systems: systems.map(pick("potential", "inversion")) })
  const { model } = trainStructure(
    { hidden: [16], epochs: 400, members: 3, folds: 2, holdOut: [held] },
    { parameters, potentials }
  )
  const { beads } = drawBeads({}, {})
  const md = { timeStep: 0.01, equilibration: 10, production: 120, frameInterval: 0.2, temperature: 298.15 }
  const simulate = (potential: (typeof systems)[number]["potential"], seed: number) => {
    const run = cgMd({ ...md, seed }, { potential, beads })
    const measured = measureStructure({ rMax: 1.3, binWidth: 0.02 }, { beads: run.beads })
    return { ...measured, run: run.run, ...extractDiffusion({}, { beads: run.beads }) }
  }
  const own = labelled("own", () => simulate(systems[held].potential, 1))
  const { potential, prediction } = predictPotential({}, { model, parameters: systems[held].parameters })
  const predicted = labelled("predicted", () => simulate(potential, 2))
  const { validation } = validateModel(
    { sample: held, route: "structure" },
    {
      target: own.rdf,
      structure: own.structure,
      allAtom: own.diffusion,
      rdf: predicted.rdf,
      diffusion: predicted.diffusion,
      run: predicted.run,
      potential: prediction
    }
  )
  return { validation, ownRun: own.run, prediction }
})
