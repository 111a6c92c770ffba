// The flagship pipeline: coarse-grained models that keep the all-atom structure and mobility, from force-field parameters.
import { deriveSeed } from "../kernels/random.ts"
import { each, labelled, pick, range } from "../pipeline/combinators.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import { ForceField } from "../schemas/ForceField.ts"
import type { Predicts } from "../schemas/Model.ts"
import { Molecule } from "../schemas/Molecule.ts"
import { allAtomMd } from "../stages/allAtomMd.ts"
import { buildLiquid } from "../stages/buildLiquid.ts"
import { calibrateFriction } from "../stages/calibrateFriction.ts"
import { cgMd } from "../stages/cgMd.ts"
import { collectDiffusion } from "../stages/collectDiffusion.ts"
import { collectFriction } from "../stages/collectFriction.ts"
import { collectParameters } from "../stages/collectParameters.ts"
import { collectPotentials } from "../stages/collectPotentials.ts"
import { collectRdfs } from "../stages/collectRdfs.ts"
import { collectSamples } from "../stages/collectSamples.ts"
import { collectScores } from "../stages/collectScores.ts"
import { collectValidations } from "../stages/collectValidations.ts"
import { exportDataset } from "../stages/exportDataset.ts"
import { extractDiffusion } from "../stages/extractDiffusion.ts"
import { invertBoltzmann } from "../stages/invertBoltzmann.ts"
import { loadMolecule } from "../stages/loadMolecule.ts"
import { mapToCg } from "../stages/mapToCg.ts"
import { matchPairs } from "../stages/matchPairs.ts"
import { measureStructure } from "../stages/measureStructure.ts"
import { predictPotential } from "../stages/predictPotential.ts"
import { predictScalar } from "../stages/predictScalar.ts"
import { sampleParameters } from "../stages/sampleParameters.ts"
import { trainModel } from "../stages/trainModel.ts"
import { validateModel } from "../stages/validateModel.ts"
import { readJson } from "./readJson.ts"
import { CampaignParams, settingsOf } from "./campaignSettings.ts"

type Route = Parameters<typeof validateModel>[0]["route"]
type Prediction = ReturnType<typeof predictScalar>["prediction"]

export { summary } from "./campaignSummary.ts"

