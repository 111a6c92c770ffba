// Reads a run's campaign from the store: its tables by the names of the targets, the curves of its samples by their nodes.
import type { Store } from "../cache/Store.ts"
import { Thermo } from "../schemas/AllAtomRun.ts"
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
  Samples,
  Scores,
  Validations
} from "../schemas/campaign.ts"
import { Diffusion, Msd } from "../schemas/Diffusion.ts"
import type { Kind } from "../schemas/Kind.ts"
import { Matching } from "../schemas/Matching.ts"
import { Inversion } from "../schemas/Potential.ts"
import type { Campaign, Displacement } from "./Campaign.ts"
import { loadLiquid } from "./loadLiquid.ts"
import * as Provenance from "./Provenance.ts"
import { readerOf } from "./Reader.ts"
import type { NodeRecord, RunRecord } from "./RunRecord.ts"
import * as SampleNodes from "./SampleNodes.ts"

/** Whether the targets of a run are those of a campaign; other runs get the page that every pipeline gets. */
export const isCampaign = ({ targets }: RunRecord): boolean =>
  ["samples", "potentials", "mobilities"].every((name) => Object.hasOwn(targets, name))

/** Reads a campaign. What is not there, or no longer in the store, is left out and named in `absent`. */
export const loadCampaign = async (store: Store, record: RunRecord): Promise<Campaign> => {
  const read = readerOf(store)
  const absent: Array<{ table: string; why: string }> = []
  const attempt = async <A>(table: string, body: () => Promise<A | undefined>): Promise<A | undefined> => {
    try {
      return await body()
    } catch (error) {
      absent.push({ table, why: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }
  const target = async <A>(name: string, kind: Kind<A>): Promise<A | undefined> => {
    const found = record.targets[name]
    if (found === undefined || found === null) {
      absent.push({ table: name, why: "the run did not reach it" })
      return undefined
    }
    return attempt(name, () => read(kind, found.digest))
  }
  /** A table of campaigns whose molecules are several beads. */
  const bonded = async <A>(name: string, kind: Kind<ReadonlyArray<A>>): Promise<ReadonlyArray<A>> =>
    Object.hasOwn(record.targets, name) ? ((await target(name, kind)) ?? []) : []
  /** The value of an output of a node, where it has one. */
  const output = async <A>(
    node: NodeRecord | undefined,
    name: string,
    kind: Kind<A>
  ): Promise<A | undefined> => {
    const digest = node?.entry?.outputs[name]?.digest
    return digest === undefined ? undefined : attempt(node?.node ?? name, () => read(kind, digest))
  }

  const nodes = SampleNodes.of(record.nodes)
  const displacements: Array<Displacement> = []
  const thermos: Array<Campaign["thermos"][number]> = []
  const inversions: Array<Campaign["inversions"][number]> = []
  for (const [sample, { allAtom, coarse, inversion, run }] of [...nodes].sort(([a], [b]) => a - b)) {
    const thermo = await output(run, "thermo", Thermo)
    if (thermo !== undefined && thermo.length > 0) thermos.push({ sample, thermo })
    const history = await output(inversion, "inversion", Inversion)
    if (history !== undefined) inversions.push({ sample, inversion: history })
    for (const [resolution, node] of [["all-atom", allAtom] as const, ["coarse-grained", coarse] as const]) {
      const [diffusion] = (await output(node, "diffusion", Diffusion)) ?? []
      const msd = await output(node, "msd", Msd)
      if (diffusion !== undefined && msd !== undefined)
        displacements.push({ sample, resolution, diffusion, msd })
    }
  }
  const shown = [...nodes.keys()].sort((a, b) => a - b).at(0)
  const liquid =
    shown === undefined
      ? undefined
      : await attempt(`the frame of sample ${shown}`, () => loadLiquid(read, shown, nodes.get(shown) ?? {}))
  return {
    samples: (await target("samples", Samples)) ?? [],
    potentials: (await target("potentials", Potentials)) ?? [],
    rdfs: (await target("rdfs", Rdfs)) ?? [],
    bondedPotentials: (await bonded("bonded_potentials", BondedPotentials)) ?? [],
    bondedDistributions: (await bonded("bonded_distributions", BondedDistributions)) ?? [],
    mobilities: (await target("mobilities", Mobilities)) ?? [],
    frictions: (await target("frictions", Frictions)) ?? [],
    pairs: (await target("pairs", Pairs)) ?? [],
    scores: (await target("scores", Scores)) ?? [],
    curves: (await target("curves", Scores)) ?? [],
    predictions: (await target("predictions", Predictions)) ?? [],
    validations: (await target("validations", Validations)) ?? [],
    routes: (await target("routes", Routes)) ?? [],
    matching: await target("matching", Matching),
    displacements,
    thermos,
    inversions,
    liquid,
    nodes,
    absent,
    provenance: Provenance.of(store, record)
  }
}
