// A pipeline that learns from drawn samples instead of simulated ones.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, pick, range } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { Diffusion } from "../../schemas/Diffusion.ts"
import { Parameters } from "../../schemas/Parameters.ts"
import { Inversion, Potential } from "../../schemas/Potential.ts"
import { collectDiffusion } from "../../stages/collectDiffusion.ts"
import { collectParameters } from "../../stages/collectParameters.ts"
import { collectPotentials } from "../../stages/collectPotentials.ts"
import { collectScores } from "../../stages/collectScores.ts"
import { matchPairs } from "../../stages/matchPairs.ts"
import { predictPotential } from "../../stages/predictPotential.ts"
import { predictScalar } from "../../stages/predictScalar.ts"
import { trainAcceleration, trainMobility, trainStructure } from "../../stages/trainers.ts"
import { factorsOf, mobilityOf, parametersOf, potentialOf } from "./syntheticCampaign.ts"

/** Stands for the simulations of a sample and the inversion. */
export const drawSample = Stage.make("draw-sample", {
  module: import.meta.url,
  params: Schema.Struct({ sample: Schema.Int }),
  inputs: {},
  outputs: { parameters: Parameters, potential: Potential, inversion: Inversion },
  deterministic: true,
  run: ({ params: { sample } }) => {
    const factors = factorsOf(sample)
    const bonds = { variation: null, variationFloor: null }
    const numbers = {
      residual: 0.02,
      noiseFloor: 0.02,
      chiSquare: null,
      ...bonds,
      timeStep: 0.01,
      temperature: 298,
      pressure: 0
    }
    const inversion = {
      ...numbers,
      iteration: 5,
      converged: true,
      history: [],
      quality: "ok",
      reason: null
    } as const
    return Effect.succeed({ parameters: parametersOf(factors), potential: potentialOf(factors), inversion })
  }
})

/** Stands for the measurement of mobilities in a fit window. */
export const drawMobility = Stage.make("draw-mobility", {
  module: import.meta.url,
  params: Schema.Struct({ sample: Schema.Int, tmin: Schema.Finite }),
  inputs: {},
  outputs: { allAtom: Diffusion, coarse: Diffusion },
  deterministic: true,
  run: ({ params: { sample, tmin } }) => {
    const { D_AA, D_CG } = mobilityOf(factorsOf(sample))
    const row = (D: number) => ({
      D: D * (1 + tmin / 1000),
      stderr: 0.05 * D,
      Q: 0.5,
      offset: 0.01,
      tmin,
      tmax: 20,
      slope: 1,
      molecules: 64,
      box: 2.6,
      frames: 400,
      quality: "ok",
      reason: null
    })
    return Effect.succeed({ allAtom: [row(D_AA)], coarse: [row(D_CG)] })
  }
})

const Count = Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(8)))
const Window = Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(5)))

export const learning = Pipeline.make(
  "learning",
  { params: Schema.Struct({ samples: Count, tmin: Window }) },
  ({ samples, tmin }) => {
    const systems = each("sample", range(samples), (sample) => ({
      ...drawSample({ sample }, {}),
      ...drawMobility({ sample, tmin }, {})
    }))
    const net = { hidden: [8], epochs: 40, members: 2, folds: 2, holdOut: [1] }
    const { parameters } = collectParameters({}, { systems: systems.map(pick("parameters")) })
    const { potentials } = collectPotentials({}, { systems: systems.map(pick("potential", "inversion")) })
    const { mobilities } = collectDiffusion({}, { systems: systems.map(pick("allAtom", "coarse")) })
    const { matching, pairs } = matchPairs({}, { mobilities })
    const structure = trainStructure(net, { parameters, potentials })
    const acceleration = trainAcceleration(net, { parameters, mobilities })
    const mobility = trainMobility(net, { parameters, potentials, pairs, matching })
    const { scores } = collectScores({}, { models: [structure, acceleration, mobility] })
    const own = systems[1].parameters
    const { potential } = predictPotential({}, { model: structure.model, parameters: own })
    const { prediction } = predictScalar({}, { model: acceleration.model, parameters: own })
    return { scores, structure: structure.model, mobility: mobility.model, potential, prediction }
  }
)
