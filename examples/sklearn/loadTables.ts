// Brings tables of an exported data set into the graph: known by their bytes, wherever the folder lies.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeRows } from "../../formats/parquet.ts"
import { badInput } from "../../pipeline/outcome.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { Mobilities, SampleParameters } from "../../schemas/campaign.ts"

/** Parquet files in base64. */
export const loadTables = Stage.make("load-tables", {
  module: import.meta.url,
  params: Schema.Struct({ parameters: Schema.String, mobilities: Schema.String }),
  inputs: {},
  outputs: { parameters: SampleParameters, mobilities: Mobilities },
  deterministic: true,
  run: ({ params }) =>
    Effect.tryPromise({
      try: async () => ({
        parameters: await decodeRows(Buffer.from(params.parameters, "base64"), SampleParameters.columns),
        mobilities: await decodeRows(Buffer.from(params.mobilities, "base64"), Mobilities.columns)
      }),
      catch: (error) =>
        badInput(error instanceof Error ? error.message : String(error), "export the data set again")
    })
})
