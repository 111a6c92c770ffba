// Asks a trained ensemble which of many force fields it would learn most from.
import { pickUncertain } from "../../kernels/acquisition.ts"
import * as Tables from "../../kernels/Dense.ts"
import { predictMember } from "../../kernels/Network.ts"
import type { Trained } from "../../schemas/Model.ts"
import { factorsOf } from "./features.ts"
import { fromData } from "./modelData.ts"

/**
 * The index of the candidate that is picked at `place`. Candidates are factors in the order of the names. Throws RangeError for a
 * parameter that they lack, an ensemble of one, or a place beyond the candidates.
 */
export const pickCandidate = (
  { features, network }: Trained,
  names: ReadonlyArray<string>,
  candidates: ReadonlyArray<ArrayLike<number>>,
  place: number
): number => {
  const inputs = features.map(({ name }) => name)
  const x = Tables.fromRows(
    candidates.map((factors) =>
      factorsOf(
        names.map((name, k) => ({ name, factor: factors[k] })),
        inputs,
        "a candidate"
      )
    )
  )
  const ensemble = fromData(network)
  const members = ensemble.members.map((_, member) => predictMember(ensemble, member, x))
  return pickUncertain(members, place + 1)[place]
}
