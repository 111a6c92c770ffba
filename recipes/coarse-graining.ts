// The flagship pipeline: coarse-grained models that keep the all-atom structure and mobility, from force-field parameters.
import { deriveSeed } from "../kernels/random.ts"
import type { Artifact } from "../pipeline/Artifact.ts"
import { labelled, pick } from "../pipeline/combinators.ts"
import * as Pipeline from "../pipeline/Pipeline.ts"
import { ForceField } from "../schemas/ForceField.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import { Molecule } from "../schemas/Molecule.ts"
import type { MoleculeFile } from "../schemas/moleculeFiles.ts"
import { acquireParameters } from "../stages/acquireParameters.ts"
import { allAtomMd } from "../stages/allAtomMd.ts"
import { buildLiquid } from "../stages/buildLiquid.ts"
import { calibrateFriction } from "../stages/calibrateFriction.ts"
import { cgMd } from "../stages/cgMd.ts"
import { collectBonded } from "../stages/collectBonded.ts"
import { collectDiffusion } from "../stages/collectDiffusion.ts"
import { collectFriction } from "../stages/collectFriction.ts"
import { collectParameters } from "../stages/collectParameters.ts"
import { collectPotentials } from "../stages/collectPotentials.ts"
import { collectRdfs } from "../stages/collectRdfs.ts"
import { collectSamples } from "../stages/collectSamples.ts"
import { collectScores } from "../stages/collectScores.ts"
import { exportDataset } from "../stages/exportDataset.ts"
import { extractDiffusion } from "../stages/extractDiffusion.ts"
import { invertBoltzmann } from "../stages/invertBoltzmann.ts"
import { loadMapping } from "../stages/loadMapping.ts"
import { loadMolecule } from "../stages/loadMolecule.ts"
import { mapToCg } from "../stages/mapToCg.ts"
import { matchPairs } from "../stages/matchPairs.ts"
import { measureStructure } from "../stages/measureStructure.ts"
import { predictPotential } from "../stages/predictPotential.ts"
import { sampleParameters } from "../stages/sampleParameters.ts"
import { readJson } from "./readJson.ts"
import { readMapping } from "./readMapping.ts"
import { CampaignParams, heldOutOf, settingsOf } from "./campaignSettings.ts"
import { inRounds } from "./rounds.ts"
import { trainModels } from "./trainModels.ts"
import { validateCampaign } from "./validateCampaign.ts"

export { summary } from "./campaignSummary.ts"

export const coarseGraining = Pipeline.make("coarse-graining", { params: CampaignParams }, (params) => {
  const { engine, friction: frictionKind, seed, ranges, acquisition, warmStart } = params
  const {
    samples,
    rounds,
    allAtom: allAtomProtocol,
    structure: grid,
    ibi,
    coarse,
    fit,
    coarseFit,
    pairs,
    network,
    methods
  } = settingsOf(params)
  const read = readJson("molecule", params.molecule, Molecule)
  const reference = loadMolecule(
    { molecule: read, forceField: readJson("forceField", params.forceField, ForceField) },
    {}
  )
  const { molecule } = reference
  const mapping = mappingOf(params.mapping, read, molecule)

  const { folds, heldOut } = heldOutOf(params)
  const systems = inRounds({ ...rounds, net: { ...network, seed, holdOut: heldOut } }, (index, learnt) => {
    const { forceField, parameters } =
      learnt === undefined || acquisition === "sobol"
        ? sampleParameters({ seed, index, ranges }, reference)
        : acquireParameters(
            { seed, index, ranges, round: learnt.round, place: learnt.place },
            { ...reference, model: learnt.model }
          )
    const { liquid } = buildLiquid({ ...allAtomProtocol, seed, index }, { molecule, forceField })
    const { run, trajectory } = allAtomMd(
      { ...allAtomProtocol, engine, seed, index },
      { molecule, forceField, liquid }
    )
    const { beads } = mapToCg({}, { trajectory, mapping })
    const { distributions: bondedTarget, rdf: target, structure } = measureStructure(grid, { beads })
    const start =
      learnt === undefined || !warmStart
        ? undefined
        : predictPotential({}, { model: learnt.model, parameters })
    const { bonded, distributions, inversion, potential, rdf } = invertBoltzmann(
      { ...ibi, seed: deriveSeed(seed, "ibi", index) },
      { target, structure, bondedTarget, beads, start }
    )
    const simulation = { ...coarse, seed: deriveSeed(seed, "cg-md", index) }
    const model = cgMd(simulation, { potential, bonded, beads, inversion })
    const allAtom = labelled("resolution=all-atom", () => extractDiffusion(fit, { beads })).diffusion
    const coarseGrained = labelled("resolution=coarse-grained", () =>
      extractDiffusion(coarseFit, model)
    ).diffusion
    const { friction } = calibrateFriction(
      { ...coarse, fit: coarseFit, friction: frictionKind, seed: deriveSeed(seed, "friction", index) },
      {
        potential,
        bonded,
        beads,
        inversion,
        target,
        structure,
        allAtom,
        coarse: coarseGrained,
        run: model.run,
        model: model.beads
      }
    )
    return {
      parameters,
      run,
      beads,
      target,
      structure,
      inversion,
      potential,
      bonded,
      bondedTarget,
      distributions,
      model: rdf,
      simulated: model,
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
  const { samples: table } = collectSamples(
    {},
    { systems: systems.map(pick("run", "inversion", "target", "model")) }
  )
  const { rdfs } = collectRdfs({}, { systems: systems.map(pick("target", "model")) })
  const bonded =
    mapping &&
    collectBonded({}, { systems: systems.map(pick("bonded", "bondedTarget", "distributions", "inversion")) })
  const { matching, pairs: matched } = matchPairs(pairs, { mobilities })

  const { bondedPotentials } = bonded ?? {}
  const learnt = { parameters, potentials, bondedPotentials, mobilities, frictions, pairs: matched, matching }
  const models = trainModels({ ...network, seed, holdOut: heldOut }, learnt)
  const { curves, predictions, scores } = collectScores({}, { models: Object.values(models) })
  const { routes, validations } = validateCampaign(
    { seed, coarse, fit: coarseFit, friction: frictionKind, grid, methods },
    systems,
    folds.map(({ label, samples: held }) => ({
      held,
      models:
        label === undefined
          ? models
          : labelled(label, () => trainModels({ ...network, curve: [], seed, holdOut: held }, learnt))
    }))
  )

  const tables = {
    samples: table,
    parameters,
    potentials,
    rdfs,
    ...(bonded && {
      bonded_potentials: bonded.bondedPotentials,
      bonded_distributions: bonded.bondedDistributions
    }),
    mobilities,
    frictions,
    pairs: matched,
    predictions,
    scores,
    curves,
    validations,
    routes
  }
  const { dataset } = exportDataset(
    { name: `${params.molecule}, ${samples} samples, seed ${seed}` },
    { ...tables, matching }
  )
  return {
    ...tables,
    matching,
    structureModel: models.structure.model,
    mobilityModel: models.mobility.model,
    accelerationModel: models.acceleration.model,
    frictionModel: models.friction.model,
    dataset
  }
})

/** One bead a molecule needs no mapping; the others are checked against the molecule before anything runs. */
const mappingOf = (name: string, molecule: Molecule, loaded: Artifact<ValueOf<typeof MoleculeFile>>) => {
  if (name === "centre-of-mass") return undefined
  return loadMapping({ mapping: readMapping(name, molecule) }, { molecule: loaded }).mapping
}
