// The record of a run: how it went, what became of each node, and where its targets are, read from ledger and store.
import { resolve } from "node:path"
import type { Entry } from "../cache/ActionCache.ts"
import type { Store } from "../cache/Store.ts"
import type { Event, Summary } from "../pipeline/Event.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import { ReportError } from "./ReportError.ts"

/** A node of a run with the entry of its results; undefined where it failed or was since deleted. */
export interface NodeRecord extends Ledger.NodeLine {
  readonly entry: Entry | undefined
}

/** Where the bytes of a target are. */
export interface Target {
  readonly digest: string
  /** The name of its kind, and the node and output that made it; undefined where the entry is gone. */
  readonly kind: string | undefined
  readonly node: string | undefined
}

export interface Failure {
  readonly node: string
  readonly outcome: string
  readonly message: string
  readonly fix: string
}

export interface RunRecord {
  readonly id: string
  readonly pipeline: string
  readonly file: string
  readonly params: Readonly<Record<string, unknown>>
  readonly version: string
  readonly host: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly how: "finished" | "interrupted" | "cut off"
  /** The closing count; undefined where the run was cut off. */
  readonly summary: Summary | undefined
  readonly nodes: ReadonlyArray<NodeRecord>
  /** Null where a target was not reached. */
  readonly targets: Readonly<Record<string, Target | null>>
  readonly failures: ReadonlyArray<Failure>
  readonly skipped: ReadonlyArray<{ readonly node: string; readonly because: string }>
  /** Results that did not come out the same twice. */
  readonly findings: ReadonlyArray<{ readonly node: string; readonly message: string }>
}

/**
 * The id of a run: `name` is one, or the beginning of only one, or a pipeline's name or file, whose latest run is meant,
 * or `latest`.
 * Throws ReportError where there is none or several.
 */
export const findRun = (store: Store, name: string): string => {
  const runs = Ledger.list(store)
  if (runs.includes(name)) return name
  if (name === "latest" && runs[0] !== undefined) return runs[0]
  const file = resolve(name)
  for (const run of runs) {
    const started = startOf(Ledger.events(store, run))
    if (started !== undefined && (started.pipeline === name || started.file === file)) return run
  }
  const begun = runs.filter((run) => name !== "" && run.startsWith(name))
  if (begun.length === 1) return begun.join()
  const [problem, fix] =
    begun.length > 1
      ? [`"${name}" begins the ids of ${begun.length} runs`, "give more of the id; largo runs lists them"]
      : [`no run of "${name}" is in the store ${store.root}`, `type: largo run ${name}`]
  throw new ReportError(problem, fix)
}

/** Reads all that is known of a run. Throws ReportError where its ledger does not begin as it should. */
export const read = (store: Store, id: string): RunRecord => {
  const events = Ledger.events(store, id)
  const started = startOf(events)
  if (started === undefined) {
    throw new ReportError(
      `the ledger of run ${id} is damaged or empty`,
      "choose another run; largo runs lists them"
    )
  }
  const ended = events.find((event) => event._tag === "RunEnded")
  const nodes = Ledger.nodes(store, id).map((line) => ({ ...line, entry: store.actions.lookup(line.key) }))
  const { at, file, host, params, pipeline, version } = started
  return {
    id,
    pipeline,
    file,
    params,
    version,
    host,
    startedAt: at,
    how: ended?.how ?? "cut off",
    summary: ended?.summary,
    nodes,
    targets: targetsOf(store, nodes, ended?.summary.targets ?? {}),
    failures: events.flatMap((event) => {
      if (event._tag !== "Failed" || event.retried) return []
      const { fix, message, node, outcome } = event
      return [{ node, outcome, message, fix }]
    }),
    skipped: events.flatMap((event) =>
      event._tag === "Skipped" ? [{ node: event.node, because: event.because }] : []
    ),
    findings: events.flatMap((event) =>
      event._tag === "Finding" ? [{ node: event.node, message: event.message }] : []
    )
  }
}

const startOf = (events: ReadonlyArray<Event>): Extract<Event, { _tag: "RunStarted" }> | undefined => {
  const [first] = events
  return first?._tag === "RunStarted" ? first : undefined
}

const targetsOf = (
  store: Store,
  nodes: ReadonlyArray<NodeRecord>,
  digests: Summary["targets"]
): RunRecord["targets"] => {
  const wanted = new Set(Object.values(digests))
  const found = new Map<string, Target>()
  const remember = ({ entry, key, node }: NodeRecord): void => {
    if (entry === undefined) return
    for (const { manifest, outputs } of [entry, ...store.actions.realisations(key)]) {
      for (const [output, { digest }] of Object.entries(outputs)) {
        if (!wanted.has(digest)) continue
        // A kind id is its name and a digest.
        const kind = manifest.outputs[output]?.replace(/ \S+$/, "")
        found.set(digest, { digest, kind, node })
      }
    }
  }
  for (const node of nodes) remember(node)
  return Object.fromEntries(
    Object.entries(digests).map(([name, digest]) => [
      name,
      digest === null ? null : (found.get(digest) ?? { digest, kind: undefined, node: undefined })
    ])
  )
}
