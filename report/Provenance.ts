// Where the numbers of a run come from: params, tools, and of each node what decided it and what became of it.
import type { Store } from "../cache/Store.ts"
import { logTail } from "./logTail.ts"
import type { Failure, NodeRecord, RunRecord } from "./RunRecord.ts"

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
  readonly findings: RunRecord["findings"]
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
  /** Null where the entry is gone. */
  readonly made: Made | null
}

/** What decided the results of a node, and how they came to be. */
export interface Made {
  readonly params: Readonly<Record<string, unknown>>
  readonly inputs: ReadonlyArray<Input>
  readonly outputs: ReadonlyArray<{ readonly name: string; readonly digest: string; readonly size: number }>
  readonly tools: Readonly<Record<string, string>>
  readonly code: string
  readonly run: string
  readonly host: string
  readonly startedAt: string
  /** The end of a log, where it was asked for and is still in the store. */
  readonly logs: ReadonlyArray<{ readonly name: string; readonly size: number; readonly tail: string | null }>
}

export interface Input {
  readonly slot: string
  readonly digest: string
  /** The node of this run that made those bytes. */
  readonly from: string | undefined
}

/** Longer runs give the ends of their logs on request only: `largo logs NODE`. */
const most = 400

export const of = (store: Store, record: RunRecord): Provenance => {
  const { failures, findings, host, how, id, nodes, params, pipeline, skipped, startedAt } = record
  const { summary, targets, version } = record
  const tools = new Map<string, { name: string; identity: string }>()
  const makers = new Map<string, string>()
  for (const { entry, node } of nodes) {
    for (const [name, identity] of Object.entries(entry?.manifest.tools ?? {})) {
      tools.set(`${name} ${identity}`, { name, identity })
    }
    for (const { digest } of Object.values(entry?.outputs ?? {})) {
      if (!makers.has(digest)) makers.set(digest, node)
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
    nodes: nodes.map((node) => nodeOf(store, node, makers, nodes.length <= most)),
    targets: Object.entries(targets).map(([name, target]) => ({
      name,
      digest: target?.digest ?? null,
      node: target?.node ?? null
    })),
    failures,
    skipped,
    findings
  }
}

const nodeOf = (
  store: Store,
  { cpu, entry, key, node, stage, state }: NodeRecord,
  makers: ReadonlyMap<string, string>,
  withLogs: boolean
): ProvenanceNode => {
  const line = { node, stage, key, state, cpu, wall: entry?.record.wallSeconds ?? null }
  if (entry === undefined) return { ...line, made: null }
  const { logs, manifest, outputs, record } = entry
  const { code, params, tools } = manifest
  const inputs = Object.entries(manifest.inputs).flatMap(([slot, given]) =>
    "digest" in given
      ? [{ slot, digest: given.digest }]
      : given.rows.flatMap(({ fields, label }) =>
          fields.map(({ digest, field }) => ({ slot: `${slot} ${label} ${field}`, digest }))
        )
  )
  return {
    ...line,
    made: {
      params,
      inputs: inputs.map((input) => ({ ...input, from: makers.get(input.digest) })),
      outputs: Object.entries(outputs).map(([name, { digest, size }]) => ({ name, digest, size })),
      tools,
      code,
      run: record.run,
      host: record.host,
      startedAt: record.startedAt,
      logs: Object.entries(logs).map(([name, { digest, size }]) => ({
        name,
        size,
        tail: withLogs ? logTail(store, digest) : null
      }))
    }
  }
}
