// The param of stages that ask a model: which of its methods answers.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Method } from "../../schemas/Model.ts"

export const methodParam = {
  method: Method.pipe(Schema.withDecodingDefaultKey(Effect.succeed("network" as const)))
} as const
