// What a page shows of a coarse-graining campaign: the tables of a run as plain rows, with the curves behind them.
import type * as campaign from "../schemas/campaign.ts"
import type { Diffusion, Msd } from "../schemas/Diffusion.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Thermo } from "../schemas/AllAtomRun.ts"
import type { Matching } from "../schemas/Matching.ts"
import type { Inversion } from "../schemas/Potential.ts"
import type { Liquid } from "./loadLiquid.ts"
import type { Provenance } from "./Provenance.ts"
import type { SampleNodes } from "./SampleNodes.ts"

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
export type RouteRow = ValueOf<typeof campaign.Routes>[number]
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
  /** Scores by the number of samples that were learned from. */
  readonly curves: ReadonlyArray<ScoreRow>
  readonly predictions: ReadonlyArray<PredictionRow>
  readonly validations: ReadonlyArray<ValidationRow>
  readonly routes: ReadonlyArray<RouteRow>
  readonly matching: ValueOf<typeof Matching> | undefined
  /** By sample, all-atom first. */
  readonly displacements: ReadonlyArray<Displacement>
  /** By sample: temperature, pressure and density of the all-atom run. */
  readonly thermos: ReadonlyArray<{ readonly sample: number; readonly thermo: ValueOf<typeof Thermo> }>
  /** By sample: what its inversion came to, iteration by iteration. */
  readonly inversions: ReadonlyArray<{
    readonly sample: number
    readonly inversion: ValueOf<typeof Inversion>
  }>
  /** The first frame of the first sample, where its trajectories are still in the store. */
  readonly liquid: Liquid | undefined
  /** The nodes that made what is said of a sample. */
  readonly nodes: ReadonlyMap<number, SampleNodes>
  readonly absent: ReadonlyArray<{ readonly table: string; readonly why: string }>
  readonly provenance: Provenance
}
