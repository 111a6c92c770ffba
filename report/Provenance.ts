// Where the numbers of a run come from: params, tools, and what became of each node.
import type { Failure, RunRecord } from "./RunRecord.ts"

export interface Provenance {
  readonly run: string
  readonly pipeline: string
  readonly params: Readonly<Record<string, unknown>>
  readonly version: string
  readonly host: string
  readonly startedAt: string
  readonly how: RunRecord["how"]
  readonly counts: {
    readonly ran: number
    readonly cached: number
    readonly restored: number
    readonly failed: number
    readonly skipped: number
    /** On the clock. */
    readonly seconds: number
  } | null
  /** Identities that a tool gave, without repetition. */
  readonly tools: ReadonlyArray<{ readonly name: string; readonly identity: string }>
  readonly nodes: ReadonlyArray<ProvenanceNode>
  /** Digest, or null where a target was not reached. */
  readonly targets: ReadonlyArray<{
    readonly name: string
    readonly digest: string | null
    readonly node: string | null
  }>
  readonly failures: ReadonlyArray<Failure>
  readonly skipped: RunRecord["skipped"]
}

export interface ProvenanceNode {
  readonly node: string
  readonly stage: string
  readonly key: string
  readonly state: string
  /** CPU seconds of the attempt that made the outputs, in this run or an earlier one. */
  readonly cpu: number
  /** On the clock; null where the entry is gone. */
  readonly wall: number | null
}

export const of = (record: RunRecord): Provenance => {
  const { failures, host, how, id, nodes, params, pipeline, skipped, startedAt, summary, targets, version } =
    record
  const tools = new Map<string, { name: string; identity: string }>()
  for (const { entry } of nodes) {
    for (const [name, identity] of Object.entries(entry?.manifest.tools ?? {})) {
      tools.set(`${name} ${identity}`, { name, identity })
    }
  }
  return {
    run: id,
    pipeline,
    params,
    version,
    host,
    startedAt,
    how,
    counts: summary ?? null,
    tools: [...tools.values()],
    nodes: nodes.map(({ cpu, entry, key, node, stage, state }) => ({
      node,
      stage,
      key,
      state,
      cpu,
      wall: entry?.record.wallSeconds ?? null
    })),
    targets: Object.entries(targets).map(([name, target]) => ({
      name,
      digest: target?.digest ?? null,
      node: target?.node ?? null
    })),
    failures,
    skipped
  }
}
