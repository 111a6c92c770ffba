// What a page shows of a coarse-graining campaign: the tables of a run as plain rows, with the curves behind them.
import type * as campaign from "../schemas/campaign.ts"
import type { Diffusion, Msd } from "../schemas/Diffusion.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Matching } from "../schemas/Matching.ts"
import type { Provenance } from "./Provenance.ts"

export type SampleRow = ValueOf<typeof campaign.Samples>[number]
export type PotentialRow = ValueOf<typeof campaign.Potentials>[number]
export type BondedPotentialRow = ValueOf<typeof campaign.BondedPotentials>[number]
export type BondedDistributionRow = ValueOf<typeof campaign.BondedDistributions>[number]
export type RdfRow = ValueOf<typeof campaign.Rdfs>[number]
export type MobilityRow = ValueOf<typeof campaign.Mobilities>[number]
export type FrictionRow = ValueOf<typeof campaign.Frictions>[number]
export type PairRow = ValueOf<typeof campaign.Pairs>[number]
export type ScoreRow = ValueOf<typeof campaign.Scores>[number]
export type PredictionRow = ValueOf<typeof campaign.Predictions>[number]
export type ValidationRow = ValueOf<typeof campaign.Validations>[number]
export type DiffusionRow = ValueOf<typeof Diffusion>[number]

/** The mean squared displacement of one trajectory, with the fit that gave its D. */
export interface Displacement {
  readonly sample: number
  readonly resolution: "all-atom" | "coarse-grained"
  readonly msd: ValueOf<typeof Msd>
  readonly diffusion: DiffusionRow
}

/** A table that the run did not reach, or that cannot be read, has no rows, and a line in `absent`. */
export interface Campaign {
  readonly samples: ReadonlyArray<SampleRow>
  readonly potentials: ReadonlyArray<PotentialRow>
  readonly rdfs: ReadonlyArray<RdfRow>
  /** No rows where molecules are one bead. */
  readonly bondedPotentials: ReadonlyArray<BondedPotentialRow>
  readonly bondedDistributions: ReadonlyArray<BondedDistributionRow>
  readonly mobilities: ReadonlyArray<MobilityRow>
  readonly frictions: ReadonlyArray<FrictionRow>
  readonly pairs: ReadonlyArray<PairRow>
  readonly scores: ReadonlyArray<ScoreRow>
  readonly predictions: ReadonlyArray<PredictionRow>
  readonly validations: ReadonlyArray<ValidationRow>
  readonly matching: ValueOf<typeof Matching> | undefined
  /** By sample, all-atom first. */
  readonly displacements: ReadonlyArray<Displacement>
  readonly absent: ReadonlyArray<{ readonly table: string; readonly why: string }>
  readonly provenance: Provenance
}
