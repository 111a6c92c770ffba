// Reads a run's campaign from the store: its tables by the names of the targets, the displacements by those of the nodes.
import type { Store } from "../cache/Store.ts"
import {
  BondedDistributions,
  BondedPotentials,
  Frictions,
  Mobilities,
  Pairs,
  Potentials,
  Predictions,
  Rdfs,
  Samples,
  Scores,
  Validations
} from "../schemas/campaign.ts"
import { Diffusion, Msd } from "../schemas/Diffusion.ts"
import type { Kind } from "../schemas/Kind.ts"
import { Matching } from "../schemas/Matching.ts"
import type { Campaign, Displacement } from "./Campaign.ts"
import * as Provenance from "./Provenance.ts"
import type { NodeRecord, RunRecord } from "./RunRecord.ts"

/** Whether the targets of a run are those of a campaign; other runs get the page that every pipeline gets. */
export const isCampaign = ({ targets }: RunRecord): boolean =>
  ["samples", "potentials", "mobilities"].every((name) => Object.hasOwn(targets, name))

/** Reads a campaign. What is not there, or no longer in the store, is left out and named in `absent`. */
export const loadCampaign = async (store: Store, record: RunRecord): Promise<Campaign> => {
  const absent: Array<{ table: string; why: string }> = []
  const target = async <A>(name: string, kind: Kind<A>): Promise<A | undefined> => {
    const found = record.targets[name]
    if (found === undefined || found === null) {
      absent.push({ table: name, why: "the run did not reach it" })
      return undefined
    }
    try {
      return await read(store, kind, found.digest)
    } catch (error) {
      absent.push({ table: name, why: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }
  /** A table of campaigns whose molecules are several beads. */
  const bonded = async <A>(name: string, kind: Kind<ReadonlyArray<A>>): Promise<ReadonlyArray<A>> =>
    Object.hasOwn(record.targets, name) ? ((await target(name, kind)) ?? []) : []
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
    predictions: (await target("predictions", Predictions)) ?? [],
    validations: (await target("validations", Validations)) ?? [],
    matching: await target("matching", Matching),
    displacements: await loadDisplacements(store, record.nodes, absent),
    absent,
    provenance: Provenance.of(record)
  }
}

const read = <A>(store: Store, kind: Kind<A>, digest: string): Promise<A> =>
  kind.decode({
    path: store.contents.pathOf(digest),
    bytes: () => store.contents.read(digest),
    // Tables and JSON are read whole.
    chunks: () => {
      throw new Error(`a ${kind.name} is no table of a campaign`)
    }
  })

const loadDisplacements = async (
  store: Store,
  nodes: ReadonlyArray<NodeRecord>,
  absent: Array<{ table: string; why: string }>
): Promise<ReadonlyArray<Displacement>> => {
  const found: Array<Displacement> = []
  for (const { entry, node } of nodes) {
    const named = /^extract-diffusion@sample=(\d+)\/resolution=(all-atom|coarse-grained)$/.exec(node)
    if (named === null || entry === undefined) continue
    const { diffusion, msd } = entry.outputs
    if (diffusion === undefined || msd === undefined) continue
    try {
      const [row] = await read(store, Diffusion, diffusion.digest)
      if (row === undefined) continue
      const resolution = named[2] === "all-atom" ? "all-atom" : "coarse-grained"
      found.push({
        sample: Number(named[1]),
        resolution,
        diffusion: row,
        msd: await read(store, Msd, msd.digest)
      })
    } catch (error) {
      absent.push({ table: node, why: error instanceof Error ? error.message : String(error) })
    }
  }
  return found.sort((a, b) => a.sample - b.sample || (a.resolution < b.resolution ? -1 : 1))
}
