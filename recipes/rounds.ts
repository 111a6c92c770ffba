// A campaign that grows in rounds: each learns from all samples before it, what to measure next and where inversions begin.
import type { Artifact } from "../pipeline/Artifact.ts"
import { each, labelled, pick, range } from "../pipeline/combinators.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Model } from "../schemas/Model.ts"
import type { Parameters } from "../schemas/Parameters.ts"
import type { Inversion, Potential } from "../schemas/Potential.ts"
import { collectParameters } from "../stages/collectParameters.ts"
import { collectPotentials } from "../stages/collectPotentials.ts"
import type { Net } from "../stages/trainers.ts"
import { trainStructure } from "../stages/trainers.ts"

type Of<K> = Artifact<ValueOf<K>>

/** What a round learns from a sample. */
interface Teaching {
  readonly parameters: Of<typeof Parameters>
  readonly potential: Of<typeof Potential>
  readonly inversion: Of<typeof Inversion>
}

/** Where a sample stands in a later round, and the model of all samples before that round. */
export interface Place {
  /** From 1. */
  readonly round: number
  /** From 0. */
  readonly place: number
  readonly model: Of<typeof Model>
}

/**
 * Makes the samples: the first `initial` without a model, then `batch` at a time, by a model that is trained on all those before. Which
 * round a sample belongs to does not depend on their number, so that a campaign may grow and keeps what it has.
 */
export const inRounds = <S extends Teaching>(
  rounds: { readonly samples: number; readonly initial: number; readonly batch: number; readonly net: Net },
  make: (index: number, place?: Place) => S
): ReadonlyArray<S & { readonly label: string }> => {
  const { batch, initial, net, samples } = rounds
  const systems: Array<S & { readonly label: string }> = []
  for (let round = 0; systems.length < samples; round++) {
    const from = systems.length
    const count = Math.min(round === 0 ? initial : batch, samples - from)
    const model = round === 0 ? undefined : labelled(`round=${round}`, () => learn(systems, net))
    const indices = range(count).map((place) => from + place)
    systems.push(
      ...each("sample", indices, (index) =>
        model === undefined ? make(index) : make(index, { round, place: index - from, model })
      )
    )
  }
  return systems
}

const learn = (systems: ReadonlyArray<Teaching & { readonly label: string }>, net: Net) => {
  const { parameters } = collectParameters({}, { systems: systems.map(pick("parameters")) })
  const { potentials } = collectPotentials({}, { systems: systems.map(pick("potential", "inversion")) })
  return trainStructure(net, { parameters, potentials }).model
}
