// Gathers the bonds and angles of all samples: the potentials of usable inversions, and target beside model distributions.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { BondedDistribution, BondedPotential } from "../schemas/Bonded.ts"
import { BondedDistributions, BondedPotentials } from "../schemas/campaign.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import { Inversion } from "../schemas/Potential.ts"
import { bySample } from "./bySample.ts"

export const collectBonded = Stage.make("collect-bonded", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {
    systems: Stage.list({
      bonded: BondedPotential,
      bondedTarget: BondedDistribution,
      distributions: BondedDistribution,
      inversion: Inversion
    })
  },
  outputs: { bondedPotentials: BondedPotentials, bondedDistributions: BondedDistributions },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ inputs }) {
    const systems = yield* bySample(inputs.systems)
    const usable = systems.filter(({ inversion }) => inversion.quality === "ok")
    return {
      bondedPotentials: usable.flatMap(({ bonded, sample }) => bonded.map((row) => ({ sample, ...row }))),
      bondedDistributions: systems.flatMap(({ bondedTarget, distributions, sample }) => {
        const modelled = new Map(distributions.map((row) => [binOf(row), row.share]))
        const hasModel = distributions.length > 0
        return bondedTarget.map((row) => {
          const { sem: target_sem, share: target, ...coordinate } = row
          // A model's bins end where its bonds do: beyond them its share is 0.
          const model = hasModel ? (modelled.get(binOf(row)) ?? 0) : null
          return { sample, ...coordinate, target, target_sem, model }
        })
      })
    }
  })
})

type Coordinate = Pick<ValueOf<typeof BondedDistribution>[number], "kind" | "beads" | "r" | "theta">

/** Bins are one where their centres agree to 1e-6 nm or degrees. */
const binOf = ({ beads, kind, r, theta }: Coordinate): string =>
  `${kind} ${beads} ${(r ?? theta ?? NaN).toFixed(6)}`