export const coarseGraining = Pipeline.make("coarse-graining", { params: CampaignParams }, (params) => {
  const { seed, ranges } = params
  const {
    samples,
    holdOut,
    allAtom: allAtomProtocol,
    structure: grid,
    ibi,
    coarse,
    fit,
    pairs,
    network
  } = settingsOf(params)
  const reference = loadMolecule(
    {
      molecule: readJson("molecule", params.molecule, Molecule),
      forceField: readJson("forceField", params.forceField, ForceField)
    },
    {}
  )
  const { molecule } = reference

  const systems = each("sample", range(samples), (index) => {
    const { forceField, parameters } = sampleParameters({ seed, index, ranges }, reference)
    const { liquid } = buildLiquid({ ...allAtomProtocol, seed, index }, { molecule, forceField })
    const { run, trajectory } = allAtomMd(
      { ...allAtomProtocol, seed, index },
      { molecule, forceField, liquid }
    )
    const { beads } = mapToCg({}, { trajectory })
    const { rdf: target, structure } = measureStructure(grid, { beads })
    const { inversion, potential, rdf } = invertBoltzmann(
      { ...ibi, seed: deriveSeed(seed, "ibi", index) },
      { target, structure, beads }
    )
    const simulation = { ...coarse, seed: deriveSeed(seed, "cg-md", index) }
    const model = cgMd(simulation, { potential, beads, inversion })
    const allAtom = labelled("resolution=all-atom", () => extractDiffusion(fit, { beads })).diffusion
    const coarseGrained = labelled("resolution=coarse-grained", () => extractDiffusion(fit, model)).diffusion
    const { friction } = calibrateFriction(
      { ...coarse, fit, seed: deriveSeed(seed, "friction", index) },
      { potential, beads, inversion, target, structure, allAtom, coarse: coarseGrained, run: model.run }
    )
    return {
      index,
      parameters,
      run,
      beads,
      target,
      structure,
      inversion,
      potential,
      model: rdf,
      simulated: model.run,
      allAtom,
      coarse: coarseGrained,
      friction
    }
  })

  // Gathered apart, so that another fit window never retrains the structure-preserving network.
  const { parameters } = collectParameters({}, { systems: systems.map(pick("parameters")) })
  const { potentials } = collectPotentials({}, { systems: systems.map(pick("potential", "inversion")) })
  const { mobilities } = collectDiffusion({}, { systems: systems.map(pick("allAtom", "coarse")) })
  const { frictions } = collectFriction({}, { systems: systems.map(pick("friction")) })
  const { samples: table } = collectSamples({}, { systems: systems.map(pick("run", "inversion")) })
  const { rdfs } = collectRdfs({}, { systems: systems.map(pick("target", "model")) })
  const { matching, pairs: matched } = matchPairs(pairs, { mobilities })

  const heldOut = range(samples).slice(1, 1 + holdOut)
  const learning = { ...network, seed, holdOut: heldOut }
  const train = (predict: Predicts, rows: Omit<Parameters<typeof trainModel>[1], "parameters">) =>
    labelled(`predict=${predict}`, () => trainModel({ ...learning, predict }, { parameters, ...rows }))
  const structure = train("structure", { potentials })
  const mobility = train("mobility", { potentials, pairs: matched, matching })
  const acceleration = train("acceleration", { mobilities })
  const friction = train("friction", { frictions })
  const { predictions, scores } = collectScores({}, { models: [structure, mobility, acceleration, friction] })

  // Each held-out sample by simulation: what the inversion reached, and what was predicted from its parameters alone.
  const checks = each("sample", heldOut, (index) => {
    const {
      allAtom,
      beads,
      coarse: coarseGrained,
      model: rdf,
      parameters: own,
      simulated,
      structure: noise,
      target
    } = systems[index]
    const byInversion = { rdf, diffusion: coarseGrained, run: simulated }
    const simulate = (route: string, inputs: Omit<Parameters<typeof cgMd>[1], "beads">) =>
      labelled(`route=${route}`, () => {
        const { beads: moved, run } = cgMd(
          { ...coarse, seed: deriveSeed(seed, `validate ${route}`, index) },
          { ...inputs, beads }
        )
        const measured = measureStructure(grid, { beads: moved })
        return { rdf: measured.rdf, diffusion: extractDiffusion(fit, { beads: moved }).diffusion, run }
      })
    const judge = (route: Route, simulation: typeof byInversion, prediction?: Prediction) =>
      labelled(`route=${route}`, () =>
        validateModel(
          { sample: index, route },
          { target, structure: noise, allAtom, ...simulation, prediction }
        )
      )
    const predicted = labelled("route=structure", () =>
      predictPotential({}, { model: structure.model, parameters: own })
    )
    const moving = labelled("route=mobility", () =>
      predictPotential({}, { model: mobility.model, parameters: own })
    )
    const gain = labelled("route=rescaled", () =>
      predictScalar({}, { model: acceleration.model, parameters: own })
    ).prediction
    const damping = labelled("route=friction", () =>
      predictScalar({}, { model: friction.model, parameters: own })
    ).prediction
    const byStructure = simulate("structure", { potential: predicted.potential })
    const byMobility = simulate("mobility", { potential: moving.potential })
    const byFriction = simulate("friction", { potential: predicted.potential, friction: damping })
    return {
      routes: [
        judge("ibi", byInversion),
        judge("structure", byStructure, predicted.prediction),
        judge("mobility", byMobility, moving.prediction),
        judge("rescaled", byStructure, gain),
        judge("friction", byFriction, damping)
      ]
    }
  }).flatMap(({ routes }) => routes)
  const { validations } = collectValidations({}, { checks })

  const tables = {
    samples: table,
    parameters,
    potentials,
    rdfs,
    mobilities,
    frictions,
    pairs: matched,
    predictions,
    scores,
    validations
  }
  const { dataset } = exportDataset(
    { name: `${params.molecule}, ${samples} samples, seed ${seed}` },
    { ...tables, matching }
  )
  return {
    ...tables,
    matching,
    structureModel: structure.model,
    mobilityModel: mobility.model,
    accelerationModel: acceleration.model,
    frictionModel: friction.model,
    dataset
  }
})
