// Gathers the tables of a campaign into a data set for others: Parquet partitioned by sample, and a data card.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stage from "../pipeline/Stage.ts"
import {
  BondedDistributions,
  BondedPotentials,
  Frictions,
  Mobilities,
  Pairs,
  Potentials,
  Predictions,
  Rdfs,
  Routes,
  SampleParameters,
  Samples,
  Scores,
  Validations
} from "../schemas/campaign.ts"
import { Dataset } from "../schemas/Folder.ts"
import type * as Kind from "../schemas/Kind.ts"
import { Matching } from "../schemas/Matching.ts"
import { renderCard } from "./dataset/dataCard.ts"
import { filesOf } from "./dataset/DatasetTable.ts"
import type { DatasetTable } from "./dataset/DatasetTable.ts"
import { defaultCitations, making, missingRows, queries } from "./dataset/describeCampaign.ts"

const text = (value: string) => Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

/** The tables of the data set: their kinds, what a row is, and whether each sample has a folder of its own. */
export const tables = {
  samples: { kind: Samples, about: "a sample: its all-atom run and its inversion", bySample: false },
  parameters: {
    kind: SampleParameters,
    about: "a varied parameter of the force field of a sample",
    bySample: false
  },
  potentials: { kind: Potentials, about: "a point of a structure-preserving potential", bySample: true },
  rdfs: { kind: Rdfs, about: "a bin of a radial distribution function, target and model", bySample: true },
  bonded_potentials: {
    kind: BondedPotentials,
    about: "a point of the potential of a bond or angle, where molecules are several beads",
    bySample: true
  },
  bonded_distributions: {
    kind: BondedDistributions,
    about:
      "a bin of the distribution of a bond or angle, target and model, where molecules are several beads",
    bySample: true
  },
  mobilities: { kind: Mobilities, about: "a sample: its mobility at both resolutions", bySample: false },
  frictions: {
    kind: Frictions,
    about: "a sample: the friction that gives its all-atom mobility",
    bySample: false
  },
  pairs: {
    kind: Pairs,
    about: "two samples of equal mobility, one all-atom, one coarse-grained",
    bySample: false
  },
  predictions: {
    kind: Predictions,
    about: "an out-of-fold prediction beside the value of the campaign",
    bySample: true
  },
  scores: {
    kind: Scores,
    about: "a model and method: its error on samples that it did not see",
    bySample: false
  },
  curves: {
    kind: Scores,
    about: "the same for fewer samples: learning curves, where a campaign asks for them",
    bySample: false
  },
  validations: {
    kind: Validations,
    about: "a held-out sample and route: what its simulation gave",
    bySample: false
  },
  routes: {
    kind: Routes,
    about: "a route and method: what its simulations come to over all held-out samples",
    bySample: false
  }
} as const

type Name = keyof typeof tables
const names = Object.keys(tables) as ReadonlyArray<Name>

/** The same inputs give the same bytes: nothing of time or place is in a file. */
export const exportDataset = Stage.make("export-dataset", {
  module: import.meta.url,
  params: Schema.Struct({
    /** The title of the data card. */
    name: Schema.String,
    /** Markdown: what it is, of what. */
    description: text("A campaign of coarse-grained molecular models made with largo."),
    /** SPDX identifier. */
    license: text("CC-BY-4.0"),
    citations: Schema.Array(Schema.String).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaultCitations))
    ),
    /** The params of the campaign, for the card alone. */
    campaign: Schema.Record(Schema.String, Schema.Json).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed({}))
    )
  }),
  inputs: {
    samples: Samples,
    parameters: SampleParameters,
    potentials: Potentials,
    rdfs: Rdfs,
    bonded_potentials: Stage.optional(BondedPotentials),
    bonded_distributions: Stage.optional(BondedDistributions),
    mobilities: Mobilities,
    frictions: Frictions,
    pairs: Pairs,
    predictions: Predictions,
    scores: Scores,
    curves: Scores,
    validations: Validations,
    routes: Routes,
    matching: Stage.optional(Matching)
  },
  outputs: { dataset: Dataset },
  deterministic: true,
  run: ({ inputs, params }) =>
    Effect.promise(async () => {
      const found = names.flatMap((name): ReadonlyArray<DatasetTable> => {
        const { kind, ...described } = tables[name]
        const rows = inputs[name]
        return rows === undefined ? [] : [{ name, ...described, columns: kind.columns, rows }]
      })
      const { matching } = inputs
      const remarks =
        matching === undefined || matching.reason === null
          ? []
          : [`Pairs of equal mobility: ${matching.quality}; ${matching.reason}.`]
      const card = renderCard({
        title: params.name,
        description: params.description,
        making,
        params: params.campaign,
        tables: found,
        missing: missingRows(found),
        remarks,
        queries,
        license: params.license,
        citations: params.citations
      })
      const files = await Promise.all(found.map(filesOf))
      const readme = { path: "README.md", bytes: new TextEncoder().encode(card) }
      const dataset: Kind.ValueOf<typeof Dataset> = [readme, ...files.flat()]
      return { dataset }
    })
})
