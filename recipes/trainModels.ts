// The four models of a campaign, trained on the samples that are not held out.
import type { Artifact } from "../pipeline/Artifact.ts"
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
import type { Net } from "../stages/trainers.ts"
import { trainAcceleration, trainFriction, trainMobility, trainStructure } from "../stages/trainers.ts"

type Of<K> = Artifact<ValueOf<K>>

/** The tables that models learn from; each reads only its own. */
export interface Tables {
  readonly parameters: Of<typeof SampleParameters>
  readonly potentials: Of<typeof Potentials>
  /** Of molecules with several beads. */
  readonly bondedPotentials?: Of<typeof BondedPotentials> | undefined
  readonly mobilities: Of<typeof Mobilities>
  readonly frictions: Of<typeof Frictions>
  readonly pairs: Of<typeof Pairs>
  readonly matching: Of<typeof Matching>
}

export const trainModels = (net: Net, tables: Tables) => {
  const { frictions, matching, mobilities, pairs, parameters, potentials, bondedPotentials } = tables
  return {
    structure: trainStructure(net, { parameters, potentials, bondedPotentials }), // knows nothing of D
    mobility: trainMobility(net, { parameters, potentials, bondedPotentials, pairs, matching }),
    acceleration: trainAcceleration(net, { parameters, mobilities }),
    friction: trainFriction(net, { parameters, frictions })
  }
}
