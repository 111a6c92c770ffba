// The node that a number of a campaign comes from, for the link behind the number.
import type { Campaign } from "./Campaign.ts"
import type { ProvenanceNode } from "./Provenance.ts"
import { labelsOf } from "./SampleNodes.ts"
import type { Role } from "./SampleNodes.ts"

export interface Source {
  readonly ofSample: (sample: number, role: Role) => ProvenanceNode | undefined
  /** The node behind a target of the run. */
  readonly ofTarget: (name: string) => ProvenanceNode | undefined
  /** The check of a held-out sample by a route and method. */
  readonly ofCheck: (sample: number, route: string, method: string) => ProvenanceNode | undefined
}

/** Every plot of every sample asks; a campaign may have ten thousand nodes. */
const known = new WeakMap<Campaign, Source>()

export const sourceOf = (campaign: Campaign): Source => {
  const source = known.get(campaign) ?? make(campaign)
  known.set(campaign, source)
  return source
}

const make = ({ nodes, provenance }: Campaign): Source => {
  const byName = new Map(provenance.nodes.map((node) => [node.node, node]))
  const checks = new Map(
    provenance.nodes.flatMap((node) => {
      const { route, sample } = labelsOf(node.node)
      return node.stage === "validate-model" ? [[`${sample} ${route}`, node] as const] : []
    })
  )
  return {
    ofSample: (sample, role) => byName.get(nodes.get(sample)?.[role]?.node ?? ""),
    ofTarget: (name) => byName.get(provenance.targets.find((target) => target.name === name)?.node ?? ""),
    ofCheck: (sample, route, method) =>
      checks.get(`${sample} ${route}-${method.replaceAll(" ", "-")}`) ?? checks.get(`${sample} ${route}`)
  }
}
