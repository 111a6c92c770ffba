// The simulated checks of a campaign: every held-out sample, with the models that have not seen it, and what the routes come to.
import type { FrictionKind } from "../schemas/CgProtocol.ts"
import { each } from "../pipeline/combinators.ts"
import type { Artifact } from "../pipeline/Artifact.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Method, Model } from "../schemas/Model.ts"
import { collectValidations } from "../stages/collectValidations.ts"
import { compareRoutes } from "../stages/compareRoutes.ts"
import type { Settings } from "./campaignSettings.ts"
import type { System } from "./validateSample.ts"
import { validateInversion, validateMethod } from "./validateSample.ts"

type Trained = { readonly model: Artifact<ValueOf<typeof Model>> }

/** Samples that were held out together, and the models that were trained without them. */
export interface HeldOut {
  readonly held: ReadonlyArray<number>
  readonly models: {
    readonly structure: Trained
    readonly mobility: Trained
    readonly acceleration: Trained
    readonly friction: Trained
  }
}

export const validateCampaign = (
  {
    methods,
    ...settings
  }: {
    readonly seed: number
    readonly coarse: Settings["coarse"]
    readonly fit: Settings["coarseFit"]
    readonly friction: FrictionKind
    readonly grid: Settings["structure"]
    readonly methods: ReadonlyArray<Method>
  },
  systems: ReadonlyArray<System>,
  parts: ReadonlyArray<HeldOut>
) => {
  const checks = parts.flatMap(({ held, models: { acceleration, friction, mobility, structure } }) =>
    each("sample", held, (sample) => {
      const check = { ...settings, sample }
      const models = {
        structure: structure.model,
        mobility: mobility.model,
        acceleration: acceleration.model,
        friction: friction.model
      }
      const predicted = methods.flatMap((method) => validateMethod(method, check, systems[sample], models))
      return { rows: [validateInversion(check, systems[sample]), ...predicted] }
    }).flatMap(({ rows }) => rows)
  )
  const { validations } = collectValidations({}, { checks })
  return { validations, ...compareRoutes({}, { validations }) }
}
