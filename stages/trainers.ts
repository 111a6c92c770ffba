// The four models of a campaign, each trained on just the tables that it reads.
import type { Artifact } from "../pipeline/Artifact.ts"
import { labelled } from "../pipeline/combinators.ts"
import type {
  BondedPotentials,
  Frictions,
  Mobilities,
  Pairs,
  Potentials,
  SampleParameters
} from "../schemas/campaign.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Matching } from "../schemas/Matching.ts"
import type { LearningParams } from "./learning/LearningParams.ts"
import { trainModel } from "./trainModel.ts"

/** The params of train-model, less what is predicted. */
export type Net = Omit<(typeof LearningParams)["Encoded"], "predict">

type Of<K> = Artifact<ValueOf<K>>

/** Force field -> the potential that keeps its structure. Knows nothing of mobility. */
export const trainStructure = (
  net: Net,
  inputs: {
    readonly parameters: Of<typeof SampleParameters>
    readonly potentials: Of<typeof Potentials>
    readonly bondedPotentials?: Of<typeof BondedPotentials> | undefined
  }
) => labelled("structure", () => trainModel({ ...net, predict: "structure" }, inputs))

/** Force field -> the potential of a model that moves like it, from the pairs of a campaign. */
export const trainMobility = (
  net: Net,
  inputs: {
    readonly parameters: Of<typeof SampleParameters>
    readonly potentials: Of<typeof Potentials>
    readonly bondedPotentials?: Of<typeof BondedPotentials> | undefined
    readonly pairs: Of<typeof Pairs>
    readonly matching: Of<typeof Matching>
  }
) => labelled("mobility", () => trainModel({ ...net, predict: "mobility" }, inputs))

/** Force field -> ln of the acceleration of its structure-preserving model. */
export const trainAcceleration = (
  net: Net,
  inputs: { readonly parameters: Of<typeof SampleParameters>; readonly mobilities: Of<typeof Mobilities> }
) => labelled("acceleration", () => trainModel({ ...net, predict: "acceleration" }, inputs))

/** Force field -> ln of the Langevin damping time that gives the all-atom mobility. */
export const trainFriction = (
  net: Net,
  inputs: { readonly parameters: Of<typeof SampleParameters>; readonly frictions: Of<typeof Frictions> }
) => labelled("friction", () => trainModel({ ...net, predict: "friction" }, inputs))
