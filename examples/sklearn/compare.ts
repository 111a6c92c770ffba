// Largo's network beside scikit-learn's MLPRegressor on an exported data set: the same samples, the same folds.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { each, pick, range } from "../../pipeline/combinators.ts"
import { GraphError } from "../../pipeline/Graph.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import type { Scores } from "../../schemas/campaign.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { loadText } from "../../stages/loadText.ts"
import { trainAcceleration } from "../../stages/trainers.ts"
import { collectSeeds } from "./collectSeeds.ts"
import { drawFolds } from "./drawFolds.ts"
import { loadTables } from "./loadTables.ts"
import { trainPeer } from "./trainPeer.ts"

const withDefault = <S extends Schema.Constraint>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

export const compare = Pipeline.make(
  "compare-sklearn",
  {
    params: Schema.Struct({
      /** The folder that `largo export coarse-graining --to DIR` wrote. */
      data: withDefault(Schema.String, "dataset"),
      seeds: withDefault(Schema.Int, 3),
      folds: withDefault(Schema.Int, 5),
      hidden: withDefault(Schema.Array(Schema.Int), [32, 32]),
      members: withDefault(Schema.Int, 5),
      epochs: withDefault(Schema.Int, 1000)
    })
  },
  ({ data, epochs, folds, hidden, members, seeds }) => {
    const [parameters, mobilities] = ["parameters", "mobilities"].map((name) => readTable(data, name))
    const tables = loadTables({ parameters, mobilities }, {})
    const script = readFileSync(new URL("regress.py", import.meta.url), "utf8")
    const { file } = loadText({ text: script }, {})

    const trained = each("seed", range(seeds), (seed) => {
      const net = { hidden, members, epochs, seed }
      const held = drawFolds({ folds, seed }, { mobilities: tables.mobilities }).folds
      const peer = trainPeer(net, { script: file, ...tables, folds: held })
      return { own: trainAcceleration({ ...net, folds }, tables).scores, peer: peer.scores }
    })
    return collectSeeds({}, { seeds: trained.map(pick("own", "peer")) })
  }
)

/** A table of an exported data set, in base64. */
const readTable = (folder: string, name: string): string => {
  const file = join(folder, name, "part-0.parquet")
  if (existsSync(file)) return readFileSync(file).toString("base64")
  throw new GraphError(`there is no ${file}; type: largo export coarse-graining --to ${folder}`)
}

/** What `largo run` prints at the end: the RMSE of ln(D_CG / D_AA), mean and spread over the seeds. */
export const summary = async (values: (target: string) => Promise<unknown>): Promise<string> => {
  const scores = (await values("scores")) as ValueOf<typeof Scores>
  const methods = Map.groupBy(scores, ({ method }) => method)
  const lines = [...methods].map(([method, rows]) => {
    const errors = rows.flatMap(({ rmse }) => (rmse === null ? [] : [rmse]))
    if (errors.length === 0) return `${method.padEnd(28)}${rows[0].quality}: ${rows[0].reason ?? ""}`
    const mean = errors.reduce((a, b) => a + b, 0) / errors.length
    const squares = errors.reduce((sum, rmse) => sum + (rmse - mean) ** 2, 0)
    const spread = Math.sqrt(squares / Math.max(1, errors.length - 1))
    return `${method.padEnd(28)}${mean.toFixed(4)} +- ${spread.toFixed(4)}`
  })
  const { folds, samples } = scores[0]
  const head = `RMSE of ln(D_CG / D_AA), ${samples} samples, ${folds} folds; +- over the seeds`
  return [head, ...lines].join("\n") + "\n"
}
