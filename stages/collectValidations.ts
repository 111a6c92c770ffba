// Gathers the simulated checks of all models into one table.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import { Validations } from "../schemas/campaign.ts"

/** By code units: the order of a locale would differ between machines. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const collectValidations = Stage.make("collect-validations", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { checks: Stage.list({ validation: Validations }) },
  outputs: { validations: Validations },
  deterministic: true,
  run: ({ inputs: { checks } }) => {
    const rows = checks.flatMap(({ validation }) => validation)
    return Effect.succeed({
      validations: rows.sort((a, b) => a.sample - b.sample || byText(a.route, b.route))
    })
  }
})
